"""What another service reads to rebuild its copies of blogs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.blogs import queries
from content.blogs.models import BlogAggregate, BlogEntry, BlogFeed, RelatedBlog
from content.blogs.services import aggregates, entries, feeds, related
from contracts.content import blogs as dto
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_feeds(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return feeds by id."""
    statement = select(*queries.FEED).where(BlogFeed.id > after).order_by(BlogFeed.id).limit(limit)
    found = [dto.BlogFeed.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=feeds.of_feed(dto.BlogFeedUpdated, one))
        for one in found
    ]


async def read_aggregates(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return aggregates by id."""
    statement = queries.aggregates_statement().where(BlogAggregate.id > after)
    rows = await reading.every(session, statement.order_by(BlogAggregate.id).limit(limit))
    found = [dto.BlogAggregate.model_validate(row) for row in rows]
    return [
        ExportRow(
            id=one.id,
            version=one.version,
            data=aggregates.of_aggregate(dto.BlogAggregateUpdated, one),
        )
        for one in found
    ]


async def read_entries(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return entries by id; hidden ones as id and state."""
    statement = queries.entries_statement().where(BlogEntry.id > after)
    rows = await reading.every(session, statement.order_by(BlogEntry.id).limit(limit))
    found = [dto.BlogEntry.model_validate(row) for row in rows]
    return [
        ExportRow(id=one.id, version=one.version, data=entries.of_entry(dto.BlogEntryUpdated, one))
        for one in found
    ]


async def read_related(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return related blogs by id."""
    statement = select(*queries.RELATED).where(RelatedBlog.id > after)
    rows = await reading.every(session, statement.order_by(RelatedBlog.id).limit(limit))
    found = [dto.RelatedBlog.model_validate(row) for row in rows]
    return [
        ExportRow(
            id=one.id, version=one.version, data=related.of_related(dto.RelatedBlogUpdated, one)
        )
        for one in found
    ]


EXPORTS: Final = (
    Export(entity="blog-feeds", kind=dto.BlogFeedUpdated, read=read_feeds),
    Export(entity="blog-aggregates", kind=dto.BlogAggregateUpdated, read=read_aggregates),
    Export(entity="blog-entries", kind=dto.BlogEntryUpdated, read=read_entries),
    Export(entity="related-blogs", kind=dto.RelatedBlogUpdated, read=read_related),
)
