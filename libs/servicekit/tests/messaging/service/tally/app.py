"""The models, events, consumers and ticks of the counting service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Identity, MetaData, String, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts.events import Event, EventData
from servicekit import outbox
from servicekit.database import NAMING, Database, ReadSession, WriteSession
from servicekit.service import (
    Consumer,
    Copy,
    Export,
    ExportRow,
    Service,
    Task,
    TaskContext,
    Tick,
)
from servicekit.versions import newer

CONTEXT = "jobs"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Counter(Base):
    __tablename__ = "counter"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int]


class Effect(Base):
    __tablename__ = "effect"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    consumer: Mapped[str] = mapped_column(String(100))
    event_id: Mapped[UUID]
    counter_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]


class Shown(Base):
    """A copy of the counters, as another service would keep it."""

    __tablename__ = "shown"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int]


class Due(Base):
    __tablename__ = "due"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    times: Mapped[int] = mapped_column(server_default="0")


class Run(Base):
    __tablename__ = "run"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    worker: Mapped[str] = mapped_column(String(100))


class CounterGrown(EventData):
    """A counter grew."""

    SUBJECT: ClassVar[str] = f"{CONTEXT}.counter.grown"
    AGGREGATE: ClassVar[str] = "counter"

    id: int
    version: int
    poison: bool = False


class CounterDropped(EventData):
    """A counter is gone."""

    SUBJECT: ClassVar[str] = f"{CONTEXT}.counter.dropped"
    AGGREGATE: ClassVar[str] = "counter"

    id: int


async def grow(session: WriteSession, counter: int, *, poison: bool = False) -> Event:
    """Grow a counter by one and tell it."""
    version = await session.scalar(
        insert(Counter)
        .values(id=counter, version=1)
        .on_conflict_do_update(index_elements=[Counter.id], set_={"version": Counter.version + 1})
        .returning(Counter.version)
    )
    return outbox.record(
        session,
        CounterGrown(id=counter, version=version or 0, poison=poison),
        aggregate_id=counter,
        aggregate_version=version or 0,
    )


async def drop(session: WriteSession, counter: int) -> Event:
    """Drop a counter and tell it."""
    version = await session.scalar(
        delete(Counter).where(Counter.id == counter).returning(Counter.version)
    )
    return outbox.record(
        session,
        CounterDropped(id=counter),
        aggregate_id=counter,
        aggregate_version=(version or 0) + 1,
    )


class Poisoned(Exception):
    """This event hurts."""


#: Whether poison hurts; a test that redrives has it cured.
cured = False


async def tally(event: Event, session: WriteSession) -> None:
    """Write down each event that comes, in the order in which they come."""
    if event.data.get("poison") and not cured:
        raise Poisoned(f"{event.subject} at version {event.aggregateversion}")
    session.add(
        Effect(
            consumer="jobs-tally",
            event_id=event.id,
            counter_id=int(event.aggregateid),
            version=event.aggregateversion,
        )
    )


async def show(event: Event, session: WriteSession) -> None:
    """Keep a copy of the counters."""
    deleted = event.type == CounterDropped.type_name()
    if not await newer(session, "jobs-shown", event, deleted=deleted):
        return
    if deleted:
        await remove_shown(session, event.aggregateid)
        return
    grown = event.read(CounterGrown)
    await session.execute(
        insert(Shown)
        .values(id=grown.id, version=grown.version)
        .on_conflict_do_update(index_elements=[Shown.id], set_={"version": grown.version})
    )


async def remove_shown(session: WriteSession, counter: str) -> None:
    await session.execute(delete(Shown).where(Shown.id == int(counter)))


async def do_due(context: TaskContext) -> str:
    """Do what is due, each thing once, however many do it at the same time."""
    done = 0
    while True:
        async with context.session() as session:
            due = await session.scalar(
                select(Due).where(Due.times == 0).limit(1).with_for_update(skip_locked=True)
            )
            if due is None:
                break
            due.times += 1
            done += 1
    async with context.session() as session:
        session.add(Run(worker=f"{os.getpid()}"))
    return f"{done} done"


async def export_counters(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    found = await session.scalars(
        select(Counter).where(Counter.id > after).order_by(Counter.id).limit(limit)
    )
    return [
        ExportRow(id=row.id, version=row.version, data=CounterGrown(id=row.id, version=row.version))
        for row in found
    ]


TALLY = Consumer(
    name="jobs-tally",
    subjects=("jobs.counter.*",),
    handler=tally,
    max_ack_pending=1,
    max_deliver=5,
    backoff=(0.02,),
    ack_wait=0.9,
)
SHOWN = Consumer(
    name="jobs-shown",
    subjects=("jobs.counter.grown", "jobs.counter.dropped"),
    handler=show,
    copy=Copy(name="jobs-shown", entity="counters", remove=remove_shown),
)
service = Service(
    name=CONTEXT,
    title="Tally",
    version="1.0.0",
    description="Counts.",
    metadata=Base.metadata,
    migrations=Path(__file__).parent / "migrations",
    events=(CounterGrown, CounterDropped),
    consumers=(TALLY,),
    exports=(Export(entity="counters", kind=CounterGrown, read=export_counters),),
)


def with_ticks(*ticks: Tick, run: Callable[[TaskContext], Any] = do_due) -> Service:
    """Return the service with a task `do-due` and ticks of it."""
    task = Task(name="do-due", summary="Do what is due", run=run)
    return replace(service, tasks=(task,), ticks=ticks)


async def until_settled(database: Database, *, consumer: str = "jobs-tally") -> None:
    """Return when every recorded event was published and had or parked by the consumer."""
    query = text(
        """SELECT NOT EXISTS (
               SELECT FROM outbox o WHERE published_at IS NULL OR NOT EXISTS (
                   SELECT FROM inbox WHERE consumer = :consumer AND event_id = o.id
                   UNION ALL
                   SELECT FROM parked WHERE consumer = :consumer AND event_id = o.id))"""
    )
    while True:
        async with database.read() as session:
            if await session.scalar(query, {"consumer": consumer}):
                return
        await asyncio.sleep(0.02)
