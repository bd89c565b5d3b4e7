"""What programs subscribe to: visible jobs, newest first, as RSS and Atom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from gateway.pages.jobs import fetch, links
from gateway.web.pages import NotFound, Page, PageContext, PageRoute, page

if TYPE_CHECKING:
    from contracts.jobs.dto import JobSummary
    from gateway.backends.client import Query

#: How many jobs are in a feed (as at python.org).
ITEMS: Final = 20
#: Two characters that a text may hold and XML may not.
_NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF))
_TYPES: Final = {
    "rss": (Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
    "atom": (Atom1Feed, "application/atom+xml; charset=utf-8"),
}


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
    slug = fetch.slug_of(ctx)
    name = slug.replace("-", " ").title()
    return Subject(f"Python jobs in {name}", links.location_path(slug), {"location": slug})


async def _country(ctx: PageContext) -> Subject:
    slug = fetch.slug_of(ctx)
    name = slug.replace("-", " ").title()
    return Subject(f"Python jobs in {name}", links.country_path(slug), {"country": slug})


def _feed(path: str, name: str, find: Find, form: str) -> PageRoute:
    async def feed(ctx: PageContext) -> Page:
        ctx.use(fetch.JOBS, fetch.NAMES)
        subject = await find(ctx)
        found = await fetch.service(ctx).jobs(**subject.query, limit=ITEMS)
        kind, media = _TYPES[form]
        answer = ctx.respond(written(kind, ctx.site.origin, subject, form, found.items), media)
        if not found.items:
            return answer
        changed = max(item.updated for item in found.items).astimezone(UTC)
        return replace(answer, headers=(("Last-Modified", format_datetime(changed, usegmt=True)),))

    return page(f"{path}feed/{form}/", name=f"jobs.{name}_{form}", cache=fetch.policy())(feed)


def written(
    kind: type[SyndicationFeed], origin: str, subject: Subject, form: str, items: list[JobSummary]
) -> bytes:
    """Return a feed; links are whole addresses on `origin`."""
    channel = kind(
        title=subject.name.translate(_NO_XML),
        link=origin + subject.path,
        description=f"Newest first: {subject.name}".translate(_NO_XML),
        language="en-us",
        feed_url=f"{origin}{subject.path}feed/{form}/",
    )
    for item in items:
        address = origin + links.job_path(item.id)
        place = f"{item.location}, or remote" if item.remote else item.location
        about = (item.category.name, *(one.name for one in item.types), item.other_type)
        channel.add_item(
            title=f"{item.title}, {item.company_name}".translate(_NO_XML),
            link=address,
            description=f"{place}. {item.summary}".translate(_NO_XML).strip(),
            unique_id=address,
            pubdate=item.published,
            updateddate=item.updated,
            categories=[name.translate(_NO_XML) for name in about if name],
        )
    return str(channel.writeString("utf-8")).encode()


_SUBJECTS: Final[tuple[tuple[str, str, Find], ...]] = (
    (links.HOME, "all", _all),
    (links.REMOTE, "remote", _remote),
    ("/jobs/category/{slug:str}/", "category", _category),
    ("/jobs/type/{slug:str}/", "type", _type),
    ("/jobs/location/{slug:str}/", "location", _location),
    ("/jobs/country/{slug:str}/", "country", _country),
)

FEEDS: tuple[PageRoute, ...] = tuple(
    _feed(path, name, find, form) for path, name, find in _SUBJECTS for form in _TYPES
)
