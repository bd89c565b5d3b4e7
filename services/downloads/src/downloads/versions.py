"""Version numbers in release names: parsing, series, order, and the slugs made from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from packaging.version import InvalidVersion, Version

#: "Python", exactly one space, a whole version: 3.15.0, 3.15.0b1, 2.7. What follows is free text.
_PYTHON: Final = re.compile(
    r"Python ([0-9]{1,9}(?:\.[0-9]{1,9}){0,3}(?:(?:a|b|c|rc)[0-9]{1,9})?)(?![\w.])"
)
#: A release of the install manager; its numbers are its own and name no series of Python.
_MANAGER: Final = re.compile(
    r"Python install manager ([0-9]{1,9}(?:\.[0-9]{1,9}){0,3}(?:(?:a|b|c|rc)[0-9]{1,9})?)(?![\w.])",
    re.IGNORECASE,
)
_PHASES: Final = {"a": 0, "b": 1, "rc": 2}
_FINAL: Final = 3
_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the name of a release says about its version.

    `number` and `series` are empty where the name is not "Python <version>". `key` orders
    releases: PostgreSQL and Python compare it alike, element by element, and a name without a
    version has the empty key, which is below all others.
    """

    number: str
    series: str
    key: list[int]


def parse(name: str) -> Parsed:
    """Return number, series and sort key of a release's name. Never raises."""
    if match := _PYTHON.match(name):
        version = _version(match[1])
        series = ".".join(map(str, version.release[:2])) if len(version.release) > 1 else ""
        return Parsed(str(version), series, _key(version))
    if match := _MANAGER.match(name):
        # Below every Python, among themselves by their own number.
        return Parsed("", "", [0, *_key(_version(match[1]))])
    return Parsed("", "", [])


def file_slug(release_name: str, release_slug: str, file_name: str) -> str:
    """Return the slug of a file as the release managers' tool makes it: `3140-rc2-macOS-installer`.

    Version without dots, pre-release suffix after a hyphen, then the file's name with hyphens for
    spaces and without other characters, cut at 40. Where the release's name holds no version, its
    slug takes the version's place.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "", file_name.replace(" ", "-"))[:40]
    number = parse(release_name).number
    if not number:
        return f"{release_slug}-{name}"[:200]
    match = re.match(r"[0-9.]+", number)
    base = match[0] if match else ""
    suffix = number[len(base) :]
    return "-".join(part for part in (base.replace(".", ""), suffix, name) if part)


def notes_url(release_name: str) -> str:
    """Return where the documentation will have the notes of a release; empty where nobody can tell.

    A final release has its changelog in the documentation of that very version, which stays; a
    pre-release is told of by "What's New" of its series, which is still being written.
    """
    parsed = parse(release_name)
    if not parsed.series:
        return ""
    if re.fullmatch(r"[0-9.]+", parsed.number):
        return f"https://docs.python.org/release/{parsed.number}/whatsnew/changelog.html"
    return f"https://docs.python.org/{parsed.series}/whatsnew/{parsed.series}.html"


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion as error:  # the patterns above admit only what packaging reads
        raise AssertionError(text) from error


def _key(version: Version) -> list[int]:
    release = version.release + (0,) * (_PARTS - len(version.release))
    if version.pre is None:
        return [*release, _FINAL, 0]
    phase, serial = version.pre
    return [*release, _PHASES[phase], serial]
