"""kill -9 of everything while people write: nothing lost, nothing twice, every release in order."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import httpx
import pytest
from running import SUPPORT, Site, say
from writers import write

from devstack.home import Home
from devstack.ports import free_port
from devstack.provision import provision
from devstack.roles import database_url
from devstack.waiting import until

VICTIMS = ("nats", "postgres", "valkey", "downloads", "gateway", "gateway-1", "ledger")


class Ledger:
    """The consumer whose book is compared with what was written."""

    def __init__(self, site: Site, url: str) -> None:
        own = site.environment("downloads")
        self.url = url
        self.environment = {
            **os.environ,
            **own,
            "PYDOTORG_DATABASE_URL": url,
            "PYDOTORG_PORT": str(free_port()),
            "OTEL_SERVICE_NAME": "ledger",
            "PYTHONPATH": str(SUPPORT),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.log = site.folder / "logs" / "ledger.log"

    def run(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "ledger", *arguments], env=self.environment, check=True
        )

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ledger", "serve"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@asynccontextmanager
async def keeping(ledger: Ledger) -> AsyncIterator[None]:
    """Run the ledger, and start it again whenever it dies."""

    async def watch() -> None:
        while True:
            if ledger.process is None or ledger.process.poll() is not None:
                ledger.start()
            await asyncio.sleep(0.2)

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        ledger.kill()


async def kill_in_turn_then_at_random(
    site: Site, ledger: Ledger, kills: Counter[str], *, rng: random.Random, pause: float
) -> None:
    """Kill one after the other; the next when all are up again, or two at once now and then."""
    for name in itertools.chain(VICTIMS, (rng.choice(VICTIMS) for _ in itertools.count())):
        if rng.random() < 0.8:
            await asyncio.to_thread(site.wait_healthy)
        await asyncio.sleep(pause * rng.uniform(0.5, 1.5))
        if name == "ledger":
            if ledger.process is not None:
                ledger.process.send_signal(signal.SIGKILL)
                kills[name] += 1
        elif await asyncio.to_thread(site.signal, name):
            kills[name] += 1


async def test_nothing_is_lost_doubled_or_out_of_order(
    site: Site, request: pytest.FixtureRequest
) -> None:
    full = request.config.getoption("--full")
    writes = 1000 if full else 240
    least_kills = 21 if full else len(VICTIMS)
    rng = random.Random(20260101)

    server = site.stack.postgres
    await provision(server, Home(site.folder), ["ledger"])
    ledger = Ledger(site, database_url(server, Home(site.folder), "ledger"))
    ledger.run("migrate")

    kills: Counter[str] = Counter()
    async with keeping(ledger):
        killer = asyncio.create_task(
            kill_in_turn_then_at_random(site, ledger, kills, rng=rng, pause=0.5)
        )
        acknowledged: set[tuple[int, int]] = set()
        wrong: list[str] = []
        rounds = 0
        while rounds == 0 or kills.total() < least_kills:
            # Writing goes on until everything was killed at least once.
            notes = await write(
                site,
                writers=8,
                writes=writes if rounds == 0 else 80,
                seed=rounds,
                first=1 + rounds * 8,
            )
            acknowledged |= notes.acknowledged
            wrong += notes.wrong
            rounds += 1
        killer.cancel()
        await asyncio.wait([killer])
        await asyncio.to_thread(site.wait_healthy)
        assert not wrong

        committed = await _committed(site)
        entered = await until(
            lambda: _entered_all(ledger, committed), timeout=60, message="the ledger has it all"
        )

    lost = set(committed) - {event for event, _, _ in entered}
    phantom = {event for event, _, _ in entered} - set(committed)
    doubled = [event for event, count in Counter(e for e, _, _ in entered).items() if count > 1]
    assert (lost, phantom, doubled) == (set(), set(), [])

    versions: defaultdict[str, list[int]] = defaultdict(list)
    for _, aggregate, version in entered:
        versions[aggregate].append(version)
    disordered = {name: told for name, told in versions.items() if told != sorted(told)}
    assert disordered == {}

    told = {(int(name.partition(":")[2]), v) for name, found in versions.items() for v in found}
    assert acknowledged <= told, "acknowledged, and no event tells it"
    assert kills.total() >= least_kills
    say(f"\n{len(acknowledged)} acknowledged writes, {len(entered)} events, kills: {dict(kills)}")

    await _pages_show_what_is_stored(site)


async def _committed(site: Site) -> list[object]:
    connection = await asyncpg.connect(site.database("downloads"))
    try:
        rows = await connection.fetch(
            "SELECT id FROM outbox WHERE aggregate_type = 'release'"
            " AND aggregate_id::bigint IN (SELECT id FROM release WHERE series = '3.90')"
        )
        return [row["id"] for row in rows]
    finally:
        await connection.close()


async def _entered_all(ledger: Ledger, committed: list[object]) -> list[tuple[object, str, int]]:
    try:
        connection = await asyncpg.connect(ledger.url)
    except (OSError, asyncpg.PostgresError):
        return []
    try:
        rows = await connection.fetch(
            "SELECT event_id, aggregate, version FROM line ORDER BY position"
        )
    finally:
        await connection.close()
    wanted = set(committed)
    entered = [(row["event_id"], row["aggregate"], row["version"]) for row in rows]
    seeded = [line for line in entered if line[0] not in wanted]
    lines = [line for line in entered if line[0] in wanted]
    # Events of the seed may be there too; they are no phantoms.
    assert all(line[1].startswith("release:") for line in seeded)
    return lines if {line[0] for line in lines} == wanted else []


async def _pages_show_what_is_stored(site: Site) -> None:
    async with site.editor() as editor:
        rows = (await editor.get("/releases", params={"series": "3.90", "limit": 1000})).json()
    assert rows["items"]
    async with httpx.AsyncClient() as visitor:

        async def agree(gateway: str, slug: str, *, published: bool) -> bool:
            answer = await visitor.get(f"{gateway}/downloads/release/{slug}/")
            return answer.status_code == (200 if published else 404)

        for gateway in site.gateways:
            for row in rows["items"]:
                await until(
                    partial(agree, gateway, row["slug"], published=row["is_published"]),
                    timeout=10,
                    message=f"{gateway} shows {row['slug']} as it is",
                )
