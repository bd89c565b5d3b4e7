"""Is a process of the state file healthy right now?"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal
from urllib.parse import urlsplit

from devstack import programs, state, watchdog
from devstack.home import Home
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


def report(home: Home) -> dict[str, Any]:
    """Return what `pydotorg status --json` prints.

    `running` tells of the supervisor, `healthy` of everything; of each process `uptime` is in
    seconds and `health` is asked now.
    """
    found = state.read(home)
    running = state.is_running(home)
    processes = found.processes if found is not None else []
    healths = check_all(processes)
    return {
        "running": running,
        "healthy": running and bool(healths) and all(each == "healthy" for each in healths),
        "phase": found.phase if found is not None and running else "stopped",
        "data_dir": str(home.folder),
        "supervisor": state.supervisor_pid(home),
        "processes": [
            {
                "name": process.name,
                "pid": process.pid,
                "port": process.port,
                "health": health,
                "address": process.address,
                "restarts": process.restarts,
                "uptime": round(time.time() - process.created, 1) if process.created else None,
                "log": process.log,
            }
            for process, health in zip(processes, healths, strict=True)
        ],
    }


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
