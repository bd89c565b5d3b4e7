"""The servers of a test run: PostgreSQL for all its workers, NATS and Valkey for each worker.

NATS and Valkey are not shared, because names of streams and channels are the same in every test;
both start in 0.05 s.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from devstack import containers
from devstack.background import Background
from devstack.containers import ContainedNats, ContainedPostgres, ContainedValkey
from devstack.keeper import SOCKET_NAME
from devstack.locks import locked
from devstack.ports import free_port
from devstack.processes import PortTaken, Process, ProcessError, watchdog
from devstack.servers import Nats, Postgres, Valkey
from devstack.servers.valkey import ask

START_SECONDS = 120.0


class SharedPostgres:
    """Our connection to the keeper of the run's PostgreSQL server (`devstack.keeper`).

    Args:
        run: Name of the run, the same in all its workers.
    """

    def __init__(self, run: str) -> None:
        base = Path(tempfile.gettempdir()).resolve()
        self.folder = base / f"pydotorg-t{os.getuid()}-{run[:8]}"  # a socket's path is short
        lock = base / f"pydotorg-tests-{os.getuid()}.lock"
        with locked(lock):
            self._connection = self._connect() or self._start_keeper(lock)
        self._connection.settimeout(START_SECONDS)
        with self._connection.makefile("r", encoding="utf-8") as lines:
            greeting = json.loads(lines.readline() or '{"error": "the keeper ended"}')
        if "error" in greeting:
            self.close()
            raise ProcessError(f"the PostgreSQL server of the tests: {greeting['error']}")
        self.host: str = greeting["host"]
        self.port: int = greeting["port"]
        self._password: str = greeting["password"]

    @property
    def admin_url(self) -> str:
        """Address of the database `postgres` as the superuser."""
        return self.url("postgres", "postgres", self._password)

    def url(self, database: str, user: str, password: str) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{user}:{quote(password, safe='')}@{self.host}:{self.port}/{database}"

    def close(self) -> None:
        """Give up our share; if it was the last one, wait until the server is gone."""
        try:
            self._connection.shutdown(socket.SHUT_WR)
            while self._connection.recv(256):
                pass
        except OSError:
            pass  # the keeper is gone already
        finally:
            self._connection.close()

    def _connect(self) -> socket.socket | None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self.folder / SOCKET_NAME))
        except OSError:
            connection.close()
            return None
        return connection

    def _start_keeper(self, lock: Path) -> socket.socket:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
            (self.folder / "keeper.log").open("wb") as log,
        ):
            listener.bind(str(self.folder / SOCKET_NAME))
            listener.listen(64)
            descriptor = listener.fileno()
            keeper = subprocess.Popen(  # noqa: S603 - our own module
                [
                    *(sys.executable, "-m", "devstack.keeper", "--folder", str(self.folder)),
                    *("--lock", str(lock), "--socket", str(descriptor)),
                ],
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        connection = self._connect()
        if connection is None:
            raise ProcessError(f"cannot reach the keeper, process {keeper.pid}")
        keeper.returncode = 0  # it outlives us on purpose; nobody is to wait for it
        return connection


def start_somewhere[P: Process](make: Callable[[], P]) -> P:
    """Start what `make` makes with ports it chose; once more if somebody took one in between.

    Raises:
        ProcessError: it does not start.
    """
    for _ in range(4):
        process = make()
        try:
            process.start()
        except PortTaken:
            continue
        return process
    process = make()
    process.start()
    return process


class Embedded:
    """The servers of this worker, each started when it is first asked for.

    Args:
        run: Name of the run, the same in all its workers.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._started: list[Process] = []

    @cached_property
    def folder(self) -> Path:
        """A folder of this worker, deleted at the end."""
        folder = Path(tempfile.mkdtemp(prefix="pydotorg-worker-"))
        watchdog.remove(folder)
        return folder

    @cached_property
    def background(self) -> Background:
        """A loop for calls to the servers."""
        return Background()

    @cached_property
    def postgres(self) -> SharedPostgres:
        """The PostgreSQL server of the run; take a database of it through `database_factory`."""
        return SharedPostgres(self._run)

    @cached_property
    def nats(self) -> Nats:
        """The NATS server of this worker; a test that stops one takes `private_nats`."""
        return self._keep(start_somewhere(lambda: new_nats(self.folder)))

    @cached_property
    def valkey(self) -> Valkey:
        """The Valkey server of this worker; a test that stops one takes `private_valkey`."""
        return self._keep(start_somewhere(lambda: new_valkey(self.folder, keep=False)))

    @property
    def nats_url(self) -> str:
        """Address of the NATS server, with whatever earlier tests left in it."""
        return self.nats.url

    @property
    def valkey_url(self) -> str:
        """Address of the Valkey server, with whatever earlier tests left in it."""
        return self.valkey.url

    def empty_nats(self) -> None:
        """Delete every stream."""
        self.background.run(_delete_streams(self.nats_url))

    def empty_valkey(self) -> None:
        """Delete every key of every database."""
        ask(self.valkey.host, self.valkey.port, "FLUSHALL")

    def close(self) -> None:
        """Stop what was started."""
        for process in self._started:
            process.discard()
        if "background" in self.__dict__:
            self.background.close()
        if "postgres" in self.__dict__:
            self.postgres.close()
        if "folder" in self.__dict__:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _keep[P: Process](self, process: P) -> P:
        self._started.append(process)
        return process


def new_nats(folder: Path) -> Nats:
    """Return a NATS server with a folder of its own below `folder`, not started."""
    home = folder / f"nats-{secrets.token_hex(4)}"
    port = free_port()
    made = ContainedNats if containers.wanted() else Nats
    return made(home, port=port, http_port=free_port({port}), log=home / "log")


def new_valkey(folder: Path, *, keep: bool) -> Valkey:
    """Return a Valkey server with a folder of its own below `folder`, not started."""
    home = folder / f"valkey-{secrets.token_hex(4)}"
    made = ContainedValkey if containers.wanted() else Valkey
    return made(home, port=free_port(), keep=keep, log=home / "log")


def new_postgres(folder: Path, *, durable: bool) -> Postgres:
    """Return a PostgreSQL server with a folder of its own below `folder`, not started."""
    home = folder / f"postgres-{secrets.token_hex(4)}"
    home.mkdir(mode=0o700)
    made = ContainedPostgres if containers.wanted() else Postgres
    return made(
        home / "data",
        port=free_port(),
        password=secrets.token_hex(12),
        durable=durable,
        log=home / "log",
    )


async def _delete_streams(url: str) -> None:
    import nats  # noqa: PLC0415 - only runs that use NATS pay for it

    client = await nats.connect(url, connect_timeout=5)
    try:
        streams = client.jetstream(timeout=10)
        for stream in await streams.streams_info():
            await streams.delete_stream(stream.config.name or "")
    finally:
        await client.close()
