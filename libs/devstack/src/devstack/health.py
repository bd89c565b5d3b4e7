"""Is a process of the state file healthy right now?"""

from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from urllib.parse import urlsplit

from devstack import programs, watchdog
from devstack.ports import LOOPBACK
from devstack.servers import nats, postgres, valkey
from devstack.state import ProcessState, created

type Health = Literal["healthy", "unhealthy", "starting", "restarting", "stopped", "dead"]

TIMEOUT = 2.0
"""Seconds a process may take to answer before it counts as unhealthy."""


def check(process: ProcessState) -> Health:
    """Tell how a process is: by its own health question, not by what the state file says.

    `dead`: the file says it runs and it does not; a supervisor that lives starts it again.
    """
    if process.state in {"waiting", "starting"}:
        return "starting"
    if process.state == "restarting":
        return "restarting"
    if process.state == "stopped" or process.pid is None:
        return "stopped"
    if not watchdog.alive(process.pid) or (
        process.created is not None and abs((created(process.pid) or 0.0) - process.created) >= 1.0
    ):
        return "dead"
    try:
        return "healthy" if _answers(process) else "unhealthy"
    except OSError:
        return "unhealthy"


def check_all(processes: list[ProcessState]) -> list[Health]:
    """Ask all of them at once."""
    if not processes:
        return []
    with ThreadPoolExecutor(max_workers=len(processes)) as pool:
        return list(pool.map(check, processes))


def _answers(process: ProcessState) -> bool:
    match process.kind:
        case "postgres":
            return postgres.answers(LOOPBACK, process.port, TIMEOUT)
        case "nats":
            return nats.answers(LOOPBACK, urlsplit(process.health).port or 0, TIMEOUT)
        case "valkey":
            return valkey.answers(LOOPBACK, process.port, TIMEOUT)
        case "program":
            return programs.answers(LOOPBACK, process.port, process.health, TIMEOUT)
