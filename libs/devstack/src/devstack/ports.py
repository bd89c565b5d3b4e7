"""Ports on the loopback interface: is one free, who holds it, find another."""

import random
import socket
from collections.abc import Collection
from contextlib import closing

import psutil

LOOPBACK = "127.0.0.1"
FIRST_EPHEMERAL = 32768
"""From here on Linux takes ports for outgoing connections; a server's port must be below."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen on the port now.

    Connections of an earlier server that still linger (TIME_WAIT) do not count, as they do not
    for the servers.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port(avoid: Collection[int] = ()) -> int:
    """Return a port that is free now, between 10000 and the range of outgoing connections.

    Raises:
        OSError: none of 200 tries was free.
    """
    for _ in range(200):
        port = random.randrange(10_000, FIRST_EPHEMERAL)  # noqa: S311 - chosen at random only to keep apart from others
        if port not in avoid and is_free(port):
            return port
    raise OSError("no free port found between 10000 and 32767")


def next_free(start: int, *, count: int = 1, avoid: Collection[int] = ()) -> int:
    """Return the first port from `start` on with `count` free ports in a row.

    Raises:
        OSError: there is none below the range of outgoing connections.
    """
    for port in range(start, FIRST_EPHEMERAL - count + 1):
        wanted = range(port, port + count)
        if all(each not in avoid and is_free(each) for each in wanted):
            return port
    raise OSError(f"no {count} free port(s) in a row from {start} to {FIRST_EPHEMERAL - 1}")


def holder(port: int) -> str:
    """Describe who listens on the port, for an error message.

    "another process" where that cannot be seen.
    """
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return "another process"
    for connection in connections:
        if connection.status != psutil.CONN_LISTEN or not connection.laddr:
            continue
        if connection.laddr.port != port or connection.pid is None:
            continue
        try:
            command = " ".join(psutil.Process(connection.pid).cmdline())
        except psutil.Error:
            command = ""
        return f"process {connection.pid}" + (f" ({command[:120]})" if command else "")
    return "another process"
