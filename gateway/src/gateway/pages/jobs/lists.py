"""Lists of visible jobs: all of them with a filter, by type, category, location and country."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from contracts.jobs.dto import MAX_COUNT, PAGE_SIZE
from contracts.sponsors.features import LogoPlace
from gateway.backends.errors import BackendRefused
from gateway.pages import boxes
from gateway.pages.accounts import common
from gateway.pages.heads import windows
from gateway.pages.jobs import fetch, heads, links, rows, wanted
from gateway.pages.jobs.models import ListPage
from gateway.pages.jobs.wanted import Wanted
from gateway.pages.landings.blocks import tile
from gateway.pages.links import Link
from gateway.pages.sponsors import logos
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from contracts.jobs.dto import Facet, Facets, JobList
    from gateway.pages.heads import Head
    from gateway.pages.sponsors.models import LogoBlock

TITLE: Final = "Python jobs"
_LAST: Final = -(-MAX_COUNT // PAGE_SIZE)
_DESCRIPTION: Final = "Companies all over the world that look for people who write Python"
_SUBMIT: Final = Link(label="Post a job", href=links.CREATE)
_ALL: Final = Link(label="All jobs", href=links.HOME)


@dataclass(frozen=True, slots=True)
class Found:
    """What a list is made of."""

    jobs: JobList
    number: int
    facets: Facets | None
    boxes: dict[str, str]
    sponsors: LogoBlock | None


@page(links.HOME, name="jobs", cache=fetch.policy(*wanted.PARAMS))
async def jobs(ctx: PageContext) -> Page:
    """List all jobs, or what a filter lets through. Three calls, at once.

    Where the filter is one for which there is a page, that is the one to be known.
    """
    asked = wanted.of_address(ctx)
    found = await _found(ctx, asked)
    filters = asked.filters
    ctx.canonical = _own_page(filters)
    head = heads.public(
        TITLE,
        _DESCRIPTION,
        text=_total(found.facets),
        subscribe=links.subscribe("Python jobs", links.HOME),
        # Pages of filters are endless; search engines know each job without them.
        indexed=len(filters) < 2 and found.number == 1 and "q" not in filters,
        current="All jobs",
    )
    return _show(ctx, head, asked, found)


def _own_page(filters: dict[str, str]) -> str:
    """Return the page that shows the same as a filter, empty where there is none."""
    match filters:
        case {"category": slug, **more} if not more:
            return links.category_path(slug)
        case {"type": slug, **more} if not more:
            return links.type_path(slug)
        case {"country": slug, **more} if not more:
            return links.country_path(slug)
        case {"location": slug, **more} if not more:
            return links.location_path(slug)
        case {"remote": _, **more} if not more:
            return links.REMOTE
        case _:
            return ""


@page("/jobs/category/{slug:str}/", name="jobs.category", cache=fetch.policy("page"))
async def category(ctx: PageContext) -> Page:
    """List the jobs of a category."""
    slug = fetch.slug_of(ctx)
    named, found = await asyncio.gather(
        fetch.service(ctx).category(slug), _found(ctx, Wanted(category=slug))
    )
    if named is None:
        raise NotFound
    above = ("Categories", links.CATEGORIES)
    title = f"Python jobs: {named.name}"
    return _narrowed(ctx, title, named.name, found, Wanted(category=slug), above)


@page("/jobs/type/{slug:str}/", name="jobs.type", cache=fetch.policy("page"))
async def job_type(ctx: PageContext) -> Page:
    """List the jobs of a type."""
    slug = fetch.slug_of(ctx)
    named, found = await asyncio.gather(
        fetch.service(ctx).job_type(slug), _found(ctx, Wanted(type=slug))
    )
    if named is None:
        raise NotFound
    title = f"Python jobs: {named.name}"
    return _narrowed(ctx, title, named.name, found, Wanted(type=slug), ("Types", links.TYPES))


@page("/jobs/location/{slug:str}/", name="jobs.location", cache=fetch.policy("page"))
async def location(ctx: PageContext) -> Page:
    """List the jobs at a location; one that has none now is an empty list (as at python.org)."""
    slug = fetch.slug_of(ctx)
    return await _placed(ctx, fetch.service(ctx).location(slug), Wanted(location=slug))


@page("/jobs/country/{slug:str}/", name="jobs.country", cache=fetch.policy("page"))
async def country(ctx: PageContext) -> Page:
    """List the jobs in a country; one that has none now is an empty list, as a location is."""
    slug = fetch.slug_of(ctx)
    return await _placed(ctx, fetch.service(ctx).country(slug), Wanted(country=slug))


async def _placed(ctx: PageContext, find: Awaitable[Facet | None], asked: Wanted) -> Page:
    """List the jobs at a place. Raises NotFound for one that no job was ever listed at."""
    place, found = await asyncio.gather(find, _found(ctx, asked))
    if place is None:
        raise NotFound
    above = ("Locations", links.LOCATIONS)
    return _narrowed(ctx, f"Python jobs in {place.name}", place.name, found, asked, above)


@page(links.REMOTE, name="jobs.remote", cache=fetch.policy("page"))
async def remote(ctx: PageContext) -> Page:
    """List the jobs that can be done from elsewhere."""
    asked = Wanted(remote=True)
    found = await _found(ctx, asked)
    return _narrowed(ctx, "Remote Python jobs", "Remote", found, asked, current="Remote")


async def _found(ctx: PageContext, asked: Wanted) -> Found:
    """Ask for a window of a list, and for what stands around it."""
    ctx.use(fetch.JOBS, fetch.NAMES)
    number = fetch.page_of(ctx, _LAST)
    jobs, facets, written, sponsors = await asyncio.gather(
        _window(ctx, asked, number),
        fetch.facets(ctx),
        boxes.placed(ctx, heads.SUBSCRIBE.label, heads.FEATURED.label),
        logos.shown(ctx, LogoPlace.JOBS, logos.JOBS, narrow=True),
    )
    if number > 1 and not jobs.items:
        raise NotFound
    return Found(jobs, number, facets, dict(written), sponsors)


async def _window(ctx: PageContext, asked: Wanted, number: int) -> JobList:
    """Ask for a window of a list.

    Raises BadInput where the filter names what there is none of, and NotFound where the address
    of the page does.
    """
    first = (number - 1) * PAGE_SIZE
    try:
        return await fetch.service(ctx).jobs(**asked.query(), limit=PAGE_SIZE, offset=first)
    except BackendRefused as error:
        wrong = common.explained(error).errors
        unknown = next((name for name in ("category", "type") if name in wrong), "")
        if not unknown:
            raise
        if ctx.path != links.HOME:
            raise NotFound from error
        raise BadInput(unknown, f"must be a {unknown} that there is") from error


def _narrowed(  # noqa: PLR0913 - what there is to say of a list
    ctx: PageContext,
    title: str,
    name: str,
    found: Found,
    asked: Wanted,
    *above: tuple[str, str],
    current: str = "",
) -> Page:
    """Return the list of a page of its own."""
    head = heads.public(
        title,
        f"{title}. {_DESCRIPTION}",
        *above,
        subscribe=links.subscribe(title, ctx.path),
        indexed=bool(found.jobs.items) and found.number == 1,
        current=current,
    )
    return _show(ctx, head, asked, found, name)


def _show(ctx: PageContext, head: Head, asked: Wanted, found: Found, name: str = "") -> Page:
    jobs = found.jobs
    on_own_page = ctx.path != links.HOME
    return ctx.render(
        "jobs/list.html",
        ListPage(
            head=head,
            filter=wanted.form(asked, found.facets),
            count=rows.counted(jobs.total, more=jobs.more),
            rows=tuple(rows.row(job) for job in jobs.items),
            pager=windows(
                ctx,
                min(jobs.total, MAX_COUNT),
                PAGE_SIZE,
                found.number,
                "Pages of jobs",
                params=None if on_own_page else asked.params,
            ),
            nothing=_nothing(asked, name),
            instead=_instead(asked, found.facets),
            ways=heads.ways(found.facets),
            subscribe=tile(heads.SUBSCRIBE, found.boxes),
            featured=tile(heads.FEATURED, found.boxes),
            sponsors=found.sponsors,
        ),
    )


def _total(facets: Facets | None) -> str:
    if facets is None or not facets.jobs:
        return f"{_DESCRIPTION}."
    places = len(facets.countries)
    where = f" in {places} countries" if places > 1 else ""
    return f"{rows.counted(facets.jobs)}{where}, each looked over by a volunteer."


def _nothing(asked: Wanted, name: str) -> str:
    if name:
        return f"No open job: {name}"
    return "No job fits" if asked.filters else "No job is open now"


def _instead(asked: Wanted, facets: Facets | None) -> tuple[Link, ...]:
    """Return ways on from an empty list: the same with one filter less, then what there is most."""
    filters = asked.filters
    if len(filters) > 1:
        less = {
            "q": "Without the words",
            "category": "In any category",
            "type": "Of any type",
            "country": "In any country",
            "location": "At any place",
            "remote": "Also on site",
            "posted": "Posted at any time",
        }
        fewer = tuple(Link(label=less[name], href=asked.address(name)) for name in filters)
        return (*fewer, _ALL)
    some = heads.most(facets.categories)[:3] if facets else []
    return (
        *((_ALL,) if filters else ()),
        *(Link(label=one.name, href=links.category_path(one.slug)) for one in some),
        _SUBMIT,
    )


LISTS = (jobs, remote, category, job_type, location, country)
