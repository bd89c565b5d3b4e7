"""Starts children that may be killed: each line of JSON on stdin is one, answered by its end.

Everything is imported once and children are forked from here, so that one starts in no time.
The answer is `{"code": 0}` where the child came to its end, `{"code": -9}` where it was killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass, replace

from pydantic import SecretStr
from sqlalchemy import func, select

from servicekit import log
from servicekit.app import create_service
from servicekit.database import Database
from servicekit.service import Tick
from servicekit.settings import ServiceSettings
from servicekit.testing import started
from tally.app import Due, grow, service, until_settled, with_ticks

COUNTERS = 3


@dataclass
class Life:
    """What one child does before it ends: `writes` in each counter, `due` things, one poison."""

    database_url: str
    nats_url: str
    crash_at: str | None = None
    writes: int = 0
    due: int = 0
    poison: bool = False
    max_deliver: int = 5


async def live(life: Life) -> None:
    """Write, then work until there is nothing left to do."""
    settings = ServiceSettings(
        environment="test",
        database_url=SecretStr(life.database_url),
        nats_url=life.nats_url,
        jwks='{"keys": []}',
        crash_at=life.crash_at,
    )
    made = with_ticks(Tick(name="often", task="do-due", every="1s")) if life.due else service
    made = replace(
        made,
        consumers=tuple(replace(one, max_deliver=life.max_deliver) for one in made.consumers),
    )
    app = create_service(made, settings)
    async with started(app):
        database: Database = app.state.runtime.database
        if life.poison:
            async with database.write() as session:
                await grow(session, COUNTERS + 1, poison=True)
        async with database.write() as session:
            session.add_all(Due() for _ in range(life.due))
        await asyncio.gather(
            *(_write(database, counter, life.writes) for counter in range(1, COUNTERS + 1))
        )
        await until_settled(database)
        await _until_done(database)


async def _write(database: Database, counter: int, times: int) -> None:
    for _ in range(times):
        async with database.write() as session:
            await grow(session, counter)


async def _until_done(database: Database) -> None:
    while True:
        async with database.read() as session:
            if not await session.scalar(
                select(func.count()).select_from(Due).where(Due.times == 0)
            ):
                break
        await asyncio.sleep(0.02)


def main() -> None:
    """Fork one child after the other."""
    log.configure("tally", level="ERROR", form="console")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 3
            try:
                asyncio.run(asyncio.wait_for(live(Life(**json.loads(line))), 60))
                code = 0
            except BaseException as error:  # noqa: BLE001 - the parent is told
                sys.stderr.write(f"child: {error!r}\n")
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"code": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
