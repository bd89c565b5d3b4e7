"""What lists are narrowed by, for those who make an API of this one."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.downloads.architecture import ARCHITECTURES, Architecture, architecture_of

type Api = Any

FTP = "https://www.python.org/ftp/python/3.99.0"


async def test_the_latest_of_each_series(api: Api) -> None:
    for name, more in (
        ("Python 3.98.0", {}),
        ("Python 3.98.10", {}),
        ("Python 3.98.9", {}),
        ("Python 3.99.0a2", {"pre_release": True}),
        ("Python 3.99.0a1", {"pre_release": True}),
        ("Python 3.98.11", {"is_published": False}),
    ):
        await api.release(name, **more)
    latest = "/releases?latest_of_series=true&order=version"
    assert await api.names(latest) == ["Python 3.98.10", "Python 3.99.0a2"]
    assert await api.names(f"{latest}&pre_release=false") == ["Python 3.98.10"]
    others = "/releases?latest_of_series=false&order=version"
    assert await api.names(others) == ["Python 3.98.0", "Python 3.98.9", "Python 3.99.0a1"]


async def test_a_span_of_time_and_a_set_of_ids(api: Api, systems: dict[str, int]) -> None:
    made = [
        await api.release(f"Python 3.98.{n}", release_date=f"2026-0{n}-01T00:00:00Z")
        for n in range(1, 5)
    ]
    span = "/releases?release_date__gte=2026-02-01T00:00:00Z&release_date__lt=2026-04-01T00:00:00Z"
    assert await api.names(f"{span}&order=name") == ["Python 3.98.2", "Python 3.98.3"]
    ids = [row["id"] for row in made]
    some = f"/releases?id__in={ids[0]}&id__in={ids[3]}&id__in=999&order=name"
    assert await api.names(some) == ["Python 3.98.1", "Python 3.98.4"]
    assert len(await api.names(f"/releases?id__gt={ids[1]}&order=id")) == 2
    first, second = systems["windows"], systems["source"]
    some = f"/operating-systems?id__in={first}&id__in={second}"
    assert len(await api.names(some)) == 2
    await api.read("/releases?id__in=0", status=400)
    await api.read("/releases?release_date__gte=1700000000", status=400)


#: Files as release managers name them, and what they are for.
FILES = {
    "python-3.99.0-amd64.exe": Architecture.AMD64,
    "python-3.99.0-arm64.exe": Architecture.ARM64,
    "python-3.99.0.exe": Architecture.X86,
    "python-3.99.0rc1.msi": Architecture.X86,
    "python-3.99.0-embed-win32.zip": Architecture.X86,
    "python-3.99.0-embed-amd64.zip": Architecture.AMD64,
    "python-3.99.0.amd64.msi": Architecture.AMD64,
    "python-3.99.0-macos11.pkg": Architecture.UNIVERSAL,
    "python-3.99.0-macosx10.9.pkg": Architecture.UNIVERSAL,
    "python-3.99.0-aarch64-linux-android.tar.gz": Architecture.ARM64,
    "python-3.99.0-x86_64-linux-android.tar.gz": Architecture.AMD64,
    "Python-3.99.0.tar.xz": None,
    "windows-3.99.0.json": None,
}


@pytest.mark.parametrize(("name", "wanted"), FILES.items())
def test_what_an_address_tells(name: str, wanted: Architecture | None) -> None:
    assert architecture_of(f"{FTP}/{name}") is wanted


async def test_the_database_reads_addresses_alike(api: Api, systems: dict[str, int]) -> None:
    release = await api.release("Python 3.99.0")
    system = systems["windows"]
    for name in FILES:
        await api.file(release["id"], system, name, url=f"{FTP}/{name}")
    for architecture in ARCHITECTURES:
        found = await api.names(f"/release-files?architecture={architecture}&os={system}")
        assert set(found) == {name for name, kind in FILES.items() if kind is architecture}
    one = await api.names(f"/release-files?url={FTP}/python-3.99.0.exe")
    assert one == ["python-3.99.0.exe"]
    many = f"/release-files?release__in={release['id']}&os__in={system}&os__in=999"
    assert len(await api.names(many)) == len(FILES)
