"""The pages by system: /downloads/operating-systems/ and /downloads/<slug>/."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from contracts.downloads.dto import (
    LatestReleases,
    OperatingSystem,
    ReleaseWithFiles,
)
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch, files, hero, lists, texts
from gateway.pages.downloads.models import (
    Pager,
    SystemChoice,
    SystemList,
    SystemPage,
    SystemRelease,
)
from gateway.pages.links import Link, release_path, system_path
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page

#: Releases on one page of a list, and on the page that shows both lists.
PAGE_SIZE = 20
BOTH_SIZE = 10

STABLE = "stable"
PRE_RELEASE = "pre-release"

_ICONS = frozenset(files.SYSTEM_NAMES)

_HEADINGS = {
    "windows": "Python Releases for Windows",
    "macos": "Python Releases for macOS",
    "source": "Python Source Releases",
    "android": "Python Releases for Android",
    "ios": "Python Releases for iOS",
}

_NOTES = {
    "windows": "Python 3.9 and newer cannot be used on Windows 7 or earlier, and Python 3.5 to 3.8 "
    "cannot be used on Windows XP or earlier.",
    "android": "These packages are for developers who build Python into an Android app; they are "
    "not apps themselves.",
    "ios": "These packages are for developers who build Python into an iOS app; they are not apps "
    "themselves.",
    "source": "Most Linux distributions already come with Python, or offer it in their package "
    "manager.",
}


@page(
    "/downloads/operating-systems/",
    "/getit/operating-systems/",
    name="downloads.systems",
    cache=CachePolicy(fresh=86400),
)
async def systems(ctx: PageContext) -> Page:
    """List every system that has a page."""
    ctx.use(fetch.LISTS)
    found = await ctx.backends.downloads.operating_systems()
    return ctx.render(
        "downloads/systems.html", SystemList(systems=_choices(found), ports=texts.PORTS)
    )


@page(
    "/downloads/{slug:str}/",
    "/getit/{slug:str}/",
    name="downloads.system",
    cache=CachePolicy(params=("kind", "page"), fresh=86400),
)
async def system(ctx: PageContext) -> Page:
    """Show the releases that have files for a system, stable and pre-releases.

    `kind` asks for one of the two lists whole, `page` for a part of it. Both lists in full would
    be some hundred releases with a thousand files.
    """
    slug = ctx.path_params["slug"]
    if not fetch.is_slug(slug):
        raise NotFound
    ctx.use(fetch.LISTS, f"os:{slug}")
    kind, number = _wanted(ctx)
    found, latest, others = await asyncio.gather(
        ctx.backends.downloads.by_system(slug), fetch.latest(ctx), fetch.systems(ctx)
    )
    if found is None:
        raise NotFound
    manager = latest.pymanager if latest else None
    system = found.operating_system
    stable, stable_pager = _part(system, STABLE, found.stable, kind, number)
    early, early_pager = _part(system, PRE_RELEASE, found.pre_releases, kind, number)
    return ctx.render(
        "downloads/system.html",
        SystemPage(
            key=_icon(slug),
            name=files.system_name(slug, system.name),
            heading=_HEADINGS.get(slug, f"Python Releases for {system.name}"),
            primary=hero.best(slug, latest),
            latest=_latest(slug, latest),
            notes=(_NOTES[slug],) if slug in _NOTES else (),
            kind=kind,
            stable=tuple(_release(release, slug, manager) for release in stable),
            stable_total=len(found.stable),
            stable_pager=stable_pager,
            more_stable=_more(slug, STABLE, kind, len(found.stable)),
            pre_releases=tuple(_release(release, slug, manager) for release in early),
            pre_release_total=len(found.pre_releases),
            pre_release_pager=early_pager,
            more_pre_releases=_more(slug, PRE_RELEASE, kind, len(found.pre_releases)),
            # What is for none of them stands with the ports, on the page of all systems.
            systems=(*_choices(row for row in others or () if row.slug != "other"), hero.OTHER),
        ),
    )


def _wanted(ctx: PageContext) -> tuple[str, int]:
    """Return kind and page number. Raises BadInput naming the parameter."""
    kind = ctx.params.get("kind", "")
    if kind not in {"", STABLE, PRE_RELEASE}:
        raise BadInput("kind", f"must be {STABLE} or {PRE_RELEASE}")
    text = ctx.params.get("page", "") or "1"
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) >= 1):
        raise BadInput("page", "must be a number from 1")
    if text != "1" and not kind:
        raise BadInput("kind", "must be given with page")
    return kind, int(text)


def _part[T](
    system: OperatingSystem, own: str, releases: Sequence[T], kind: str, number: int
) -> tuple[Sequence[T], Pager | None]:
    """Return the releases of one list that the page shows, and the links to the rest.

    Raises NotFound for a page after the last.
    """
    if not kind:
        return releases[:BOTH_SIZE], None
    if kind != own:
        return (), None
    last = max(1, -(-len(releases) // PAGE_SIZE))
    if number > last:
        raise NotFound
    first = (number - 1) * PAGE_SIZE
    return releases[first : first + PAGE_SIZE], _pager(system, own, number, last)


def _address(slug: str, kind: str, number: int) -> str:
    query = [("kind", kind), *([("page", number)] if number > 1 else [])]
    return f"{system_path(slug)}?{urlencode(query)}"


def _pager(system: OperatingSystem, kind: str, number: int, last: int) -> Pager | None:
    if last == 1:
        return None
    words = "stable releases" if kind == STABLE else "pre-releases"
    return Pager(
        label=f"Pages of {words} for {files.system_name(system.slug, system.name)}",
        page=number,
        pages=tuple((n, _address(system.slug, kind, n), n == number) for n in range(1, last + 1)),
        previous=_address(system.slug, kind, number - 1) if number > 1 else None,
        next=_address(system.slug, kind, number + 1) if number < last else None,
    )


def _more(slug: str, own: str, kind: str, total: int) -> str:
    """Return where the whole list is, empty where it is on the page."""
    return _address(slug, own, 1) if not kind and total > BOTH_SIZE else ""


def _icon(slug: str) -> str:
    return slug if slug in _ICONS else "other"


def _choices(found: Iterable[OperatingSystem]) -> tuple[SystemChoice, ...]:
    return tuple(
        SystemChoice(
            key=_icon(row.slug),
            label=files.system_name(row.slug, row.name),
            href=system_path(row.slug),
        )
        for row in found
    )


def _latest(slug: str, latest: LatestReleases | None) -> tuple[Link, ...]:
    """Return the links on top of a system's page."""
    if latest is None:
        return ()
    own: list[Link] = []
    if slug == "windows" and latest.pymanager:
        own.append(
            Link(
                label=f"Latest Python install manager - {latest.pymanager.name}",
                href=release_path(latest.pymanager),
            )
        )
    if latest.python3:
        own.append(
            Link(
                label=f"Latest Python 3 release - {latest.python3.name}",
                href=release_path(latest.python3),
            )
        )
    return tuple(own)


def _release(
    release: ReleaseWithFiles, slug: str, manager: ReleaseWithFiles | None
) -> SystemRelease:
    return SystemRelease(
        release=lists.row(release),
        notices=_notices(release, has_manager=manager is not None) if slug == "windows" else (),
        files=files.short_links(release.files),
    )


def _notices(release: ReleaseWithFiles, *, has_manager: bool) -> tuple[str, ...]:
    """Return what a Windows user must know of this one release; `_NOTES` tells of all."""
    if has_manager and release.is_version_at_least((3, 14)):
        return (f"Best installed with the Python install manager: py install {release.number}",)
    return ()
