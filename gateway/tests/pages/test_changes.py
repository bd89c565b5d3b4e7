"""What a release manager changes is on every page that shows it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from devstack.waiting import until

type Site = Any
type Look = Callable[[], bool | Awaitable[bool]]

pytestmark = pytest.mark.asyncio(loop_scope="module")

_numbers = itertools.count(50)


@pytest_asyncio.fixture(loop_scope="module")
async def release(site: Site) -> AsyncIterator[dict[str, Any]]:
    """A draft of a release, with an installer for Windows; gone after the test."""
    number = next(_numbers)
    draft = await site.change("POST", "/releases", {"name": f"Python 3.14.{number}"})
    await site.change(
        "POST",
        "/release-files",
        {
            "name": "Windows installer (64-bit)",
            "os_id": 1,
            "release_id": draft["id"],
            "url": f"https://www.python.org/ftp/python/3.14.{number}/python-3.14.{number}-amd64.exe",
            "download_button": True,
        },
    )
    yield draft
    await site.change("DELETE", f"/releases/{draft['id']}")


async def says(site: Site, path: str, text: str, *, gone: bool = False, **asked: str) -> None:
    """Wait until a page shows `text`, or does not."""

    async def shown() -> bool:
        return (text in (await site.get(path, **asked)).text) is not gone

    look: Look = shown
    await until(look, 5, message=f"{path} {'without' if gone else 'with'} {text}")


async def answers(site: Site, path: str, status: int) -> None:
    """Wait until an address answers so."""

    async def answered() -> bool:
        return bool((await site.get(path)).status_code == status)

    look: Look = answered
    await until(look, 5, message=f"{path} answering {status}")


def body_of(release: dict[str, Any], **fields: object) -> dict[str, object]:
    names = ("name", "slug", "major", "is_latest", "is_published", "pre_release", "content")
    return {**{name: release[name] for name in names}, **fields}


async def test_a_release_appears_changes_and_goes(site: Site, release: dict[str, Any]) -> None:
    name, own = release["name"], f"/releases/{release['id']}"
    page = f"/downloads/release/{release['slug']}/"
    showing = (
        "/downloads/",
        "/getit/",
        "/downloads/?series=3.14",
        "/downloads/?os=windows",
        "/downloads/windows/",
        "/downloads/feed.rss",
        "/doc/versions/",
        "/sitemap-downloads.xml",
        "/",
    )
    mark = {"/sitemap-downloads.xml": page, "/doc/versions/": f"/release/{name.split()[-1]}/"}
    # Asked for first, so that a copy of each is kept: of the draft there must be nothing.
    for path in showing:
        assert mark.get(path, name) not in (await site.get(path)).text
    assert (await site.get(page)).status_code == 404
    assert (await site.get("/downloads/latest/python3.14/")).headers["location"] != page
    older = "/downloads/release/python-3140/"
    assert name not in await site.text(older)

    await site.change("POST", f"{own}/publish")
    await answers(site, page, 200)
    for path in showing:
        await says(site, path, mark.get(path, name))
    await says(site, older, "superseded by")
    await says(site, older, name)
    assert (await site.get("/downloads/latest/python3.14/")).headers["location"] == page

    text = "Now with a text of its own."
    await site.change("PUT", own, body_of(release, is_published=True, content=text))
    await says(site, page, text)

    await site.change("POST", f"{own}/unpublish")
    await answers(site, page, 404)
    for path in showing:
        await says(site, path, mark.get(path, name), gone=True)
    await says(site, older, name, gone=True)


async def test_a_new_latest_release_takes_the_button(site: Site, release: dict[str, Any]) -> None:
    file = f"python-{release['name'].split()[-1]}-amd64.exe"
    before = (await site.service.get("/releases/latest/python3")).json()
    for path in ("/downloads/", "/", "/box/supernav-python-downloads/", "/box/homepage-downloads/"):
        assert file not in (await site.get(path, system="Windows")).text
    own = f"/releases/{release['id']}"
    await site.change("PUT", own, body_of(release, is_latest=True, is_published=True))
    for path in ("/downloads/", "/", "/box/supernav-python-downloads/"):
        await says(site, path, file, system="Windows")
    await says(site, "/box/homepage-downloads/", release["name"])
    old = (await site.service.get(f"/releases/{before['id']}")).json()
    await site.change(
        "PUT", f"/releases/{before['id']}", body_of(old, is_latest=True, is_published=True)
    )
    await says(site, "/downloads/", file, gone=True, system="Windows")


async def test_a_file_changes_the_pages_that_show_it(site: Site, release: dict[str, Any]) -> None:
    page = f"/downloads/release/{release['slug']}/"
    await site.change("POST", f"/releases/{release['id']}/publish")
    await answers(site, page, 200)
    assert "Windows embeddable" not in await site.text(page)
    added = await site.change(
        "POST",
        "/release-files",
        {
            "name": "Windows embeddable package (64-bit)",
            "os_id": 1,
            "release_id": release["id"],
            "url": f"https://www.python.org/ftp/python/{release['slug']}-embed.zip",
        },
    )
    await says(site, page, f"{release['slug']}-embed.zip")
    await says(site, "/downloads/windows/", f"{release['slug']}-embed.zip")
    await site.change("DELETE", f"/release-files/{added['id']}")
    await says(site, page, f"{release['slug']}-embed.zip", gone=True)
    await says(site, "/downloads/windows/", f"{release['slug']}-embed.zip", gone=True)


async def test_an_install_manager_changes_every_button_for_windows(site: Site) -> None:
    pages = ("/downloads/", "/", "/downloads/release/python-3120/", "/downloads/windows/")
    words = "install manager"
    for path in pages:
        assert words not in (await site.text(path, system="Windows")).lower()
    manager = await site.change(
        "POST",
        "/releases",
        {"name": "Python install manager 26.0", "major": 100, "is_latest": True},
    )
    await site.change(
        "POST",
        "/release-files",
        {
            "name": "Installer (MSIX)",
            "os_id": 1,
            "release_id": manager["id"],
            "url": "https://www.python.org/ftp/python/pymanager/python-manager-26.0.msix",
            "download_button": True,
        },
    )
    await site.change("POST", f"/releases/{manager['id']}/publish")
    for path in pages[:3]:
        await says(site, path, "python-manager-26.0.msix", system="Windows")
    await says(site, "/downloads/windows/", "Latest Python install manager")
    await says(site, "/downloads/", "standalone installer", system="Windows")
    landing = await site.text("/downloads/", system="Windows")
    assert "python-3.15.0-amd64.exe" in landing
    answer = await site.get("/downloads/latest/pymanager")
    assert answer.headers["location"] == f"/downloads/release/{manager['slug']}/"
    assert "install manager" not in await site.text("/doc/versions/")
    await site.change("DELETE", f"/releases/{manager['id']}")
    for path in pages:
        await says(site, path, "python-manager-26.0.msix", gone=True, system="Windows")
    await answers(site, "/downloads/latest/pymanager", 404)


async def test_a_release_without_text_leads_to_its_content_page(
    site: Site, release: dict[str, Any]
) -> None:
    page = f"/downloads/release/{release['slug']}/"
    body = body_of(release, is_published=True, release_page="/about/somewhere/")
    await site.change("PUT", f"/releases/{release['id']}", body)
    await answers(site, page, 302)
    assert (await site.get(page)).headers["location"] == "/about/somewhere/"


async def test_a_system_appears_and_goes(site: Site) -> None:
    assert (await site.get("/downloads/amiga/")).status_code == 404
    amiga = await site.change("POST", "/operating-systems", {"name": "Amiga"})
    await answers(site, "/downloads/amiga/", 200)
    for path in ("/downloads/", "/downloads/operating-systems/", "/downloads/windows/"):
        await says(site, path, "Amiga")
    await site.change("DELETE", f"/operating-systems/{amiga['id']}")
    await answers(site, "/downloads/amiga/", 404)
    for path in ("/downloads/", "/downloads/operating-systems/", "/downloads/windows/"):
        await says(site, path, "Amiga", gone=True)
