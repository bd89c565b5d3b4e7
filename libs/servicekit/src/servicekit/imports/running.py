"""Looking at sources: each by itself, so that one that is broken holds up no other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, func, select

from servicekit.database import WriteSession
from servicekit.imports.fetching import Fetched, NotFollowed, fetch
from servicekit.imports.models import Followed, Reported
from servicekit.imports.reports import Report
from servicekit.imports.settings import ImportSettings
from servicekit.service import TaskContext

#: How often the time between two looks doubles after failures: up to some days.
_MOST_DOUBLED: Final = 6


class _Gone(NotFollowed):
    """There is no such source any more."""


@dataclass(frozen=True, kw_only=True)
class Following[S: Followed, P]:
    """One kind of source, and what following it takes.

    Attributes:
        what: What sources are called, for people.
        model: Of the sources.
        report: Makes a report: its model.
        agent: The User-Agent.
        accept: The media types that are asked for.
        read: Reads an answer, in a thread; raises NotFollowed for what is none.
        write: Makes what is here what a locked source has; raises NotFollowed.
    """

    what: str
    model: type[S]
    report: Callable[..., Reported]
    agent: str
    accept: str
    read: Callable[[Fetched, S], P]
    write: Callable[[WriteSession, S, P], Awaitable[Report]]


async def follow_due[S: Followed, P](
    context: TaskContext, kind: Following[S, P]
) -> tuple[int, list[str]]:
    """Look at the sources that are due; a dry run looks at all and tells what would change.

    A source is claimed by moving its due time past the longest that a look takes: one whose worker
    dies is looked at again after that.

    Returns:
        How many were looked at, and what there is to say about them.
    """
    said: list[str] = []
    looked = after = 0
    while (source := await _claim(context, kind, after)) is not None:
        after, looked = source.id, looked + 1
        said += await _look(context, kind, source)
        context.progress(looked, None, kind.what)
    return looked, said


async def _claim[S: Followed, P](
    context: TaskContext, kind: Following[S, P], after: int
) -> S | None:
    model = kind.model
    statement = select(model).where(model.active, model.id > after).order_by(model.id).limit(1)
    if context.dry_run:
        async with context.reading() as session:
            return await session.scalar(statement)
    async with context.session() as session:
        source = await session.scalar(
            statement.where(model.due <= func.now()).with_for_update(skip_locked=True)
        )
        if source is not None:
            longest = timedelta(seconds=_settings(context).import_timeout + 120)
            source.due = datetime.now(UTC) + longest
        return source


async def _look[S: Followed, P](
    context: TaskContext, kind: Following[S, P], source: S
) -> list[str]:
    """Look at one source; returns what there is to say about it."""
    settings = _settings(context)
    try:
        fetched = await fetch(source, settings, agent=kind.agent, accept=kind.accept)
        if fetched is None:
            async with context.session() as session:
                await _looked(session, kind.model, source.id, settings, None)
            return []
        # Parsing takes processor time.
        parsed = await asyncio.to_thread(kind.read, fetched, source)
        async with context.session() as session:
            row = await _lock(session, kind.model, source.id)
            report = await kind.write(session, row, parsed)
            if report.changes or report.skipped:
                session.add(kind.report(source_id=row.id, outcome="done", **report.values()))
            await _looked(session, kind.model, row.id, settings, fetched)
            return report.told(source.name)
    except NotFollowed as error:
        return await _given_up(context, kind, source, str(error))
    except Exception as error:  # noqa: BLE001 - whatever one source does, the others are looked at
        return await _given_up(context, kind, source, f"it could not be followed ({error!r})")


async def _given_up[S: Followed, P](
    context: TaskContext, kind: Following[S, P], source: S, reason: str
) -> list[str]:
    """Note that a source was not followed; returns what there is to say about it."""
    context.log.warning("a source was not followed", source=source.id, reason=reason)
    # PostgreSQL keeps no NUL, and a message may quote what the source sent.
    said = reason.replace("\0", "")[:500]
    with contextlib.suppress(_Gone):
        async with context.session() as session:
            await _failed(session, kind, source.id, _settings(context), said)
    return [f"{source.name}: failed: {reason}"]


async def _looked[S: Followed](
    session: WriteSession,
    model: type[S],
    source_id: int,
    settings: ImportSettings,
    fetched: Fetched | None,
) -> None:
    row = await _lock(session, model, source_id)
    now = datetime.now(UTC)
    row.looked, row.failures, row.error = now, 0, ""
    row.due = now + timedelta(minutes=settings.import_minutes)
    if fetched is not None:
        row.etag, row.last_modified = fetched.etag, fetched.last_modified


async def _failed[S: Followed, P](
    session: WriteSession,
    kind: Following[S, P],
    source_id: int,
    settings: ImportSettings,
    reason: str,
) -> None:
    """Note a failure; the first of several is a report, and each doubles the time to the next."""
    row = await _lock(session, kind.model, source_id)
    if row.error != reason:
        session.add(kind.report(source_id=row.id, outcome="failed", lines=[reason]))
    now = datetime.now(UTC)
    doubled = 2 ** min(row.failures, _MOST_DOUBLED)
    row.looked, row.failures, row.error = now, row.failures + 1, reason
    row.due = now + timedelta(minutes=settings.import_minutes * doubled)


async def _lock[S: Followed](session: WriteSession, model: type[S], source_id: int) -> S:
    """Lock a source. Raises _Gone where somebody deleted it meanwhile."""
    statement = select(model).where(model.id == source_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise _Gone("it was deleted meanwhile")
    return row


async def prune_reports(context: TaskContext, report: type[Reported]) -> int:
    """Delete reports that are past their time; returns how many."""
    keep = timedelta(days=_settings(context).import_keep_days)
    async with context.session() as session:
        dropped = await session.scalars(
            delete(report).where(report.time < func.now() - keep).returning(report.id)
        )
        return len(dropped.all())


def _settings(context: TaskContext) -> ImportSettings:
    return cast("ImportSettings", context.settings)
