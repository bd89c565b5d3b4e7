"""Runs programs of this project in processes forked from one that has imported them.

To import what a program is made of takes seconds of a core, and `pydotorg up` and the tests start
dozens of them: here that is paid once. It is the fork server of the standard library; what runs in
the child is what `python -m <package> <arguments>` runs. In production each process starts alone.
"""

import multiprocessing
import multiprocessing.connection
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from setproctitle import setproctitle

from devstack import watchdog

CONTEXT: ForkServerContext = multiprocessing.get_context("forkserver")
UNKNOWN = 255

_lock = threading.Lock()
"""Whoever starts one looks at all others, and two that look at one at once take the answer from
each other."""


def preload(packages: Sequence[str]) -> None:
    """Name the programs that the process to fork from imports; before the first is started."""
    wanted = [f"{package}.{part}" for package in packages for part in ("__main__", "app")]
    CONTEXT.set_forkserver_preload(["devstack.apart", *wanted])


class Forked:
    """A running `python -m <package> <arguments>`, used as a `subprocess.Popen` is.

    It leads a session and a process group of its own, reads nothing, and appends what it prints
    to a file.

    Args:
        package: What to run.
        arguments: What follows the package.
        environment: Its whole environment.
        log: File that gets its output; none = nowhere.
    """

    def __init__(
        self,
        package: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path | None = None,
    ) -> None:
        self.args = [sys.executable, "-m", package, *arguments]
        self._process: ForkServerProcess = CONTEXT.Process(
            target=_become,
            args=(package, list(arguments), dict(environment), str(Path.cwd()), log),
            daemon=True,
        )
        with _lock:
            self._process.start()
        self.pid: int = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """Exit code, minus the number of the signal that ended it; none = it runs."""
        return self.poll()

    def poll(self) -> int | None:
        """Return the exit code if it has ended."""
        with _lock:
            code = self._process.exitcode
        # 255 is also the answer where the process that it was forked from is gone.
        return None if code == UNKNOWN and watchdog.alive(self.pid) else code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code.

        Raises:
            subprocess.TimeoutExpired: it runs still.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            left = 1.0 if deadline is None else min(1.0, deadline - time.monotonic())
            if left <= 0:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            if multiprocessing.connection.wait([self._process.sentinel], left):
                time.sleep(0.01)  # the code follows, or never comes
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing happens where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _become(
    package: str,
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    log: Path | None,
) -> None:
    """Be the program, in the process that was forked for it."""
    os.setsid()
    os.chdir(folder)
    # Before the environment is replaced, beside which the system keeps the title.
    setproctitle(" ".join(("python -m", package, *arguments)))
    os.environ.clear()
    os.environ.update(environment)
    descriptor = os.open(
        log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = [package, *arguments]
    sys.modules.pop(f"{package}.__main__", None)  # imported under this name already
    runpy.run_module(package, run_name="__main__", alter_sys=True)
