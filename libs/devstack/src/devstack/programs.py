"""A program of this project as a child process."""

import http.client
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from devstack.forking import Forked
from devstack.manifest import Program
from devstack.processes import Process


class ProgramProcess(Process):
    """One process of a program.

    Args:
        program: What to run.
        name: The program's name, with a number where it has replicas.
        port: Port it listens on.
        environment: Variables it gets beside ours.
        log: File that gets its output.
    """

    stage: ClassVar[int] = 0

    def __init__(
        self,
        program: Program,
        *,
        name: str,
        port: int,
        environment: Mapping[str, str],
        log: Path,
    ) -> None:
        super().__init__(name, port=port, log=log)
        self.program = program
        self.variables = dict(environment)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.host}:{self.port}"

    def command(self) -> list[str]:
        """Return the command a person would type."""
        return [sys.executable, "-m", self.program.package, *self.program.arguments]

    def launch(self) -> Forked:
        """Fork it from what has imported it."""
        return Forked(
            self.program.package,
            self.program.arguments,
            environment=self.environment(),
            log=self.log,
        )

    def environment(self) -> dict[str, str]:
        """Return our environment with its variables."""
        return {**os.environ, **self.variables}

    def probe(self, timeout: float = 2.0) -> bool:
        """Tell whether its health path answers 200."""
        return answers(self.host, self.port, self.program.health, timeout)


def answers(host: str, port: int, path: str, timeout: float = 2.0) -> bool:
    """Tell whether a GET of this path answers 200 within `timeout` seconds.

    Raises:
        OSError: nobody listens, or the time is over.
    """
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except http.client.HTTPException:
        return False
    finally:
        connection.close()
