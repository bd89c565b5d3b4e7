"""What programs subscribe to: visible jobs, newest first, as RSS and Atom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from gateway.pages import syndication
from gateway.pages.jobs import fetch, links
from gateway.pages.syndication import Channel, Item
from gateway.web.pages import NotFound, Page, PageContext, PageRoute, page

if TYPE_CHECKING:
    from contracts.jobs.dto import JobDetail
    from gateway.backends.client import Query

#: How many jobs are in a feed (as at python.org).
ITEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What is subscribed to: its name, its page, and what the service is asked for."""

    name: str
    path: str
    query: dict[str, Query]


type Find = Callable[[PageContext], Awaitable[Subject]]


async def _all(_: PageContext) -> Subject:
    return Subject("Python jobs", links.HOME, {})


async def _remote(_: PageContext) -> Subject:
    return Subject("Remote Python jobs", links.REMOTE, {"remote": True})


async def _category(ctx: PageContext) -> Subject:
    found = await fetch.service(ctx).category(fetch.slug_of(ctx))
    if found is None:
        raise NotFound
    path = links.category_path(found.slug)
    return Subject(f"Python jobs: {found.name}", path, {"category": found.slug})


async def _type(ctx: PageContext) -> Subject:
    found = await fetch.service(ctx).job_type(fetch.slug_of(ctx))
    if found is None:
        raise NotFound
    return Subject(f"Python jobs: {found.name}", links.type_path(found.slug), {"type": found.slug})


async def _location(ctx: PageContext) -> Subject:
    found = await fetch.service(ctx).location(fetch.slug_of(ctx))
    if found is None:
        raise NotFound
    path = links.location_path(found.slug)
    return Subject(f"Python jobs in {found.name}", path, {"location": found.slug})


async def _country(ctx: PageContext) -> Subject:
    found = await fetch.service(ctx).country(fetch.slug_of(ctx))
    if found is None:
        raise NotFound
    path = links.country_path(found.slug)
    return Subject(f"Python jobs in {found.name}", path, {"country": found.slug})


def _feed(path: str, name: str, find: Find, form: str) -> PageRoute:
    async def feed(ctx: PageContext) -> Page:
        ctx.use(fetch.JOBS, fetch.NAMES)
        subject = await find(ctx)
        found = await fetch.service(ctx).texts(**subject.query, limit=ITEMS)
        channel = Channel(
            title=subject.name,
            path=subject.path,
            description=f"Newest first: {subject.name}",
            feed="feed/{form}/",
        )
        return syndication.answer(ctx, form, channel, list(map(_item, found)))

    return page(f"{path}feed/{form}/", name=f"jobs.{name}_{form}", cache=fetch.policy())(feed)


def _item(job: JobDetail) -> Item:
    """Return a job with its place, and with its texts (as at python.org)."""
    place = f"{job.location}, or remote" if job.remote else job.location
    about = (job.category.name, *(one.name for one in job.types), job.other_type)
    return Item(
        title=f"{job.title}, {job.company_name}",
        href=links.job_path(job.id),
        html=f"<p>{escape(place)}</p>{job.description_html}{job.requirements_html}",
        published=job.published,
        updated=job.updated,
        categories=tuple(filter(None, about)),
    )


_SUBJECTS: Final[tuple[tuple[str, str, Find], ...]] = (
    (links.HOME, "all", _all),
    (links.REMOTE, "remote", _remote),
    ("/jobs/category/{slug:str}/", "category", _category),
    ("/jobs/type/{slug:str}/", "type", _type),
    ("/jobs/location/{slug:str}/", "location", _location),
    ("/jobs/country/{slug:str}/", "country", _country),
)

FEEDS: tuple[PageRoute, ...] = tuple(
    _feed(path, name, find, form) for path, name, find in _SUBJECTS for form in syndication.FORMS
)
