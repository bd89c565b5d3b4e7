"""The landing page of the downloads: /downloads/."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from contracts.downloads.dto import (
    LatestReleases,
    OperatingSystem,
    ReleaseCycle,
    ReleaseSummary,
)
from contracts.sponsors.features import LogoPlace
from gateway.backends import BackendUnavailable
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import cycle, fetch, hero, lists, texts
from gateway.pages.downloads.models import ActiveReleases, Landing, ReleaseList
from gateway.pages.sponsors import logos
from gateway.pages.sponsors.models import LogoBlock
from gateway.web.pages import BadInput, Page, PageContext, page


@page(
    "/downloads/",
    "/getit/",
    name="downloads.landing",
    cache=CachePolicy(
        params=("series", "version", "os"),
        variants=("system",),
        # The line of today moves once a day.
        fresh=3600,
    ),
)
async def landing(ctx: PageContext) -> Page:
    """Show the button for the visitor's system, active releases and the list of releases.

    Four calls and what sponsors need, all at once. With the filter `os` the list is asked for by
    system and the release cycle is left out; the page is still there while either the latest
    releases or the list are.
    """
    ctx.use(fetch.LISTS, fetch.CYCLE)
    series = lists.wanted_series(ctx.params.get("series", ""), ctx.params.get("version", ""))
    system = ctx.params.get("os", "")
    if system and not fetch.is_slug(system):
        raise BadInput("os", "is not a system")
    latest, releases, systems, found, sponsors = await asyncio.gather(
        fetch.latest(ctx),
        fetch.all_releases(ctx),
        fetch.systems(ctx),
        _releases_for(ctx, system) if system else fetch.cycle(ctx),
        logos.shown(ctx, LogoPlace.DOWNLOAD, logos.DOWNLOADS),
    )
    if latest is None and releases is None:
        raise BackendUnavailable("downloads", "neither the latest releases nor the list")
    filtered = bool(series or system)
    active = None
    if isinstance(found, ReleaseCycle) and releases is not None and not filtered:
        active = cycle.build(found, releases, datetime.now(UTC).date())
    listed = found if isinstance(found, list) else releases
    return ctx.render(
        "downloads/landing.html",
        _model(ctx, latest, active, _list(releases, listed, systems, series, system), sponsors),
    )


async def _releases_for(ctx: PageContext, system: str) -> list[ReleaseSummary]:
    """Return the releases with files for a system: the subject of a page filtered by it."""
    ctx.use(f"os:{system}")
    return await ctx.backends.downloads.all_releases(os=system)


def _list(
    releases: list[ReleaseSummary] | None,
    listed: list[ReleaseSummary] | None,
    systems: list[OperatingSystem] | None,
    series: str,
    system: str,
) -> ReleaseList | None:
    """Return the filtered list.

    Raises BadInput for a series or a system that does not exist, and BackendUnavailable where a
    filter is asked for and what it needs cannot be had.
    """
    if releases is None or listed is None or (system and systems is None):
        if series or system:
            raise BackendUnavailable("downloads", "the list cannot be filtered")
        return None
    all_series = lists.known_series(releases)
    if series and series not in all_series:
        raise BadInput("series", f"cannot be {series}: Python has no such series")
    known = {row.slug: row for row in systems or ()}
    if system and system not in known:
        raise BadInput("os", f"must be one of {', '.join(sorted(known))}")
    return lists.build(
        listed,
        all_series=all_series,
        systems=systems or (),
        series=series,
        system=known.get(system),
    )


def _model(
    ctx: PageContext,
    latest: LatestReleases | None,
    active: ActiveReleases | None,
    releases: ReleaseList | None,
    sponsors: LogoBlock | None,
) -> Landing:
    return Landing(
        hero=hero.build(ctx.system.value, latest),
        active=active,
        releases=releases,
        filtered=releases is not None and releases.filter.active,
        sponsors=sponsors,
        blocks=texts.BLOCKS,
        notes=texts.NOTES,
        pgp_intro=texts.PGP,
        pgp_keys=texts.PGP_KEYS,
    )
