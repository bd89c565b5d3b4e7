"""Keeps the PostgreSQL server of one test run while somebody of that run is connected to it.

The processes of a run (xdist workers) connect to a Unix socket and get one line of JSON with the
address; the open connections are the reference count. The kernel closes them for a process that
was killed, so the keeper always learns when nobody is left; then it stops the server, deletes its
folder and ends. A client that half-closes its connection and waits for its end returns when
everything that was to be stopped has been.
"""

import argparse
import json
import secrets
import selectors
import shutil
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from devstack import containers
from devstack.containers import ContainedPostgres
from devstack.locks import locked
from devstack.ports import free_port
from devstack.processes import PortTaken, ProcessError, watchdog
from devstack.servers import Postgres

FIRST_CLIENT_SECONDS = 60.0
"""How long to wait for the process that started us to connect."""

MAX_CONNECTIONS = 400

SOCKET_NAME = "socket"
"""File in the folder that clients connect to."""


def start_postgres(folder: Path) -> Postgres:
    """Start a server that need not survive a crash of the machine, on a port that is free.

    Raises:
        ProcessError: it does not start.
    """
    for _ in range(5):
        server = (ContainedPostgres if containers.wanted() else Postgres)(
            folder / "postgres",
            port=free_port(),
            password=secrets.token_hex(12),
            durable=False,
            max_connections=MAX_CONNECTIONS,
            log=folder / "postgres.log",
        )
        server.password = _password(folder, server.password)
        try:
            server.start()
        except PortTaken:
            continue
        return server
    raise ProcessError("found no port for PostgreSQL in 5 tries")


def _password(folder: Path, fresh: str) -> str:
    """Return the password the cluster was made with: an earlier try may have made it."""
    kept = folder / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(fresh, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


class Keeper:
    """The clients of one run and the server they share."""

    def __init__(self, folder: Path, listener: socket.socket, lock: Path) -> None:
        self._folder = folder
        self._listener = listener
        self._lock = lock
        self._selector = selectors.DefaultSelector()
        self._clients: set[socket.socket] = set()
        self._greeting = b""

    def run(self) -> None:
        """Serve until nobody is left."""
        watchdog.remove(self._folder)
        server: Postgres | None = None
        try:
            server = start_postgres(self._folder)
            address = {"host": server.host, "port": server.port, "password": server.password}
        except (ProcessError, OSError) as error:
            address = {"error": str(error)}
        self._greeting = json.dumps(address).encode() + b"\n"
        last = self._serve()
        if server is not None:
            server.discard()
        shutil.rmtree(self._folder, ignore_errors=True)
        watchdog.close()
        for client in last:
            client.close()

    def _serve(self) -> set[socket.socket]:
        """Return the connections that wait for the end."""
        self._listener.setblocking(False)  # noqa: FBT003 - the socket's own signature
        self._selector.register(self._listener, selectors.EVENT_READ)
        while True:
            events = self._selector.select(None if self._clients else FIRST_CLIENT_SECONDS)
            gone: set[socket.socket] = set()
            for key, _ in events:
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    with suppress(OSError):
                        if key.fileobj.recv(64):
                            continue
                    self._selector.unregister(key.fileobj)
                    self._clients.discard(key.fileobj)
                    gone.add(key.fileobj)
            if not self._clients and self._closed():
                return gone
            for client in gone:
                client.close()

    def _accept(self) -> bool:
        try:
            client, _ = self._listener.accept()
        except BlockingIOError:
            return False
        self._clients.add(client)
        self._selector.register(client, selectors.EVENT_READ)
        with suppress(OSError):
            client.sendall(self._greeting)
        return True

    def _closed(self) -> bool:
        """Close the door, unless somebody stands in it: clients connect under the same lock."""
        with locked(self._lock):
            if self._accept():
                return False
            (self._folder / SOCKET_NAME).unlink(missing_ok=True)
            self._listener.close()
            return True


def main() -> None:
    """Run the keeper on a socket that is open already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--lock", type=Path, required=True)
    parser.add_argument(
        "--socket", type=int, required=True, help="descriptor of the listening socket"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for pytest; we end when it has
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with socket.socket(fileno=options.socket) as listener:
        Keeper(options.folder, listener, options.lock).run()


if __name__ == "__main__":
    main()
