"""Drives the `pydotorg` command in tests of the whole run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from devstack import state
from devstack.health import report
from devstack.home import Home
from devstack.ports import free_port
from devstack.stack import Stack


class Command:
    """`pydotorg` on a data folder and ports of its own.

    `environment` and `prefix` (words before the command) may be changed between calls.

    Args:
        folder: The data folder is made below it.
    """

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "data")
        self.base = free_port()
        self.prefix: list[str] = []
        self.environment = {
            name: text for name, text in os.environ.items() if not name.startswith("PYDOTORG_")
        } | {"PYDOTORG_DATA_DIR": str(self.home.folder)}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the command; its output, both kinds, is a pipe."""
        return subprocess.Popen(  # noqa: S603 - ourselves
            [*self.prefix, sys.executable, "-m", "devstack", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int = 0, timeout: float = 150) -> str:
        """Run the command to its end and return what it printed.

        Raises:
            AssertionError: it ended with another code.
        """
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=timeout)
        if process.returncode != code:
            raise AssertionError(f"pydotorg {arguments} ended with {process.returncode}:\n{output}")
        return output

    def up(self, *arguments: str) -> str:
        """Start a run that stays; everything but the site gets ports from `base` on."""
        return self.run("up", "--detach", "--port-base", str(self.base), *arguments)

    def down(self) -> str:
        """End the run."""
        return self.run("down")

    def status(self) -> dict[str, Any]:
        """Return what `status --json` prints, and the processes by name as `by_name`."""
        found = report(self.home)
        return {**found, "by_name": {each["name"]: each for each in found["processes"]}}

    @property
    def stack(self) -> Stack:
        """The processes of the run, with their addresses.

        Raises:
            AssertionError: nothing has run yet.
        """
        found = state.read(self.home)
        if found is None:
            raise AssertionError("nothing has run yet")
        return Stack(self.home, found.ports, replicas=found.replicas, only=found.only)

    def close(self) -> None:
        """End what still runs."""
        self.environment.pop("PYDOTORG_ENVIRONMENT", None)
        if state.is_running(self.home) or state.leftovers(state.read(self.home)):
            self.down()
