"""`pydotorg up` and `down` as a person runs them: real processes, real servers."""

import asyncio
import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import closing

import asyncpg
import nats
import pytest

from devstack import state
from devstack.keys import load
from devstack.servers import account
from devstack.servers.valkey import ask
from devstack.stack import Stack
from devstack.testing import Until
from devstack.testing.command import Command
from servicekit.tokens import KeySet

SERVERS = ["--only", "servers"]
NAMES = ["postgres", "nats", "valkey"]


async def write(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.postgres.admin_url)
    await connection.execute("CREATE TABLE kept (id int)")
    await connection.close()
    client = await nats.connect(stack.nats.url)
    await client.jetstream().add_stream(name="kept", subjects=["kept.>"])
    await client.jetstream().publish("kept.one", b"1")
    await client.close()
    assert ask(stack.valkey.host, stack.valkey.port, "SET kept 1") == "+OK"


async def kept(stack: Stack) -> list[object]:
    connection = await asyncpg.connect(stack.postgres.admin_url)
    table = await connection.fetchval("SELECT to_regclass('kept')::text")
    await connection.close()
    client = await nats.connect(stack.nats.url)
    messages = (await client.jetstream().stream_info("kept")).state.messages
    await client.close()
    return [table, messages, ask(stack.valkey.host, stack.valkey.port, "GET kept")]


async def test_up_status_down_and_up_again_with_the_same_data(
    pydotorg: Command, processes_of: Callable[[object], list[str]]
) -> None:
    said = await asyncio.to_thread(pydotorg.up, "--only", "traces")
    assert all(name in said for name in [*NAMES, "traces"])

    found = json.loads(pydotorg.run("status", "--json"))
    assert found["running"] is True
    assert found["healthy"] is True
    assert [process["name"] for process in found["processes"]] == [*NAMES, "traces"]
    for process in found["processes"]:
        assert process["health"] == "healthy"
        assert process["pid"] > 0
        assert process["port"] > pydotorg.base
        assert process["address"] in said
    await write(pydotorg.stack)

    refused = pydotorg.run("up", *SERVERS, code=1)
    assert "in use by a run already" in refused
    assert "pydotorg down" in refused
    assert pydotorg.status()["healthy"], "the refused one must not touch the first"

    pydotorg.down()
    assert processes_of(pydotorg.home.folder) == []
    stopped = json.loads(pydotorg.run("status", "--json", code=1))
    assert stopped["running"] is False
    assert {process["health"] for process in stopped["processes"]} == {"stopped"}
    assert "Nothing was running" in pydotorg.down()

    await asyncio.to_thread(pydotorg.up, *SERVERS)
    assert await kept(pydotorg.stack) == ["kept", 1, "$1"]


async def test_what_dies_is_started_again_and_what_hangs_is_told(
    pydotorg: Command, until: Until
) -> None:
    await asyncio.to_thread(pydotorg.up, *SERVERS)
    before = pydotorg.status()["by_name"]
    for name in ("postgres", "nats"):
        os.kill(before[name]["pid"], signal.SIGKILL)

    def all_healthy_again() -> bool:
        now = pydotorg.status()
        return now["healthy"] is True and all(
            now["by_name"][name]["restarts"] == 1
            and now["by_name"][name]["pid"] != before[name]["pid"]
            and now["by_name"][name]["port"] == before[name]["port"]
            for name in ("postgres", "nats")
        )

    await until(lambda: asyncio.to_thread(all_healthy_again), timeout=60)
    assert pydotorg.status()["by_name"]["valkey"]["pid"] == before["valkey"]["pid"]

    os.kill(before["valkey"]["pid"], signal.SIGSTOP)
    found = pydotorg.status()
    assert found["healthy"] is False
    assert found["by_name"]["valkey"]["health"] == "unhealthy"
    assert found["by_name"]["nats"]["health"] == "healthy"
    pydotorg.down()  # ends the frozen one too
    assert not state.leftovers(state.read(pydotorg.home))


async def test_a_killed_supervisor_leaves_nothing_and_the_next_up_starts(
    pydotorg: Command, processes_of: Callable[[object], list[str]], until: Until
) -> None:
    await asyncio.to_thread(pydotorg.up, *SERVERS)
    os.kill(pydotorg.status()["supervisor"], signal.SIGKILL)
    await until(lambda: not processes_of(pydotorg.home.folder), timeout=30)
    stale = pydotorg.status()
    assert stale["running"] is False
    assert {process["health"] for process in stale["processes"]} == {"dead"}
    await asyncio.to_thread(pydotorg.up, *SERVERS)
    assert pydotorg.status()["healthy"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_foreground_run_ends_everything_when_told(
    pydotorg: Command, processes_of: Callable[[object], list[str]], number: signal.Signals
) -> None:
    process = pydotorg.start("up", *SERVERS, "--port-base", str(pydotorg.base))
    assert process.stdout is not None
    for line in process.stdout:
        if "To end it" in line:
            break
    assert pydotorg.status()["healthy"]
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert "Everything has ended" in rest
    assert processes_of(pydotorg.home.folder) == []


def test_of_two_at_once_one_starts_and_one_is_refused(pydotorg: Command) -> None:
    words = ["up", "-d", *SERVERS, "--port-base", str(pydotorg.base)]
    with pydotorg.start(*words) as one, pydotorg.start(*words) as other:
        both = [one, other]
        said = [process.communicate(timeout=120)[0] for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, 1], said
    assert "in use by a run already" in said[codes.index(1)]
    assert pydotorg.status()["healthy"]


def test_a_taken_port_of_the_site_is_told_with_its_holder_and_nothing_starts(
    pydotorg: Command, processes_of: Callable[[object], list[str]], free_port: Callable[[], int]
) -> None:
    with closing(socket.create_server(("127.0.0.1", free_port()))) as taken:
        port = taken.getsockname()[1]
        said = pydotorg.run("up", "--port", str(port), code=1)
    assert f"port {port} for the site is taken by process {os.getpid()}" in said
    assert "--port" in said
    assert processes_of(pydotorg.home.folder) == []


@pytest.mark.skipif(
    account.detect() is account.Account.NOBODY, reason="user namespaces are forbidden here"
)
def test_an_ordinary_user_needs_nothing_and_a_taken_port_is_passed_over(pydotorg: Command) -> None:
    pydotorg.prefix = account.prefix(account.detect())  # root sees itself as nobody there
    whoami = subprocess.run([*pydotorg.prefix, "id", "-u"], capture_output=True, check=True)
    assert whoami.stdout.strip() != b"0"
    with closing(socket.create_server(("127.0.0.1", pydotorg.base + 2))):
        pydotorg.up(*SERVERS)
        found = pydotorg.status()
    assert found["healthy"]
    ports = [process["port"] for process in found["processes"]]
    assert pydotorg.base + 2 not in ports
    assert len(set(ports)) == len(ports)
    pydotorg.down()


async def test_tokens_env_and_logs_of_a_run(pydotorg: Command) -> None:
    assert "pydotorg up" in pydotorg.run("token", code=1)
    assert "nothing has run" in pydotorg.run("env", "traces", code=1)
    assert "nothing runs" in pydotorg.run("seed", code=1)
    await asyncio.to_thread(pydotorg.up, *SERVERS)

    jwks = pydotorg.home.jwks.read_text()
    for path in (pydotorg.home.jwks, pydotorg.home.signing_key("gateway"), pydotorg.home.state):
        assert path.stat().st_mode & 0o077 == 0, f"{path} is not private"
    token = pydotorg.run("token", "--permissions", "downloads.add_release, system.operate")
    claims = await KeySet(jwks, audience="downloads").verify(token.strip())
    assert claims.permissions == ("downloads.add_release", "system.operate")
    assert load(pydotorg.home.signing_key("gateway")).kid.startswith("dev-")

    port = pydotorg.stack.ports["downloads"]
    assert f"export PYDOTORG_PORT={port}\n" in pydotorg.run("env", "downloads")
    assert "there are postgres, nats" in pydotorg.run("env", "nothing", code=1)
    assert "ready to accept connections" in pydotorg.run("logs", "postgres")
    assert "there are nats, postgres" in pydotorg.run("logs", "nothing", code=1)


def test_production_is_refused(pydotorg: Command) -> None:
    pydotorg.environment["PYDOTORG_ENVIRONMENT"] = "production"
    assert "refused in production" in pydotorg.run("token", code=1)
    assert "refused in production" in pydotorg.run("up", code=1)


@pytest.mark.parametrize(
    "arguments",
    [("--replicas", "downloads=2"), ("--replicas", "gateway=many"), ("--only", "nothing")],
)
def test_options_that_make_no_sense_are_refused(
    pydotorg: Command, arguments: tuple[str, ...]
) -> None:
    assert arguments[0] in pydotorg.run("up", *arguments, code=2)


def test_a_state_file_that_cannot_be_read_does_no_harm(pydotorg: Command) -> None:
    pydotorg.home.folder.mkdir()
    pydotorg.home.state.write_text('{"pid": "many", "processes": 7')
    assert "Nothing was running" in pydotorg.down()
    assert pydotorg.status()["processes"] == []
    pydotorg.up(*SERVERS)
    assert pydotorg.status()["healthy"]


def test_a_pid_that_now_belongs_to_another_is_left_alone(pydotorg: Command) -> None:
    with subprocess.Popen(["sleep", "60"]) as bystander:
        pydotorg.home.folder.mkdir()
        entry = state.ProcessState(
            name="nats",
            kind="nats",
            state="running",
            pid=bystander.pid,
            created=1.0,
            port=4222,
            address="",
            log="",
        )
        state.State(pid=1, processes=[entry]).write(pydotorg.home)
        pydotorg.down()
        assert bystander.poll() is None
        bystander.kill()
