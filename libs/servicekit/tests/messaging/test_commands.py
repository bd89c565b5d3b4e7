"""The commands of an operator, run as they are on the command line."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import tally.app
from click.testing import CliRunner, Result
from tally.app import SHOWN, TALLY, drop, grow, until_settled, with_ticks

from servicekit.cli import service_cli
from servicekit.database import Database
from servicekit.service import Tick

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]
type Command = Callable[..., Awaitable[Result]]

SERVICE = replace(
    with_ticks(Tick(name="hourly", task="do-due", cron="0 0 * * * *")), consumers=(TALLY, SHOWN)
)


@pytest.fixture
def command(
    database_url: str, nats_url: str, jwks: str, signing_key: str, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in a thread: it has an event loop of its own."""
    for name, value in {
        "ENVIRONMENT": "test",
        "DATABASE_URL": database_url,
        "NATS_URL": nats_url,
        "JWKS": jwks,
        "SIGNING_KEY": signing_key,
        "LOG_LEVEL": "ERROR",
    }.items():
        monkeypatch.setenv(f"PYDOTORG_{name}", value)

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, service_cli(SERVICE), words)

    return run


async def test_topology_is_shown_and_applied(command: Command, make_bus: Any) -> None:
    shown = await command("topology", "show")
    assert shown.exit_code == 0, shown.output
    assert re.search(r"stream +jobs +missing", shown.output)
    assert re.search(r"tick +hourly +differs or is missing", shown.output)

    applied = await command("topology", "apply")
    assert applied.exit_code == 0, applied.output
    for name in ("stream jobs", "stream sched", "stream advisories", "durable jobs-tally"):
        assert f"{name}: made" in applied.output
    assert "tick hourly" in applied.output
    assert "everything was as declared" in (await command("topology", "apply")).output

    bus = await make_bus()
    js = bus.connection.jetstream()
    config = (await js.stream_info("jobs")).config
    await js.update_stream(replace(config, max_age=3600.0))
    await js.add_consumer("jobs", replace(_durable(), max_deliver=2))
    shown = await command("topology", "show")
    assert re.search(r"stream +jobs +max_age is 3600", shown.output)
    assert re.search(r"durable +jobs-tally +max_deliver is 2, declared 5", shown.output)
    applied = await command("topology", "apply")
    assert "stream jobs: changed" in applied.output
    assert "durable jobs-tally: changed" in applied.output
    assert "missing" not in (await command("topology", "show")).output


async def test_a_running_service_changes_nothing_that_exists(working: Any, make_bus: Any) -> None:
    bus = await make_bus()
    js = bus.connection.jetstream()
    await js.update_stream(replace((await js.stream_info("jobs")).config, max_age=3600.0))
    await js.add_consumer("jobs", replace(_durable(), max_deliver=2))
    async with working(SERVICE) as app:
        database: Database = app.state.runtime.database
        async with database.write() as session:
            await grow(session, 1)
        await until_settled(database)
    assert (await js.stream_info("jobs")).config.max_age == 3600
    assert (await js.consumer_info("jobs", "jobs-tally")).config.max_deliver == 2


async def test_nats_that_is_away_is_told_in_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch, free_port: Callable[[], int]
) -> None:
    monkeypatch.setenv("PYDOTORG_NATS_URL", f"nats://127.0.0.1:{free_port()}")
    shown = await command("topology", "show")
    assert shown.exit_code == 1
    assert shown.output.strip().startswith("Error: NATS:") or "NATS:" in shown.output


async def test_parked_messages_are_listed_and_redriven(
    command: Command, working: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(replace(SERVICE, consumers=(replace(TALLY, max_deliver=1), SHOWN))):
        async with database.write() as session:
            event = await grow(session, 1, poison=True)
        await until_settled(database)
    listed = await command("parked", "list")
    assert "1 of 1 parked messages" in listed.output
    assert "Poisoned: counter:1" in listed.output
    row = json.loads((await command("parked", "list", "--json")).output)
    assert row["event_id"] == str(event.id)
    assert json.loads(row["body"])["id"] == str(event.id)
    assert "0 of 1 parked" in (await command("parked", "list", "--consumer", "other")).output

    assert (await command("parked", "redrive")).exit_code == 2
    failed = await command("parked", "redrive", "--all")
    assert failed.exit_code == 1
    assert "1 stay parked" in failed.output
    monkeypatch.setattr(tally.app, "cured", True)
    done = await command("parked", "redrive", str(row["id"]))
    assert done.exit_code == 0, done.output
    assert "counter.grown: done" in done.output
    assert "0 of 0 parked" in (await command("parked", "list")).output


async def test_replay_hands_events_to_the_worker(
    command: Command, working: Any, database: Database, rows: Rows
) -> None:
    async with working(SERVICE):
        for _ in range(3):
            async with database.write() as session:
                await grow(session, 1)
        for words, replayed in (
            (("--all",), 3),
            (("--since", "2h"), 3),
            (("--since", "2999-01-01"), 0),
            (("--sequence", "3"), 1),
        ):
            # What still waits to be published is not published "again".
            await until_settled(database)
            assert f"{replayed} events" in (await command("replay", *words)).output, words
        await until_settled(database)
    assert await rows("SELECT replays FROM outbox ORDER BY sequence") == [(2,), (2,), (3,)]
    assert await rows("SELECT version FROM effect ORDER BY id") == [(1,), (2,), (3,)]
    assert (await command("replay", "--since", "yesterday")).exit_code == 2


async def test_a_copy_is_rebuilt_from_its_owner(
    command: Command, working: Any, database: Database, rows: Rows, free_port: Callable[[], int]
) -> None:
    """Over HTTP, with a token signed by the worker's own key."""
    import uvicorn

    async with database.write() as session:
        for counter in range(1, 5):
            for _ in range(counter):
                await grow(session, counter)
        gone = await grow(session, 9)
        await SHOWN.handler(gone, session)
        await drop(session, 9)  # whose event never came
        # A copy that is wrong although its version is right, and one newer than any export.
        await SHOWN.handler(await grow(session, 5), session)
    await rows("UPDATE shown SET version = 77 WHERE id = 5")
    await rows("INSERT INTO shown VALUES (1, 99)")
    await rows(
        "INSERT INTO copy_version (copy, aggregate, version, deleted)"
        " VALUES ('jobs-shown', 'counter:1', 99, false)"
    )
    port = free_port()
    async with working(SERVICE, role="web") as app:
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, lifespan="off", log_config=None, ws="none")
        )
        task = asyncio.create_task(server.serve())
        try:
            address = f"http://127.0.0.1:{port}"
            done = await command("resync", "jobs-shown", "--from", address)
            refused = await command("resync", "jobs-shown", "--from", address, "--token", "x")
        finally:
            server.should_exit = True
            await task
    assert done.exit_code == 0, done.output
    assert "5 rows written, 1 removed" in done.output
    assert await rows("SELECT id, version FROM shown ORDER BY id") == [
        (1, 99),
        (2, 2),
        (3, 3),
        (4, 4),
        (5, 1),
    ]
    assert refused.exit_code == 1
    assert "401" in refused.output
    assert (await command("resync", "jobs-tally", "--from", "http://nowhere")).exit_code == 1
    assert (await command("resync", "nobody", "--from", "http://nowhere")).exit_code == 2


async def test_the_asyncapi_document_tells_what_is_sent_and_read(command: Command) -> None:
    printed = await command("asyncapi")
    document = json.loads(printed.output)
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == {"jobs.counter.grown", "jobs.counter.dropped"}
    operations = document["operations"]
    assert operations["send-jobs.counter.grown.v1"]["action"] == "send"
    assert operations["receive-jobs-tally-jobs.counter.grown.v1"]["action"] == "receive"
    text = json.dumps(document)
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        node = document
        for part in reference.split("/"):
            node = node[part]
    payload = document["components"]["messages"]["jobs.counter.grown.v1"]["payload"]["allOf"]
    assert payload[0] == {"$ref": "#/components/schemas/Event"}
    assert payload[1]["properties"]["type"] == {"const": "jobs.counter.grown.v1"}


async def test_what_nobody_can_need_any_more_is_pruned(
    command: Command, database: Database, rows: Rows
) -> None:
    async with database.write() as session:
        await grow(session, 1)
        await grow(session, 2)
    await rows("UPDATE outbox SET published_at = now() - interval '30 days' WHERE sequence = 1")
    for age in ("30 days", "10 days"):
        await rows(
            "INSERT INTO inbox (consumer, event_id, processed)"
            f" VALUES ('c', gen_random_uuid(), now() - interval '{age}')"
        )
    for name, age in (("old", "31 days"), ("new", "29 days")):
        await rows(
            "INSERT INTO parked (consumer, message_id, subject, reason, headers, body, deliveries,"
            f" parked) VALUES ('c', '{name}', 's', 'r', '{{}}', '', 1, now() - interval '{age}')"
        )
    done = await command("run", "prune-messages")
    assert done.exit_code == 0, done.output
    assert "1 published events, 1 inbox notes, 1 parked messages" in done.output
    assert await rows("SELECT sequence FROM outbox") == [(2,)]
    assert await rows("SELECT message_id FROM parked") == [("new",)]


def _durable() -> Any:
    from servicekit.messaging import topology

    return topology.consumer_durable(TALLY).config
