"""What services have in the admin for operators: switches, parked messages, and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Integer, String, column, func, select, true, values
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format, Widget
from contracts.base import Input
from servicekit import audit, schedules
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.audit import AuditRow
from servicekit.database import WriteSession
from servicekit.parked import ParkedRow
from servicekit.problems import NotFound
from servicekit.redrive import redrive
from servicekit.service import Service
from servicekit.switches import switch_resource

OPERATE: Final = "system.operate"


class ParkedMessage(Input):
    """What the page of a parked message shows; nobody writes one."""

    consumer: str
    subject: str
    aggregate: str
    reason: str
    deliveries: int
    redrives: int
    trace_id: str
    headers: str
    body: str


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await session.get(ParkedRow, key)
    if row is None:
        return None
    return {
        "id": row.id,
        "version": row.redrives + 1,
        "consumer": row.consumer,
        "subject": row.subject,
        "aggregate": row.aggregate or "",
        "reason": row.reason,
        "deliveries": row.deliveries,
        "redrives": row.redrives,
        "trace_id": row.trace_id or "",
        "headers": "\n".join(f"{name}: {value}" for name, value in row.headers.items()),
        "body": row.body.decode("utf-8", "backslashreplace"),
    }


async def _redrive(call: Call, keys: Sequence[int]) -> str:
    """Give messages to their consumers again. Each is a unit of work of its own, as ever."""
    runtime = call.runtime
    done = await redrive(runtime.service, runtime.database, ids=keys)
    for one in done:
        audit.record(
            *(call.session, call.caller, "redriven", ParkedRow.__tablename__, one.id),
            label=f"{one.consumer} {one.subject}",
            after={"reason": one.reason},
        )
    failed = [one for one in done if one.reason is not None]
    said = f"{len(done) - len(failed)} given to their consumers"
    if failed:
        said += f"; {len(failed)} stay parked, first {failed[0].id}: {failed[0].reason}"
    return said


async def _forget(
    session: WriteSession, key: int, caller: Principal, *, if_match: str | None
) -> None:
    """Drop a message that nobody needs; the trail keeps what it was."""
    del if_match  # a message that failed once more is the same message
    row = await session.scalar(select(ParkedRow).where(ParkedRow.id == key).with_for_update())
    if row is None:
        raise NotFound("There is no such message.")
    before = {"consumer": row.consumer, "subject": row.subject, "reason": row.reason}
    audit.record(
        *(session, caller, "deleted", ParkedRow.__tablename__, row.id),
        label=f"{row.consumer} {row.subject}",
        before={**before, "body": row.body.decode("utf-8", "backslashreplace")},
    )
    await session.delete(row)


PARKED: Final = Resource(
    name="parked",
    label="parked message",
    plural="parked messages",
    group="Operations",
    note="What a consumer could not do after its last try. The consumer went on without it.",
    model=ParkedRow,
    key=ParkedRow.id,
    title=ParkedRow.subject,
    permissions=Permissions.same(OPERATE),
    columns=(
        Column("subject", ParkedRow.subject),
        Column("consumer", ParkedRow.consumer),
        Column("reason", ParkedRow.reason, sortable=False),
        Column("deliveries", ParkedRow.deliveries, format=Format.NUMBER),
        Column("redrives", ParkedRow.redrives, format=Format.NUMBER),
        Column("parked", ParkedRow.parked, format=Format.TIME),
    ),
    order="-parked",
    search=(("subject", ParkedRow.subject), ("reason", ParkedRow.reason)),
    dates=Column("parked", ParkedRow.parked),
    form=Form(
        read=_read,
        input=ParkedMessage,
        fieldsets=(
            Fieldset("Message", ("consumer", "subject", "aggregate", "headers", "body")),
            Fieldset("What went wrong", ("reason", "deliveries", "redrives", "trace_id")),
        ),
        hints={
            "reason": Hint(widget=Widget.TEXTAREA),
            "headers": Hint(widget=Widget.TEXTAREA),
            "body": Hint(widget=Widget.TEXTAREA),
        },
    ),
    delete=_forget,
    actions=(
        Action(
            name="redrive",
            label="Give to the consumer again",
            permission=OPERATE,
            confirm="The consumer gets the message again, as if it had just come.",
            run=_redrive,
        ),
    ),
)


def resources(service: Service) -> tuple[Resource, ...]:
    """Return the resources that every service has."""
    switches = (switch_resource(service),) if service.switches else ()
    return (*switches, PARKED, _schedules(service))


def _schedules(service: Service) -> Resource:
    """Make the list of the service's ticks, each with what the trail says of its last run."""
    ticks = values(
        *(column("id", Integer), column("name", String), column("task", String)),
        *(column("summary", String), column("times", String)),
        name="tick",
    ).data(
        [
            (number, tick.name, tick.task, service.task(tick.task).summary, schedules.times(tick))
            for number, tick in enumerate(service.ticks, start=1)
        ]
    )
    last = (
        select(AuditRow.time, AuditRow.action, AuditRow.after["said"].astext.label("said"))
        .where(AuditRow.entity == schedules.ENTITY, AuditRow.entity_id == ticks.c.task)
        .order_by(AuditRow.id.desc())
        .limit(1)
        .lateral("last")
    )

    by_name = {tick.name: tick for tick in service.ticks}

    def with_last(statement: Statement) -> Statement:
        return statement.outerjoin(last, true())

    async def run_now(call: Call, keys: Sequence[int]) -> str:
        names = [service.ticks[key - 1].name for key in keys]
        for name in names:
            audit.record(call.session, call.caller, "asked to run", "schedule", name, label=name)
        await schedules.fire(call.runtime.settings, service.name, names)
        return f"asked a worker to run {', '.join(names)}"

    return Resource(
        name="schedule",
        label="schedule",
        plural="schedules",
        group="Operations",
        note="Work that is done by itself. Of one task two runs never go side by side.",
        model=ticks,
        key=ticks.c.id,
        title=ticks.c.name,
        join=with_last,
        permissions=Permissions.same(OPERATE),
        columns=(
            Column("name", ticks.c.name),
            Column("summary", ticks.c.summary, "What it does", sortable=False),
            Column("times", ticks.c.times, "When", sortable=False),
            Column(
                *("next_run", ticks.c.name, "Next run"),
                sortable=False,
                shown=lambda name: schedules.following(by_name[name], datetime.now(UTC)),
            ),
            Column("last_run", last.c.time, format=Format.TIME),
            Column("outcome", func.coalesce(last.c.action, "")),
            Column("said", func.coalesce(last.c.said, ""), "Last result", sortable=False),
        ),
        order="name",
        actions=(
            Action(
                name="run",
                label="Run now",
                permission=OPERATE,
                confirm="A worker of the service runs it at once, unless it is running already.",
                run=run_now,
            ),
        ),
        history=False,
    )
