"""The documentation pages: /doc/ and /doc/versions/."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date

from contracts.downloads.dto import Major, ReleaseSummary
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch
from gateway.pages.downloads.versions import is_final, newest_first, series_key
from gateway.pages.landings import blocks
from gateway.pages.landings.blocks import Block, Tile
from gateway.pages.landings.models import LandingPage
from gateway.pages.landings.sections import HELP, out
from gateway.pages.links import Link
from gateway.pages.models import DocGroup, DocVersion, DocVersionsPage
from gateway.web.pages import Page, PageContext, page

DOCS = "https://docs.python.org"

#: Releases that no documentation was made for (as at python.org).
_WITHOUT = frozenset({"2.3.6", "2.3.7", "2.4.5", "2.4.6", "2.5.5", "2.5.6"})

#: Up to 3.2.0 the documentation of X.Y.0 stands at X.Y.
_SHORT_UNTIL = (3, 2)

_NUMBER = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?")

#: Documentation older than the releases that the downloads service knows.
_OLD: tuple[tuple[str, str], ...] = (
    ("2.2.3", "2003-05-30"),
    ("2.2.2", "2002-10-14"),
    ("2.2.1", "2002-04-10"),
    ("2.2p1", "2002-03-29"),
    ("2.2", "2001-12-21"),
    ("2.1.3", "2002-04-08"),
    ("2.1.2", "2002-01-16"),
    ("2.1.1", "2001-07-20"),
    ("2.1", "2001-04-15"),
    ("2.0.1", "2001-06-22"),
    ("2.0", "2000-10-16"),
    ("1.6", "2000-09-05"),
    ("1.5.2p2", "2000-03-22"),
    ("1.5.2p1", "1999-07-06"),
    ("1.5.2", "1999-04-30"),
    ("1.5.1p1", "1998-08-06"),
    ("1.5.1", "1998-04-14"),
    ("1.5", "1998-02-17"),
    ("1.4", "1996-10-25"),
)

_CURRENT = (
    Link(label="Latest stable version", href=f"{DOCS}/3/", external=True),
    Link(label="Version in development", href=f"{DOCS}/dev/", external=True),
    Link(label="Last version of Python 2", href=f"{DOCS}/2.7/", external=True),
)


@page("/doc/versions/", name="doc.versions", cache=CachePolicy(fresh=86400))
async def versions(ctx: PageContext) -> Page:
    """List the documentation of every release."""
    ctx.use(fetch.LISTS)
    releases = await ctx.backends.downloads.all_releases()
    return ctx.render(
        "doc/versions.html", DocVersionsPage(current=_CURRENT, groups=groups(releases))
    )


_BANNER = Block(
    label="documentation-banner",
    title="Python documentation",
    text="Tutorials, guides and references, for the first line of code and for the ten-thousandth.",
)

_LEVELS = (
    Block(
        label="documentation-beginners",
        key="get-started",
        title="Beginner",
        text="Begin to program, or begin with Python.",
        links=(out("Tutorial", f"{DOCS}/3/tutorial/"), out("Setup", f"{DOCS}/3/using/")),
    ),
    Block(
        label="documentation-moderate",
        key="docs",
        title="Moderate",
        text="Look things up while you work.",
        links=(out("Library", f"{DOCS}/3/library/"), out("How-to guides", f"{DOCS}/3/howto/")),
    ),
    Block(
        label="documentation-advanced",
        key="source",
        title="Advanced",
        text="Extend it, embed it, know it to the ground.",
        links=(out("Language", f"{DOCS}/3/reference/"), out("C API", f"{DOCS}/3/c-api/")),
    ),
    Block(
        label="documentation-general",
        key="other",
        title="General",
        text="Around the language.",
        links=(
            out("PEP index", "https://peps.python.org/"),
            Link(label="Documentation of older versions", href="/doc/versions/"),
        ),
    ),
)

_NEED_YOU = Block(
    label="widget-weneedyou",
    title="Python needs you",
    text="The documentation is made by volunteers.",
    links=(out("How to help", "https://devguide.python.org/documentation/"),),
)

_PORTING = Tile(
    title="Still on Python 2?",
    text="It has had no fixes since 2020.",
    links=(
        out("Porting to Python 3", f"{DOCS}/3/howto/pyporting.html"),
        out("Documentation of Python 2.7", f"{DOCS}/2.7/"),
    ),
)


@page("/doc/", name="doc", cache=CachePolicy(fresh=86400))
async def index(ctx: PageContext) -> Page:
    """Lead to the documentation. The name of the latest release is all it needs of downloads."""
    ctx.use(fetch.LISTS)
    latest, (banner, helping, need_you, *levels) = await asyncio.gather(
        fetch.latest(ctx), blocks.tiles(ctx, (_BANNER, HELP, _NEED_YOU, *_LEVELS))
    )
    release = latest.python3 if latest else None
    name = release.name if release else "Python 3"
    return ctx.render(
        "landings/landing.html",
        LandingPage(
            title="Python documentation",
            description="Tutorials, guides and references for beginners and for everybody who "
            "works with Python",
            banner=banner,
            actions=(
                out(f"{name} documentation", f"{DOCS}/3/"),
                out("What's new", f"{DOCS}/3/whatsnew/"),
                Link(label="Documentation by version", href="/doc/versions/"),
            ),
            cards=tuple(levels),
            notes=(helping, _PORTING, need_you),
        ),
    )


def groups(releases: Sequence[ReleaseSummary]) -> tuple[DocGroup, ...]:
    """Return the documentation by series, newest series first, newest release first in each."""
    found: dict[str, list[DocVersion]] = {}
    for release in newest_first(releases):
        if (
            release.major is Major.PYMANAGER
            or not is_final(release)
            or not _NUMBER.fullmatch(release.number)
            or release.number in _WITHOUT
        ):
            continue
        label = _label(release)
        found.setdefault(release.series, []).append(_version(label, release.release_date.date()))
    for label, day in _OLD:
        series = ".".join(label.replace("p", ".").split(".")[:2])
        own = found.setdefault(series, [])
        if all(version.label != label for version in own):
            own.append(_version(label, date.fromisoformat(day)))
    ordered = sorted(found, key=series_key, reverse=True)
    return tuple(DocGroup(series=series, versions=tuple(found[series])) for series in ordered)


def _label(release: ReleaseSummary) -> str:
    major, minor, *patch = (int(part) for part in release.number.split("."))
    if patch in ([], [0]) and (major, minor) <= _SHORT_UNTIL:
        return f"{major}.{minor}"
    return release.number


def _version(label: str, released: date) -> DocVersion:
    return DocVersion(label=label, href=f"{DOCS}/release/{label}/", released=released)
