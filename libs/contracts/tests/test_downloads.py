"""What the contracts of downloads can tell by themselves."""

from __future__ import annotations

import pytest
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import TypeAdapter, ValidationError

from contracts.downloads.dto import PythonOrgURL, Release, ReleaseFile, ReleaseSummary, WebURL

SUMMARY = ModelFactory.create_factory(ReleaseSummary).build()
RELEASE = ModelFactory.create_factory(Release).build()
FILE = ModelFactory.create_factory(ReleaseFile).build()


@pytest.mark.parametrize(
    ("number", "target", "expected"),
    [
        ("3.14.0", (3, 14), True),
        ("3.14.0", (3, 14, 0), True),
        ("3.14", (3, 14, 0), True),
        ("3.14.0", (3, 14, 1), False),
        ("3.13.9", (3, 14), False),
        ("3.9.10", (3, 10), False),
        ("3.14.0b1", (3, 14), True),
        ("3.10.0", (3, 9), True),
        ("2.7.18", (3,), False),
        ("3", (3,), True),
        ("", (0,), False),
    ],
)
def test_version_at_least(number: str, target: tuple[int, ...], expected: bool) -> None:  # noqa: FBT001
    release = SUMMARY.model_copy(update={"number": number})
    assert release.is_version_at_least(target) is expected


def test_files_of_a_system() -> None:
    def file(name: str, system: str, *, button: bool) -> ReleaseFile:
        update = {"name": name, "os_slug": system, "download_button": button}
        return FILE.model_copy(update=update)

    files = [
        file("a", "windows", button=False),
        file("b", "windows", button=True),
        file("c", "source", button=False),
    ]
    release = RELEASE.model_copy(update={"files": files})
    button = release.download_file_for_os("windows")
    assert button is not None
    assert button.name == "b"
    assert release.download_file_for_os("source") is None
    assert release.download_file_for_os("amiga") is None
    assert [each.name for each in release.files_for_os("windows")] == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            PythonOrgURL,
            ["", "https://www.python.org/", "http://www.python.org/ftp/a_b-c.exe?x=%20#y"],
            [
                "https://python.org/",
                "https://www.python.org",
                "https://www.python.org.example/",
                "https://www.python.org/a b",
                "https://www.python.org/a\n",
                "https://www.python.org/\u00fc",
                'https://www.python.org/"',
                "https://www.python.org/" + "x" * 2000,
            ],
        ),
        (
            WebURL,
            ["", "https://example.org", "http://[::1]:80/x"],
            ["javascript:alert(1)", "//example.org", "https://", "https://a b"],
        ),
    ],
)
def test_addresses(kind: type[str], good: list[str], bad: list[str]) -> None:
    adapter = TypeAdapter(kind)
    for text in good:
        assert adapter.validate_python(text) == text
    for text in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)
