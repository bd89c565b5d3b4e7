"""The whole system as a visitor and an operator meet it, started by `pydotorg up`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from devstack.cli.common import stack_of
from devstack.health import check_all
from devstack.home import Home
from devstack.ports import free_port, next_free
from devstack.processes import watchdog
from devstack.stack import Stack
from devstack.state import ProcessState, State, read
from servicekit.tokens import SigningKey

SUPPORT: Final = Path(__file__).parent
ROOT: Final = SUPPORT.parents[1]

EDITOR: Final = (
    "downloads.can_publish_releases",
    *(
        f"downloads.{verb}_{what}"
        for verb in ("add", "change", "delete", "view")
        for what in ("release", "releasefile", "os")
    ),
)
"""Everything a release manager may."""


class Site:
    """One run of everything in a folder of its own.

    Attributes:
        folder: Its data folder.
        port: Port of the first gateway; replica n listens on `port + n - 1`.
    """

    def __init__(self, folder: Path, *, replicas: int = 2) -> None:
        self.folder = folder
        self.replicas = replicas
        self.port = 0

    def up(self, *, environment: Mapping[str, str] | None = None) -> None:
        """Start it, or start it again on the same data."""
        self.port = self.port or _room(self.replicas)
        base = _room(20)
        self.command(
            "up",
            "--detach",
            "--port",
            str(self.port),
            "--port-base",
            str(base),
            "--replicas",
            f"gateway={self.replicas}",
            environment=environment,
            timeout=180,
        )
        # A run that is killed must not leave a site behind.
        watchdog.add(self._state().pid, signal.SIGTERM, 0)

    def down(self) -> None:
        """Stop all of it."""
        supervisor = self._state().pid
        self.command("down", timeout=60)
        watchdog.drop(supervisor)

    def command(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> str:
        """Run `pydotorg` on this folder and return what it printed.

        Raises AssertionError with its output where it fails.
        """
        done = subprocess.run(
            [sys.executable, "-m", "devstack", *arguments, "--data-dir", str(self.folder)],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"pydotorg {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def processes(self) -> dict[str, ProcessState]:
        """Return what runs, by name."""
        return {process.name: process for process in self._state().processes}

    def _state(self) -> State:
        state = read(Home(self.folder))
        assert state is not None, f"nothing has run in {self.folder}"
        return state

    def signal(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to one process and return its pid. 0 where it is down already."""
        pid = self.processes()[name].pid
        if pid is None:
            return 0
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return 0
        return int(pid)

    def wait_healthy(self, seconds: float = 60) -> None:
        """Return when every process says that it can do its work."""
        end = time.monotonic() + seconds
        while True:
            healths = check_all(list(self._state().processes))
            sick = {
                name: health
                for name, health in zip(self.processes(), healths, strict=True)
                if health != "healthy"
            }
            if not sick:
                return
            assert time.monotonic() < end, f"not healthy after {seconds} s: {sick}"
            time.sleep(0.2)

    @property
    def gateways(self) -> list[str]:
        """Addresses of the gateway's replicas."""
        return [f"http://127.0.0.1:{self.port + number}" for number in range(self.replicas)]

    @property
    def downloads(self) -> str:
        """Address of the downloads service."""
        return f"http://127.0.0.1:{self.processes()['downloads'].port}"

    def token(self, *permissions: str, subject: str = "user:1") -> str:
        """Sign a token for the downloads service with the run's own development key."""
        key = SigningKey.load(str(self.folder / "keys" / "gateway.json"))
        return key.mint(
            subject=subject,
            audience="downloads",
            permissions=permissions or EDITOR,
            staff=True,
            lifetime=3600,
        )

    def editor(self, **options: Any) -> httpx.AsyncClient:
        """Return a client of the downloads service with a release manager's permissions."""
        return httpx.AsyncClient(
            base_url=self.downloads,
            headers={"Authorization": f"Bearer {self.token()}"},
            **options,
        )

    @property
    def stack(self) -> Stack:
        """The processes of the run, to ask for addresses and environments."""
        return stack_of(Home(self.folder))

    def database(self, name: str) -> str:
        """Return the address of a service's database, as its own role."""
        return self.environment(name)["PYDOTORG_DATABASE_URL"]

    def environment(self, name: str) -> dict[str, str]:
        """Return the variables that one program runs with."""
        return self.stack.environment(self.stack.program(name))


def release(number: int, **changes: Any) -> dict[str, Any]:
    """Return the input of a release whose version no real one will have soon."""
    return {
        "name": f"Python 3.90.{number}",
        "slug": f"python-390{number}",
        "is_published": True,
        "content": f"Marker {number}.",
        **changes,
    }


def release_file(release_id: int, number: int, os_id: int = 3, **changes: Any) -> dict[str, Any]:
    """Return the input of a file of that release."""
    name = f"Python-3.90.{number}.tar.xz"
    return {
        "name": "XZ compressed source tarball",
        "slug": f"390{number}-XZ-{os_id}",
        "os_id": os_id,
        "release_id": release_id,
        "is_source": os_id == 3,
        "url": f"https://www.python.org/ftp/python/3.90.{number}/{os_id}/{name}",
        "filesize": 20_000_000 + number,
        "sha256_sum": f"{number:064x}",
        **changes,
    }


def _room(size: int) -> int:
    """Return the first of `size` ports in a row that are free now."""
    # A run has its ports one behind the other, below those of outgoing connections.
    return next_free(min(free_port(), 32_500), count=size)


def say(text: str) -> None:
    """Print a figure that a run is for; shown with `pytest -s`."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
