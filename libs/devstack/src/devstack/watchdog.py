"""Ends child processes whose parent died without ending them (kill -9, power of a closed terminal).

Run as a script by `devstack.processes` with the standard library alone (`python -I -S
watchdog.py`), so that it costs some milliseconds. It reads lines from its standard input and acts
when that closes, which the kernel does for a parent however it dies:

- `add PID SIGNAL STAGE`: end this process; lower stages first, politely with SIGNAL, then with
  SIGKILL;
- `drop PID`: the parent has ended it itself;
- `remove PATH` and `keep PATH`: delete this folder at the end, or no longer.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

POLITE_SECONDS = 5.0


def alive(pid: int) -> bool:
    """Tell whether the process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[:1] != ["Z"]


def send(pid: int, number: int) -> None:
    """Signal the process group of `pid`, or the process alone where it leads none."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def end(pids: dict[int, int], seconds: float = POLITE_SECONDS) -> None:
    """End processes together: each with its own signal, after `seconds` with SIGKILL."""
    for pid, number in pids.items():
        send(pid, number)
        send(pid, signal.SIGCONT)  # one that was stopped could not hear the first signal
    if _all_gone(pids, seconds):
        return
    for pid in pids:
        if alive(pid):
            send(pid, signal.SIGKILL)
    _all_gone(pids, 2.0)


def _all_gone(pids: Iterable[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def main() -> None:
    """Read instructions until the parent is gone, then end what it left behind."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # it goes when its parent goes, never before
    children: dict[int, tuple[int, int]] = {}
    folders: dict[str, None] = {}
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "add":
            pid, number, stage = (int(part) for part in rest.split())
            children[pid] = (number, stage)
        elif word == "drop":
            children.pop(int(rest), None)
        elif word == "remove":
            folders[rest] = None
        elif word == "keep":
            folders.pop(rest, None)
    for stage in sorted({stage for _, stage in children.values()}):
        end({pid: number for pid, (number, at) in children.items() if at == stage})
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
