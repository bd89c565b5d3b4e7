"""One child process: start it, wait until it is ready, stop it, kill it, leave none behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from devstack import watchdog as watchdog_module
from devstack.forking import Forked
from devstack.ports import LOOPBACK, holder, is_free

LOG_LIMIT = 10 * 1024 * 1024
"""Bytes after which a log is put aside as `<name>.log.1` at the next start."""


class ProcessError(RuntimeError):
    """A process did not do what was asked; the message says what to do next."""


class PortTaken(ProcessError):
    """Somebody else listens on the port."""


class Watchdog:
    """The helper that ends our children if we die without doing so (see `devstack.watchdog`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def _tell(self, line: str) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(  # noqa: S603 - our own script
                    [sys.executable, "-I", "-S", watchdog_module.__file__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    cwd="/",
                    text=True,
                )
            if self._process.stdin is not None:
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()

    def add(self, pid: int, number: signal.Signals, stage: int) -> None:
        """Have the process ended if we die."""
        self._tell(f"add {pid} {int(number)} {stage}")

    def drop(self, pid: int) -> None:
        """Forget a process that has ended."""
        self._tell(f"drop {pid}")

    def remove(self, folder: Path) -> None:
        """Have a folder deleted when we are gone."""
        self._tell(f"remove {folder}")

    def close(self) -> None:
        """Let the helper finish now, as it does by itself when this process ends."""
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                self._process.wait()
            self._process = None


watchdog = Watchdog()
"""The one of this process; started when the first child is."""


class Process(ABC):
    """A child process that listens on one port.

    Args:
        name: What it is called in messages, logs and the state file.
        port: Port it listens on, on the loopback interface.
        log: File that gets its output; none = nowhere.
    """

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stage: ClassVar[int] = 1
    """Order of ending after a crash of ours: programs (0) before the servers they use (1)."""

    def __init__(self, name: str, *, port: int, log: Path | None = None) -> None:
        self.name = name
        self.host = LOOPBACK
        self.port = port
        self.log = log
        self._popen: subprocess.Popen[bytes] | Forked | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line."""

    @abstractmethod
    def probe(self, timeout: float = 2.0) -> bool:
        """Look once whether it answers; an OSError counts as no."""

    def prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Make what it needs on disk; idempotent."""

    def environment(self) -> dict[str, str]:
        """Return its whole environment."""
        return dict(os.environ)

    def identity(self) -> tuple[int, int] | None:
        """Return the user and group id it must run as; none = ours."""
        return None

    def launch(self) -> subprocess.Popen[bytes] | Forked:
        """Start the process itself, the leader of a group of its own."""
        identity = self.identity()
        output = self._open_log()
        try:
            return subprocess.Popen(  # noqa: S603 - commands are ours
                self.command(),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=identity[0] if identity else None,
                group=identity[1] if identity else None,
                extra_groups=[] if identity else None,
            )
        finally:
            if output >= 0:
                os.close(output)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._popen.pid if self._popen is not None and self.running else None

    @property
    def running(self) -> bool:
        """Whether it runs (reaps it if it has ended)."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Exit code of the last run, minus the number of the signal that ended it; none = runs."""
        return None if self._popen is None else self._popen.poll()

    def spawn(self) -> None:
        """Start it without waiting for readiness.

        Raises:
            PortTaken: somebody listens on its port; a server that answers there would not be ours.
        """
        if self.running:
            raise ProcessError(f"{self.name} runs already (process {self.pid})")
        self.prepare()
        if not is_free(self.port, self.host):
            raise PortTaken(
                f"port {self.port} for {self.name} is taken by {holder(self.port)}; "
                "end that process or choose another port"
            )
        self._make_room_in_log()
        self._popen = self.launch()
        watchdog.add(self._popen.pid, self.stop_signal, self.stage)

    def start(self, timeout: float = 60.0) -> None:
        """Start it and wait until it is ready.

        Raises:
            PortTaken: somebody listens on its port.
            ProcessError: it ended, or was not ready in `timeout` seconds; it is stopped then.
        """
        self.spawn()
        try:
            self.wait_ready(timeout)
        except BaseException:
            self.kill()
            raise

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until it answers.

        Raises:
            ProcessError: it ended, or was not ready in `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        pause = 0.005
        while True:
            if not self.running:
                raise ProcessError(
                    f"{self.name} ended with code {self.exit_code} while starting\n{self.tail()}"
                )
            with suppress(OSError):
                if self.probe():
                    return
            if time.monotonic() > deadline:
                raise ProcessError(f"{self.name} was not ready after {timeout:g} s\n{self.tail()}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)

    def stop(self, timeout: float = 15.0) -> None:
        """End it politely, after `timeout` seconds by force; nothing to do if it does not run."""
        if self._popen is None:
            return
        if self.running:
            self._send(self.stop_signal)
            self._send(signal.SIGCONT)  # a stopped one could not hear the first signal
            try:
                self._popen.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
        self._gone()

    def kill(self) -> None:
        """Kill it at once (SIGKILL), as a crash would; nothing to do if it does not run."""
        if self._popen is None:
            return
        if self.running:
            watchdog_module.send(self._popen.pid, signal.SIGKILL)
            self._popen.wait()
        self._gone()

    def discard(self) -> None:
        """End it the quickest way; what it kept is not needed any more."""
        self.kill()

    def pause(self) -> None:
        """Freeze it (SIGSTOP): it keeps its port and answers nothing."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one run on (SIGCONT)."""
        self._send(signal.SIGCONT)

    def restart(self) -> None:
        """Stop it and start it again, on the same port and data."""
        self.stop()
        self.start()

    def tail(self, lines: int = 15) -> str:
        """Return the end of its log, for messages."""
        if self.log is None or not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 16_384))
            text = file.read().decode("utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def _send(self, number: signal.Signals) -> None:
        if self._popen is not None and self.running:
            self._popen.send_signal(number)

    def _gone(self) -> None:
        if self._popen is not None:
            watchdog.drop(self._popen.pid)

    def _make_room_in_log(self) -> None:
        if self.log is None:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_name(self.log.name + ".1"))

    def _open_log(self) -> int:
        if self.log is None:
            return subprocess.DEVNULL
        return os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
