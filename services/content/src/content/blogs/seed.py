"""The blogs that a new installation begins with: `content/data/blogs/*.json`.

Their addresses are facts; what they say is made up here, of releases and conferences that took
place, and is marked as sample. It goes when a blog is read for the first time. Blogs are followed
where the site serves the public, and elsewhere once somebody makes them active.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import select

from content.blogs.models import BlogAggregate, BlogEntry, BlogFeed, RelatedBlog
from content.blogs.services import aggregates, entries, feeds, related
from content.writes import gone
from contracts.content.blogs import (
    BlogAggregateInput,
    BlogEntryInput,
    BlogFeedInput,
    RelatedBlogInput,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Aggregate(_Fact):
    """An aggregate, with its feeds by name."""

    name: str
    slug: str
    description: str
    feeds: list[str]


class Entry(_Fact):
    """An entry that is made up, with its feed by name."""

    feed: str
    title: str
    date: datetime
    url: str
    summary: str


class Shipped(_Fact):
    """The data files as one."""

    feeds: list[BlogFeedInput]
    aggregates: list[Aggregate]
    related: list[RelatedBlogInput]
    entries: list[Entry]


def shipped() -> Shipped:
    """Return what the service ships."""
    folder = files("content").joinpath("data", "blogs")
    adapter = TypeAdapter(dict[str, object])
    blogs = adapter.validate_json(folder.joinpath("feeds.json").read_bytes())
    said = TypeAdapter(list[object]).validate_json(folder.joinpath("entries.json").read_bytes())
    return Shipped.model_validate({**blogs, "entries": said})


async def seed(context: TaskContext) -> str:
    """Add what is missing, and what nobody deleted or gave another address."""
    facts, active = shipped(), context.settings.production
    async with context.session() as session:
        own = await _feeds(session, facts, active=active)
        await _aggregates(session, facts, own)
        known = set(await session.scalars(select(RelatedBlog.feed_url)))
        known |= await gone(session, "related_blog", "feed_url")
        for blog in facts.related:
            if blog.feed_url not in known:
                sent = blog.model_copy(update={"active": active})
                await related.create(session, sent, SEEDER)
        added = await _entries(session, facts, own)
    return f"added {added} entries of blogs"


async def _feeds(session: WriteSession, facts: Shipped, *, active: bool) -> dict[str, BlogFeed]:
    """Add feeds; returns those that are there, by the name in the facts."""
    known = await gone(session, "blog_feed", "feed_url")
    for feed in facts.feeds:
        there = select(BlogFeed.id).where(BlogFeed.feed_url == feed.feed_url)
        if feed.feed_url not in known and await session.scalar(there) is None:
            await feeds.create(session, feed.model_copy(update={"active": active}), SEEDER)
    rows = {row.feed_url: row for row in await session.scalars(select(BlogFeed))}
    return {feed.name: rows[feed.feed_url] for feed in facts.feeds if feed.feed_url in rows}


async def _aggregates(session: WriteSession, facts: Shipped, own: dict[str, BlogFeed]) -> None:
    known = set(await session.scalars(select(BlogAggregate.slug)))
    known |= await gone(session, "blog_aggregate", "slug")
    for one in facts.aggregates:
        if one.slug not in known:
            sent = BlogAggregateInput(
                name=one.name,
                slug=one.slug,
                description=one.description,
                feed_ids=[own[name].id for name in one.feeds if name in own],
            )
            await aggregates.create(session, sent, SEEDER)


async def _entries(session: WriteSession, facts: Shipped, own: dict[str, BlogFeed]) -> int:
    """Add what is made up to feeds that were never read; returns how many."""
    known = set(await session.scalars(select(BlogEntry.url)))
    known |= await gone(session, "blog_entry", "url")
    added = 0
    # The oldest first: ids grow with time.
    for one in sorted(facts.entries, key=lambda one: one.date):
        feed = own.get(one.feed)
        if feed is None or feed.looked is not None or one.url in known:
            continue
        sent = BlogEntryInput(
            feed_id=feed.id,
            title=one.title,
            url=one.url,
            pub_date=one.date,
            summary=one.summary,
        )
        await entries.create(session, sent, SEEDER, sample=True)
        added += 1
    return added
