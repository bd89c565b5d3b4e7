"""The text of a seeded release: what kind it is, and where to read on. Nothing that it cannot know.

What is said follows from the version, the files and the release cycle alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contracts.downloads.dto import CycleBranch, ReleaseImport
from downloads import versions

_PHASES: Final = {"a": "alpha", "b": "beta", "rc": "release candidate"}
_ADVICE: Final = {
    "a": "Features may still be added, changed or taken out until the first beta.",
    "b": "No new features are planned from here on; what is there may still change where testing "
    "shows that it must.",
    "rc": "Only corrections are expected before the final release.",
}


def describe(release: ReleaseImport, branches: Mapping[str, CycleBranch]) -> str:
    """Return Markdown about a release; empty where its name holds no version."""
    parsed = versions.parse(release.name)
    if not parsed.series:
        return ""
    return f"{_kind(release, parsed, branches)}\n\n{_links(release, parsed, branches)}\n"


def _kind(
    release: ReleaseImport, parsed: versions.Parsed, branches: Mapping[str, CycleBranch]
) -> str:
    series, branch = parsed.series, branches.get(parsed.series)
    if phase := re.search(r"(a|b|rc)(\d+)$", parsed.number):
        final = parsed.number[: phase.start()]
        return (
            f"**Python {parsed.number}** is {_PHASES[phase[1]]} {phase[2]} of Python {final}, "
            f"for testing ahead of the final release. {_ADVICE[phase[1]]} "
            "It is not meant for production."
        )
    if parsed.key[2] == 0:
        return (
            f"**Python {parsed.number}** is the first release of the {series} series: the new "
            "features of the series begin here, and its later releases correct them."
        )
    only_source = all(file.is_source for file in release.files or ())
    if branch and release.release_date and only_source and _after_bugfixes(release, branch):
        return (
            f"**Python {parsed.number}** is a security release of the {series} series. It holds "
            "corrections of security issues and comes as source code only."
        )
    return (
        f"**Python {parsed.number}** is a maintenance release of the {series} series. It corrects "
        "what was found since the release before it and adds no features."
    )


def _after_bugfixes(release: ReleaseImport, branch: CycleBranch) -> bool:
    day = release.release_date.date().isoformat() if release.release_date else ""
    return bool(branch.end_of_bugfix) and day > branch.end_of_bugfix


def _links(
    release: ReleaseImport, parsed: versions.Parsed, branches: Mapping[str, CycleBranch]
) -> str:
    series = parsed.series
    links = [
        f"[What is new in Python {series}](https://docs.python.org/{series}/whatsnew/{series}.html)"
    ]
    if release.release_notes_url:
        links.append(f"[Changelog of {parsed.number}]({release.release_notes_url})")
    links.append(f"[Documentation of Python {series}](https://docs.python.org/{series}/)")
    branch = branches.get(series)
    if branch and branch.pep:
        address = f"https://peps.python.org/pep-{branch.pep:04}/"
        links.append(f"[Release schedule of {series}, PEP {branch.pep}]({address})")
    return "\n".join(f"- {link}" for link in links)
