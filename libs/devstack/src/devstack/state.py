"""The state file: what the supervisor of a data folder runs, for the other commands to read."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ValidationError

from devstack import watchdog
from devstack.files import write_private
from devstack.home import Home
from devstack.locks import is_held

type Phase = Literal["starting", "running", "stopping", "stopped", "failed"]


class Step(BaseModel):
    """One line of progress; `order` counts the steps that have ended, from 1."""

    name: str
    order: int = 0
    done: bool = False
    failed: bool = False
    seconds: float = 0.0
    note: str = ""


class ProcessState(BaseModel):
    """One process of the run.

    `created` is the start time the system gives (seconds): with `pid` it names one process for
    ever, a pid alone may be reused. `kind` tells how its health is asked.
    """

    name: str
    kind: Literal["postgres", "nats", "valkey", "program"]
    state: Literal["waiting", "starting", "running", "restarting", "stopped"]
    pid: int | None = None
    created: float | None = None
    port: int
    address: str
    health: str = ""
    log: str
    restarts: int = 0


class State(BaseModel):
    """The whole run."""

    pid: int
    phase: Phase = "starting"
    error: str = ""
    ports: dict[str, int] = {}
    replicas: int = 1
    only: tuple[str, ...] | None = None
    steps: list[Step] = []
    processes: list[ProcessState] = []

    def write(self, home: Home) -> None:
        """Replace the state file."""
        write_private(home.state, self.model_dump_json(indent=1) + "\n")


def read(home: Home) -> State | None:
    """Return what the last supervisor wrote; none if there is nothing that can be read."""
    try:
        return State.model_validate_json(home.state.read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        return None


def is_running(home: Home) -> bool:
    """Tell whether a supervisor lives for this folder."""
    return is_held(home.lock)


def supervisor_pid(home: Home) -> int | None:
    """Return the process that holds the lock; none if nobody does."""
    if not is_running(home):
        return None
    with suppress(OSError, ValueError):
        return int(home.lock.read_text(encoding="utf-8").strip())
    return None


def created(pid: int) -> float | None:
    """Return when a process was started, in seconds since the epoch; none if there is none."""
    with suppress(psutil.Error):
        return float(psutil.Process(pid).create_time())
    return None


def leftovers(state: State | None) -> list[ProcessState]:
    """Return the processes of a state that still run, those and no others that reuse a pid."""
    if state is None:
        return []
    return [
        process
        for process in state.processes
        if process.pid is not None
        and process.created is not None
        and watchdog.alive(process.pid)
        and abs((created(process.pid) or 0.0) - process.created) < 1.0
    ]


def end_leftovers(state: State | None) -> list[ProcessState]:
    """End what a supervisor left that died without ending it: programs first, then servers."""
    found = leftovers(state)
    for programs in (True, False):
        watchdog.end(
            {
                process.pid: signal.SIGINT if process.kind == "postgres" else signal.SIGTERM
                for process in found
                if (process.kind == "program") is programs and process.pid is not None
            }
        )
    return found


def write_pid(lock: Path) -> None:
    """Write our process id into the lock file we hold."""
    lock.write_text(f"{os.getpid()}\n", encoding="utf-8")
