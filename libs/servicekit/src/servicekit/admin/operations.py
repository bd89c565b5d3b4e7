"""What every service has in the admin for its operators: messages that a consumer could not do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format, Widget
from contracts.base import Input
from servicekit import audit
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
    Values,
)
from servicekit.database import WriteSession
from servicekit.parked import ParkedRow
from servicekit.problems import NotFound
from servicekit.redrive import redrive

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

RESOURCES: Final = (PARKED,)
