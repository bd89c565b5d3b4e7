"""The servers by themselves: accounts, ports, what a kill leaves, what a broken start tells."""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest

from devstack.containers import ContainedNats, ContainedPostgres, ContainedValkey
from devstack.ports import FIRST_EPHEMERAL, free_port, holder, is_free, next_free
from devstack.processes import PortTaken, Process, ProcessError
from devstack.servers import Nats, Postgres, Valkey, account
from devstack.servers.account import Account, detect
from devstack.servers.valkey import ask
from devstack.testing import PostgresFactory, ValkeyFactory
from devstack.waiting import wait_until

ROOT = os.geteuid() == 0


@pytest.fixture
def open_folder(folder: Path) -> Path:
    """A folder that other accounts may enter."""
    folder.chmod(0o755)
    return folder


@pytest.fixture
def started() -> Iterator[Callable[[Process], Process]]:
    servers: list[Process] = []

    def start(server: Process) -> Process:
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.discard()


@pytest.mark.parametrize("way", [detect(), *([Account.NOBODY] if ROOT else [])])
async def test_postgres_runs_in_every_account_it_may_have(
    open_folder: Path, started: Callable[[Process], Process], way: Account
) -> None:
    server = Postgres(
        open_folder / "postgres", port=free_port(), password="it's secret", account=way
    )
    started(server)
    assert server.pid is not None
    assert psutil.Process(server.pid).uids().real == (
        account.NOBODY if way is Account.NOBODY else os.getuid()
    )
    assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700
    for _ in range(2):
        connection = await asyncpg.connect(server.admin_url)
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        assert await connection.fetchval("SHOW fsync") == "on"
        await connection.close()
        server.kill()
        server.start()


@pytest.mark.skipif(not ROOT, reason="only root needs another account")
def test_postgres_moves_where_nobody_can_reach_it(
    folder: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = open_folder / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    monkeypatch.setattr(account, "FALLBACK_FOLDER", elsewhere)
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    found = account.own_folder(closed / "postgres")
    assert found.is_relative_to(elsewhere)
    assert found.stat().st_uid == account.NOBODY
    assert account.own_folder(closed / "postgres") == found
    assert account.own_folder(found) == found
    os.chown(found.parent, 1234, 1234)
    with pytest.raises(PermissionError, match="1234"):
        account.own_folder(closed / "postgres")


async def test_an_initdb_that_was_killed_is_begun_anew(private_postgres: PostgresFactory) -> None:
    server = private_postgres()
    server.stop()
    server.data_dir.with_name(server.data_dir.name + ".unfinished").touch()
    (server.data_dir / "global" / "pg_control").unlink()
    server.start()
    connection = await asyncpg.connect(server.admin_url)
    await connection.close()


@pytest.mark.parametrize("kind", ["postgres", "nats", "nats pages", "valkey"])
def test_a_server_does_not_take_a_strangers_port_for_its_own(folder: Path, kind: str) -> None:
    with closing(socket.create_server(("127.0.0.1", free_port()))) as stranger:
        port = stranger.getsockname()[1]
        servers: dict[str, Callable[[], Process]] = {
            "postgres": lambda: Postgres(folder / "data", port=port, password="x"),
            "nats": lambda: Nats(folder / "data", port=port, http_port=free_port()),
            "nats pages": lambda: Nats(folder / "data", port=free_port(), http_port=port),
            "valkey": lambda: Valkey(folder / "data", port=port),
        }
        server = servers[kind]()
        with pytest.raises(PortTaken, match=f"process {os.getpid()}"):
            server.start()
        assert not server.running


def test_a_server_that_ends_at_once_tells_what_it_said(folder: Path) -> None:
    server = Valkey(folder / "data", port=free_port(), max_memory="much", log=folder / "log")
    with pytest.raises(ProcessError, match="maxmemory"):
        server.start()


def test_stop_ends_a_frozen_server_and_stopping_twice_does_nothing(
    private_valkey: ValkeyFactory,
) -> None:
    server = private_valkey()
    server.pause()
    with pytest.raises(OSError, match="timed out"):
        server.probe(timeout=0.05)
    server.stop()
    server.stop()
    server.kill()
    assert not server.running
    assert server.exit_code == 0


@pytest.mark.parametrize("keep", [True, False])
def test_valkey_remembers_only_if_told(private_valkey: ValkeyFactory, *, keep: bool) -> None:
    server = private_valkey(keep=keep)
    assert ask(server.host, server.port, "SET word 1") == "+OK"
    server.restart()
    assert ask(server.host, server.port, "EXISTS word") == (":1" if keep else ":0")


def test_ports() -> None:
    port = free_port()
    assert 10_000 <= port < FIRST_EPHEMERAL
    with closing(socket.create_server(("127.0.0.1", port))):
        assert not is_free(port)
        assert next_free(port) > port
        assert str(os.getpid()) in holder(port)
    wait_until(lambda: is_free(port))
    first = next_free(port, count=3)
    assert next_free(port, count=3, avoid={first + 1}) > first
    with pytest.raises(OSError, match="in a row"):
        next_free(FIRST_EPHEMERAL - 1, count=2)


def engine_answers() -> bool:
    address = urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    if address.scheme != "unix":
        return True
    with closing(socket.socket(socket.AF_UNIX)) as engine:
        return engine.connect_ex(address.path) == 0


@pytest.mark.parametrize("kind", [ContainedPostgres, ContainedNats, ContainedValkey])
def test_servers_in_containers_do_what_the_embedded_ones_do(
    folder: Path, started: Callable[[Process], Process], kind: type[Process]
) -> None:
    if not engine_answers():
        pytest.skip("no container engine answers")
    port, pages = free_port(), free_port()
    server: Process
    if kind is ContainedPostgres:
        server = ContainedPostgres(folder / "data", port=port, password="secret")
    elif kind is ContainedNats:
        server = ContainedNats(folder / "data", port=port, http_port=pages)
    else:
        server = ContainedValkey(folder / "data", port=port)
    started(server)
    assert server.probe()
    for end in (server.kill, server.stop):
        end()
        assert not server.running
        server.start()
        assert server.probe()
    server.pause()
    server.resume()
    assert server.probe()
