"""Work on elections that a tick starts, or an operator by `python -m identity run <task>`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select

from contracts.identity.elections import state_at
from identity import texts
from identity.elections import services, telling
from identity.elections.models import Election
from identity.nominations import telling as nominees
from identity.nominations.models import Nomination, Nominee
from identity.services.common import WORKER
from servicekit.service import Idle, Task, TaskContext, Tick


async def turn(context: TaskContext) -> str:
    """Tell of windows that opened or closed, and of days that have come.

    All of an election is one transaction; what another worker holds is left to that one.
    """
    async with context.session() as session:
        rows = list(await session.scalars(select(Election).order_by(Election.id)))
        now = datetime.now(UTC)
        due = [row.id for row in rows if state_at(now, row.opens, row.closes, row.date) != row.told]
    done = 0
    for number in due:
        async with context.session() as session:
            row = await session.scalar(
                select(Election).where(Election.id == number).with_for_update(skip_locked=True)
            )
            if row is not None and await services.turn(session, row, WORKER) is not None:
                done += 1
    return f"{done} elections told" if done else Idle("0 elections told")


async def rerender(context: TaskContext) -> str:
    """Render texts again that another version of the renderer made."""
    elections = nominations = 0
    while True:
        async with context.session() as session:
            old = select(Election).where(Election.renderer != texts.RENDERER)
            row = await session.scalar(old.order_by(Election.id).limit(1).with_for_update())
            if row is not None:
                row.description_html = await texts.render(row.description)
                row.renderer = texts.RENDERER
                await telling.tell_again(session, row)
        if row is None or context.dry_run:
            break
        elections += 1
    while True:
        async with context.session() as session:
            of = select(Nomination).where(Nomination.renderer != texts.RENDERER)
            one = await session.scalar(of.order_by(Nomination.id).limit(1).with_for_update())
            if one is not None:
                one.statement_html = await texts.render(one.statement)
                one.renderer = texts.RENDERER
                await session.flush()
                nominee = await session.get_one(Nominee, one.nominee_id, with_for_update=True)
                await nominees.tell_again(session, nominee)
        if one is None or context.dry_run:
            break
        nominations += 1
    return f"the texts of {elections} elections and {nominations} nominations rendered"


TASKS: Final = (
    Task(name="turn-elections", summary="Tell of windows that opened or closed", run=turn),
    Task(
        name="rerender-elections",
        summary="Render texts of elections again that an older version of the renderer made",
        run=rerender,
    ),
)
TICKS: Final = (
    Tick(name="turn-elections", every="1m", task="turn-elections"),
    Tick(name="rerender-elections", cron="0 45 4 * * *", task="rerender-elections"),
)
