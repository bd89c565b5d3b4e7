"""Writing aggregates: rows, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete as remove
from sqlalchemy import insert, select

from content.blogs import queries
from content.blogs.models import AGGREGATE_FEED, BlogAggregate, BlogFeed
from content.writes import note, sign, snapshot, tell
from contracts.content.blogs import BlogAggregate as BlogAggregateDTO
from contracts.content.blogs import (
    BlogAggregateChange,
    BlogAggregateCreated,
    BlogAggregateDeleted,
    BlogAggregateInput,
    BlogAggregateUpdated,
)
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound


async def create(
    session: WriteSession, sent: BlogAggregateInput, caller: Principal
) -> BlogAggregateDTO:
    """Create an aggregate. Raises Invalid."""
    row = BlogAggregate()
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    await _put_feeds(session, row, sent.feed_ids)
    made = await _state(session, row)
    tell_aggregate(session, BlogAggregateCreated, made)
    note(session, caller, "created", row, row.name, after=await _snapshot(session, row))
    return made


async def update(
    session: WriteSession,
    aggregate_id: int,
    sent: BlogAggregateInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> BlogAggregateDTO:
    """Replace an aggregate. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, aggregate_id)
    check_match(if_match, row.version)
    before = await _snapshot(session, row)
    _fill(row, sent)
    if snapshot(row) | {"feeds": sorted(set(sent.feed_ids))} == before:
        return await _state(session, row)
    await _put_feeds(session, row, sent.feed_ids)
    sign(row, caller)
    row.touch()
    changed = await _state(session, row)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_aggregate(session, BlogAggregateUpdated, changed, previous)
    after = await _snapshot(session, row)
    note(session, caller, "updated", row, row.name, before=before, after=after)
    return changed


async def delete(
    session: WriteSession, aggregate_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete an aggregate; its feeds stay. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, aggregate_id)
    check_match(if_match, row.version, required=False)
    tell_aggregate(session, BlogAggregateDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=await _snapshot(session, row))
    await session.delete(row)
    await session.flush()


def of_aggregate(
    kind: type[BlogAggregateChange], found: BlogAggregateDTO, previous: tuple[str, ...] = ()
) -> BlogAggregateChange:
    """Make the event `kind` of an aggregate in its state after the change (before, if deleted)."""
    state = None if issubclass(kind, BlogAggregateDeleted) else found
    return kind(id=found.id, slug=found.slug, aggregate=state, previous_slugs=previous)


def tell_aggregate(
    session: WriteSession,
    kind: type[BlogAggregateChange],
    found: BlogAggregateDTO,
    previous: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of an aggregate."""
    version = found.version + issubclass(kind, BlogAggregateDeleted)
    tell(session, of_aggregate(kind, found, previous), number=found.id, version=version)


def _fill(row: BlogAggregate, sent: BlogAggregateInput) -> None:
    row.name, row.description = sent.name, sent.description
    row.slug = sent.slug or slugs.required(sent.name)


async def _put_feeds(session: WriteSession, row: BlogAggregate, ids: list[int]) -> None:
    wanted = sorted(set(ids))
    there = set(await session.scalars(select(BlogFeed.id).where(BlogFeed.id.in_(wanted))))
    if missing := [number for number in wanted if number not in there]:
        raise Invalid.field(["body", "feed_ids"], f"There is no feed {missing[0]}.", "unknown")
    own = AGGREGATE_FEED.c.aggregate_id == row.id
    await session.execute(remove(AGGREGATE_FEED).where(own))
    if wanted:
        rows = [{"aggregate_id": row.id, "feed_id": number} for number in wanted]
        await session.execute(insert(AGGREGATE_FEED), rows)


async def _snapshot(session: WriteSession, row: BlogAggregate) -> dict[str, Any]:
    return snapshot(row) | {"feeds": await queries.feed_ids(session, row.id)}


async def _lock(session: WriteSession, aggregate_id: int) -> BlogAggregate:
    statement = select(BlogAggregate).where(BlogAggregate.id == aggregate_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such group of blogs.")
    return row


async def _state(session: WriteSession, row: BlogAggregate) -> BlogAggregateDTO:
    await session.flush()
    found = await queries.aggregate(session, BlogAggregate.id == row.id)
    return BlogAggregateDTO.model_validate(found)
