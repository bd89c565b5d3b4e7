"""The home page: /.

A block is declared with its owner and made apart from the others, so that one that cannot be had
is left out or replaced and the rest stands. A service that begins to be there adds its block to
`ROWS`; until then nothing of it appears.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from contracts.base import Page as Listed
from contracts.downloads.dto import LatestReleases, ReleaseSummary
from contracts.sponsors.features import LogoPlace
from gateway.backends import BackendUnavailable
from gateway.cache.policy import CachePolicy
from gateway.pages import boxes, home_texts, navigation, samples
from gateway.pages.blogs import latest as blogs
from gateway.pages.blogs.models import LatestNews
from gateway.pages.downloads import fetch, hero, lists
from gateway.pages.downloads.models import Hero
from gateway.pages.events import links, upcoming
from gateway.pages.events.models import EventRow, UpcomingEvents
from gateway.pages.jobs import newest
from gateway.pages.jobs.models import JobRow, NewestJobs
from gateway.pages.landings.blocks import Block, Tile, tile
from gateway.pages.landings.sections import FOUNDATION
from gateway.pages.links import Link, release_path
from gateway.pages.models import HomeBlock, HomePage, NewestReleases
from gateway.pages.navigation import Owner
from gateway.pages.sponsors import logos
from gateway.pages.sponsors.models import LogoBlock
from gateway.pages.stories import featured
from gateway.pages.stories.models import FeaturedStory
from gateway.web.pages import Page, PageContext, page

#: Code samples in the band (as at python.org).
SAMPLES = 5

#: Rows of the list of newest releases.
NEWEST = 6

#: Rows of what takes place soon (as at python.org).
EVENTS = 5

#: Rows of news (as at python.org).
NEWS = 5

#: Jobs below the words about the board.
JOBS = 3

#: Cards in the first row. There are more than fit: the first ones that are live are shown.
CARDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the blocks of the page are made of."""

    latest: LatestReleases | None
    newest: tuple[ReleaseSummary, ...]
    events: tuple[EventRow, ...] = ()
    news: LatestNews | None = None
    jobs: tuple[JobRow, ...] = ()
    story: FeaturedStory | None = None
    sponsors: LogoBlock | None = None
    download: Hero
    written: Mapping[str, str]


#: Makes what a block prints, or None where there is nothing to show.
type Make = Callable[[Found], object | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A declared block: `home/<name>.html` prints what `make` returns, while `owner` is live."""

    name: str
    owner: Owner
    make: Make


def _written(block: Block) -> Make:
    return lambda found: tile(block, found.written)


def _download(found: Found) -> Tile:
    release = found.latest.python3 if found.latest else None
    newest = (Link(label=f"Latest: {release.name}", href=release_path(release)),) if release else ()
    return Tile(
        key="download",
        title="Download",
        text="Installers and source code for every version and system.",
        links=(*newest, Link(label="All downloads", href="/downloads/")),
    )


def _systems(found: Found) -> Hero | None:
    """A choice, for visitors whose system is not known: the others have their button above."""
    return None if found.download.primary else found.download


def _newest(found: Found) -> NewestReleases | None:
    if not found.newest:
        return None
    return NewestReleases(
        rows=tuple(lists.row(release) for release in found.newest),
        feed=Link(label="Feed of releases", href="/downloads/feed.rss"),
    )


def _events(found: Found) -> UpcomingEvents | None:
    if not found.events:
        return None
    return UpcomingEvents(rows=found.events, more=Link(label="All events", href=links.HOME))


def _news(found: Found) -> LatestNews | None:
    return found.news


def _jobs(found: Found) -> NewestJobs | None:
    if not found.jobs:
        return None
    return NewestJobs(
        tile=tile(home_texts.JOBS, found.written),
        rows=found.jobs,
    )


def _story(found: Found) -> FeaturedStory | None:
    return found.story


def _sponsors(found: Found) -> LogoBlock | None:
    return found.sponsors


def _places(_: Found) -> tuple[Link, ...]:
    return home_texts.PLACES


_FIRST = (
    Part("card", "gateway", _written(home_texts.GET_STARTED)),
    Part("card", "downloads", _download),
    Part("card", "gateway", _written(home_texts.DOCUMENTATION)),
    Part("jobs", "jobs", _jobs),
    Part("card", "external", lambda _: home_texts.COMMUNITY),
)

#: The blocks below the band, in rows: the class of the grid they stand in, and the blocks.
ROWS: tuple[tuple[str, tuple[Part, ...]], ...] = (
    ("grid", _FIRST),
    ("", (Part("systems", "downloads", _systems),)),
    (
        "grid grid--wide",
        (
            Part("news", "blogs", _news),
            Part("events", "events", _events),
            Part("newest", "downloads", _newest),
            Part("uses", "gateway", _written(home_texts.USES)),
        ),
    ),
    ("", (Part("story", "stories", _story),)),
    ("", (Part("sponsors", "sponsors", _sponsors),)),
    ("", (Part("places", "external", _places),)),
    ("", (Part("foundation", "gateway", _written(FOUNDATION)),)),
)

LABELS = tuple(
    block.label
    for block in (
        home_texts.INTRODUCTION,
        home_texts.GET_STARTED,
        home_texts.DOCUMENTATION,
        home_texts.JOBS,
        home_texts.USES,
        FOUNDATION,
    )
)


async def _releases(
    ctx: PageContext,
) -> tuple[LatestReleases | None, Listed[ReleaseSummary] | None]:
    """Return what the buttons lead to, and what came out last."""
    return await asyncio.gather(
        fetch.latest(ctx),
        ctx.block(
            "newest",
            lambda: ctx.backends.downloads.releases(limit=NEWEST, order="-release_date"),
            keys={fetch.LISTS},
            fallback=None,
        ),
    )


@page(
    "/",
    name="home",
    cache=CachePolicy(variants=("system",), fresh=3600),
)
async def home(ctx: PageContext) -> Page:
    """Show the introduction, the button for the visitor's system, and the blocks."""
    ctx.use("home", fetch.LISTS)
    (
        (latest, releases),
        events,
        jobs,
        (news, story, sponsors),
        written,
        shown,
    ) = await asyncio.gather(
        _releases(ctx),
        upcoming.soon(ctx, EVENTS),
        newest.listed(ctx, JOBS),
        asyncio.gather(
            blogs.news(ctx, NEWS, "Latest news"),
            featured.featured(ctx),
            logos.shown(ctx, LogoPlace.SPONSORS, logos.FOUNDATION, most=logos.FEW),
        ),
        boxes.placed(ctx, *LABELS),
        samples.shown(ctx, SAMPLES),
    )
    if latest is None and releases is None:
        # A page without any release is worse than the last copy of it.
        raise BackendUnavailable("downloads", "neither the latest releases nor the newest")
    found = Found(
        latest=latest,
        newest=tuple(releases.items) if releases else (),
        events=events,
        news=news,
        jobs=jobs,
        story=story,
        sponsors=sponsors,
        download=hero.build(ctx.system.value, latest),
        written=written,
    )
    return ctx.render(
        "home.html",
        HomePage(
            samples=shown,
            intro=tile(home_texts.INTRODUCTION, written),
            download=found.download,
            rows=rows(found),
        ),
    )


def rows(
    found: Found, live: Collection[Owner] = navigation.WRITTEN
) -> tuple[tuple[str, tuple[HomeBlock, ...]], ...]:
    """Return the blocks whose owner is live and that have something to show; no row is empty."""
    made = []
    for kind, parts in ROWS:
        shown = [
            HomeBlock(name=part.name, model=model)
            for part in parts
            if part.owner in live and (model := part.make(found)) is not None
        ]
        if shown:
            made.append((kind, tuple(shown[:CARDS])))
    return tuple(made)
