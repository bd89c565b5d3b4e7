"""Every read of blogs. The columns of a statement are the fields of the DTO, by name.

Who may not see hidden entries gets statements that cannot return one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from content.blogs.models import AGGREGATE_FEED, BlogAggregate, BlogEntry, BlogFeed, RelatedBlog
from contracts.content.blogs import BlogEntry as BlogEntryDTO
from servicekit import reading
from servicekit.access import Principal
from servicekit.pagination import Window
from servicekit.reading import Column, Row, bytewise

VIEW_HIDDEN: Final = "content.view_blogentry"

FEED: Final[tuple[Column, ...]] = tuple(
    getattr(BlogFeed, name)
    for name in (
        *("id", "name", "website_url", "feed_url", "active", "version", "created", "updated"),
    )
)
RELATED: Final[tuple[Column, ...]] = tuple(
    getattr(RelatedBlog, name)
    for name in (
        *("id", "name", "blog_name", "blog_url", "feed_url", "active", "last_entry_title"),
        *("last_entry_url", "last_entry_published", "version", "created", "updated"),
    )
)
_FEED_REF: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", BlogFeed.id), *("name", BlogFeed.name), *("website_url", BlogFeed.website_url)
)
_ENTRY: Final[tuple[Any, ...]] = (
    *(
        getattr(BlogEntry, name)
        for name in (
            *("id", "title", "url", "pub_date", "summary_html", "excerpt", "hidden", "sample"),
            *("version", "created", "updated"),
        )
    ),
    _FEED_REF.label("feed"),
)
_ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "pub_date": BlogEntry.pub_date,
    "updated": BlogEntry.updated,
    "id": BlogEntry.id,
}


# --- feeds ---


async def feeds(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the feeds, by name."""
    return await reading.page(
        session, select(*FEED), (bytewise(BlogFeed.name), BlogFeed.id), window
    )


async def feed(session: AsyncSession, feed_id: int) -> Row | None:
    """Return one feed."""
    return await reading.one(session, select(*FEED).where(BlogFeed.id == feed_id))


# --- aggregates ---


def aggregates_statement() -> Select[Any]:
    """Return the statement of aggregates, each with its feeds by name."""
    named = (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(_FEED_REF, bytewise(BlogFeed.name))),
                func.json_build_array(),
            )
        )
        .join(AGGREGATE_FEED, AGGREGATE_FEED.c.feed_id == BlogFeed.id)
        .where(AGGREGATE_FEED.c.aggregate_id == BlogAggregate.id)
        .scalar_subquery()
    )
    names = ("id", "name", "slug", "description", "version", "created", "updated")
    return select(*(getattr(BlogAggregate, name) for name in names), named.label("feeds"))


async def aggregates(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the aggregates, by name."""
    order = (bytewise(BlogAggregate.name), BlogAggregate.id)
    return await reading.page(session, aggregates_statement(), order, window)


async def aggregate(session: AsyncSession, condition: ColumnElement[bool]) -> Row | None:
    """Return one aggregate."""
    return await reading.one(session, aggregates_statement().where(condition))


async def feed_ids(session: AsyncSession, aggregate_id: int) -> list[int]:
    """Return the ids of the feeds of an aggregate."""
    statement = select(AGGREGATE_FEED.c.feed_id).where(
        AGGREGATE_FEED.c.aggregate_id == aggregate_id
    )
    return list(await session.scalars(statement.order_by(AGGREGATE_FEED.c.feed_id)))


# --- entries ---


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    """Which entries; None lets everything pass. `aggregate` is a slug, `q` part of the title."""

    feed: int | None = None
    aggregate: str | None = None
    id_gt: int | None = None
    pub_date_gte: datetime | None = None
    pub_date_lt: datetime | None = None
    q: str | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """Yield one condition for each field that is set."""
        if self.feed is not None:
            yield BlogEntry.feed_id == self.feed
        if self.aggregate is not None:
            yield exists().where(
                AGGREGATE_FEED.c.feed_id == BlogEntry.feed_id,
                AGGREGATE_FEED.c.aggregate_id == BlogAggregate.id,
                BlogAggregate.slug == self.aggregate,
            )
        if self.id_gt is not None:
            yield BlogEntry.id > self.id_gt
        if self.pub_date_gte is not None:
            yield BlogEntry.pub_date >= self.pub_date_gte
        if self.pub_date_lt is not None:
            yield BlogEntry.pub_date < self.pub_date_lt
        if self.q:
            yield BlogEntry.title.icontains(self.q, autoescape=True)


def sees_hidden(caller: Principal) -> bool:
    """Tell whether the caller may know of hidden entries."""
    return caller.may(VIEW_HIDDEN)


def entries_statement() -> Select[Any]:
    """Return the statement of entries with their feeds."""
    return select(*_ENTRY).join(BlogFeed, BlogFeed.id == BlogEntry.feed_id)


async def entries(
    session: AsyncSession, window: Window, found: EntryFilter, *, hidden: bool, order: str
) -> tuple[list[Row], int]:
    """Return one window of the entries and how many match."""
    statement = entries_statement().where(*found.conditions())
    if not hidden:
        statement = statement.where(~BlogEntry.hidden)
    by = (reading.direction(_ORDERS, order), BlogEntry.id.desc())
    return await reading.page(session, statement, by, window)


async def entry(session: AsyncSession, entry_id: int, *, hidden: bool) -> Row | None:
    """Return one entry."""
    statement = entries_statement().where(BlogEntry.id == entry_id)
    if not hidden:
        statement = statement.where(~BlogEntry.hidden)
    return await reading.one(session, statement)


async def entry_states(session: AsyncSession, ids: Sequence[int]) -> list[BlogEntryDTO]:
    """Return the whole state of entries, hidden ones too, as events carry it."""
    statement = entries_statement().where(BlogEntry.id.in_(ids)).order_by(BlogEntry.id)
    return [BlogEntryDTO.model_validate(row) for row in await reading.every(session, statement)]


# --- related blogs ---


async def related(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the related blogs, by name."""
    order = (bytewise(RelatedBlog.name), RelatedBlog.id)
    return await reading.page(session, select(*RELATED), order, window)


async def related_one(session: AsyncSession, blog_id: int) -> Row | None:
    """Return one related blog."""
    return await reading.one(session, select(*RELATED).where(RelatedBlog.id == blog_id))
