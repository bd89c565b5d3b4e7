"""Runs a stack: starts it in order, restarts what dies, ends all of it.

One supervisor a data folder: it holds the folder's lock while it lives.
"""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from devstack import forking, provision, state
from devstack.forking import Forked
from devstack.home import Home
from devstack.locks import try_lock
from devstack.manifest import PROGRAMS, Program
from devstack.ports import LOOPBACK
from devstack.processes import Process, ProcessError, watchdog
from devstack.programs import ProgramProcess
from devstack.servers import Nats, Postgres, Valkey
from devstack.stack import Options, Stack, choose_ports, chosen
from devstack.state import ProcessState, State, Step

FIRST_BACKOFF = 0.2
LONGEST_BACKOFF = 15.0
STEADY_SECONDS = 10.0
"""A process that lived this long starts again with the first backoff."""

type Watcher = Callable[[Step], None]
"""Is told each step twice: when it begins and when it has ended."""


class AlreadyRunning(ProcessError):
    """Another supervisor has this data folder."""


class Interrupted(Exception):
    """The run was told to end while it started."""


@dataclass
class Managed:
    """A process the supervisor keeps alive."""

    process: Process
    entry: ProcessState
    backoff: float = FIRST_BACKOFF
    due: float | None = None
    started: float = 0.0
    starting: "Future[None] | None" = field(default=None)


class Supervisor:
    """Runs the programs of one data folder with the servers they need.

    Args:
        home: The data folder.
        options: What a person chose.
        programs: What there is to run.
        watcher: Is told the progress.
    """

    def __init__(
        self,
        home: Home,
        options: Options,
        *,
        programs: Sequence[Program] = PROGRAMS,
        watcher: Watcher | None = None,
    ) -> None:
        self.home = home
        self._options = options
        self._programs = list(programs)
        chosen(programs, options.only)  # refuses names that are none
        self._watcher = watcher or (lambda _step: None)
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=32, thread_name_prefix="supervisor")
        self._managed: list[Managed] = []
        self._commands: set[Forked] = set()
        self.state = State(
            pid=os.getpid(),
            replicas=options.replicas,
            only=options.only,
        )

    def end(self) -> None:
        """Have `run` end everything and return; may be called from a signal handler."""
        self._ending.set()

    def run(self, ready: Callable[[Stack], None] = lambda _stack: None) -> None:
        """Start everything, call `ready`, keep it alive until `end`, end everything.

        Raises:
            AlreadyRunning: another supervisor has this data folder.
            ProcessError: something did not start; everything else is ended again.
        """
        self.home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = try_lock(self.home.lock)
        if descriptor is None:
            pid = state.supervisor_pid(self.home)
            raise AlreadyRunning(
                f"{self.home.folder} is in use by a run already (process {pid}); see `pydotorg "
                "status`, end it with `pydotorg down`, or choose another folder with --data-dir"
            )
        try:
            state.write_pid(self.home.lock)
            self._run(ready)
        finally:
            os.close(descriptor)

    def _run(self, ready: Callable[[Stack], None]) -> None:
        try:
            state.end_leftovers(state.read(self.home))
            stack = self._prepare()
            self._save()
            self._start(stack)
            self.state.phase = "running"
            self._save()
            ready(stack)
            while not self._ending.wait(0.1):
                self._tend()
        except Interrupted:
            pass
        except Exception as error:
            self.state.error = str(error)
            raise
        finally:
            self._shut_down()

    def _prepare(self) -> Stack:
        self.home.prepare([program.name for program in self._programs if program.signs])
        ports = choose_ports(self._options, self._programs)
        self.state.ports = ports
        stack = Stack(
            self.home,
            ports,
            replicas=self._options.replicas,
            only=self._options.only,
            programs=self._programs,
        )
        programs = [process for process in stack.processes if process.program in stack.started]
        for process in [*stack.servers, *programs]:
            entry = describe(process)
            self._managed.append(Managed(process, entry))
            self.state.processes.append(entry)
        return stack

    def _start(self, stack: Stack) -> None:
        """Start servers side by side; each program as soon as what it needs is there."""
        forking.preload([program.package for program in stack.started])
        servers = {server.name: self._pool.submit(self._launch, server) for server in stack.servers}
        work: list[Future[Any]] = list(servers.values())
        unseeded = self._pool.submit(self._provision, stack, servers["postgres"])
        work.append(unseeded)
        for program in stack.started:
            processes = [process for process in stack.processes if process.program is program]
            needed = [servers["nats"]] * program.nats + [servers["valkey"]] * program.valkey
            work.append(
                self._pool.submit(self._bring_up, stack, program, processes, needed, unseeded)
            )
        while True:
            done, waiting = wait(work, timeout=0.1)
            for future in done:
                future.result()
            if not waiting:
                return
            if self._ending.is_set():
                raise Interrupted

    def _bring_up(
        self,
        stack: Stack,
        program: Program,
        processes: Sequence[ProgramProcess],
        needed: Sequence["Future[None]"],
        unseeded: "Future[list[str]]",
    ) -> None:
        for server in needed:
            server.result()
        if program.database:
            fresh = program.name in unseeded.result()
            self._command(stack, program, "migrate")
            if self._options.seed and fresh:
                self._command(stack, program, "seed")
                asyncio.run(provision.mark_seeded(stack.postgres, program.name))
        started = [self._pool.submit(self._launch, process) for process in processes]
        for future in started:
            future.result()

    def _provision(self, stack: Stack, postgres: "Future[None]") -> list[str]:
        postgres.result()
        services = [program.name for program in stack.services]
        if not services:
            return []
        with self._step("databases") as step:
            unseeded = asyncio.run(provision.provision(stack.postgres, self.home, services))
            step.note = ", ".join(services)
        return unseeded

    def _launch(self, process: Process, *, quiet: bool = False) -> None:
        """Start one process and wait until it is ready; as a step unless `quiet`."""
        if quiet:
            self._start_process(process)
            return
        with self._step(process.name) as step:
            self._start_process(process)
            step.note = f"port {process.port}"

    def _start_process(self, process: Process) -> None:
        if self._ending.is_set():
            raise Interrupted
        managed = next(each for each in self._managed if each.process is process)
        process.spawn()
        managed.started = time.monotonic()
        self._note(managed, "starting")
        try:
            process.wait_ready()
        except BaseException:
            process.kill()
            raise
        self._note(managed, "running")

    def _command(self, stack: Stack, program: Program, command: str) -> None:
        """Run `python -m <package> <command>` to its end, as a step.

        Raises:
            ProcessError: it failed; the message has the end of what it printed.
        """
        log = self.home.log(f"{program.name}-{command}")
        log.parent.mkdir(parents=True, exist_ok=True)
        with self._step(f"{program.name} {command}") as step:
            log.unlink(missing_ok=True)
            child = Forked(
                program.package,
                [command],
                environment={**os.environ, **stack.environment(program)},
                log=log,
            )
            watchdog.add(child.pid, signal.SIGTERM, 0)
            with self._lock:
                self._commands.add(child)
            code = child.wait()
            watchdog.drop(child.pid)
            with self._lock:
                self._commands.discard(child)
            if self._ending.is_set():
                raise Interrupted
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            if code != 0:
                end = "\n".join(lines[-15:])
                raise ProcessError(
                    f"python -m {program.package} {command} ended with code {code}; "
                    f"all it printed is in {log}\n{end}"
                )
            step.note = lines[-1].strip()[:100] if lines else ""

    def _tend(self) -> None:
        """Start again what has died, each with its own growing pause."""
        now = time.monotonic()
        for managed in self._managed:
            if managed.starting is not None:
                if not managed.starting.done():
                    continue
                error = managed.starting.exception()
                managed.starting = None
                if error is not None:
                    self._plan_restart(managed, now, str(error).splitlines()[0])
                else:
                    self._watcher(Step(name=managed.process.name, done=True, note="runs again"))
            elif managed.due is not None:
                if now >= managed.due:
                    managed.due = None
                    managed.starting = self._pool.submit(self._launch, managed.process, quiet=True)
            elif not managed.process.running:
                reason = f"{managed.process.name} ended with code {managed.process.exit_code}"
                if now - managed.started > STEADY_SECONDS:
                    managed.backoff = FIRST_BACKOFF
                self._plan_restart(managed, now, reason)

    def _plan_restart(self, managed: Managed, now: float, reason: str) -> None:
        managed.due = now + managed.backoff
        self._watcher(
            Step(
                name=managed.process.name,
                failed=True,
                done=True,
                note=f"{reason}; starting it again in {managed.backoff:g} s",
            )
        )
        managed.backoff = min(managed.backoff * 2, LONGEST_BACKOFF)
        managed.entry.restarts += 1
        self._note(managed, "restarting")

    def abort(self) -> None:
        """Kill everything at once; for a second Ctrl-C."""
        self._ending.set()
        for managed in self._managed:
            managed.process.kill()

    def _shut_down(self) -> None:
        self._ending.set()
        failed = bool(self.state.error)
        self.state.phase = "stopping"
        self._save()
        with self._lock:
            commands = list(self._commands)
        for command in commands:
            command.terminate()
        self._stop_all()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._stop_all()  # what a thread of the pool started in between
        self.state.phase = "failed" if failed else "stopped"
        self._save()

    def _stop_all(self) -> None:
        """Stop the programs side by side, then the servers."""
        for stage in (0, 1):
            running = [each for each in self._managed if each.process.stage == stage]
            threads = [threading.Thread(target=self._stop, args=(each,)) for each in running]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _stop(self, managed: Managed) -> None:
        managed.process.stop()
        self._note(managed, "stopped")

    def _note(
        self,
        managed: Managed,
        now: Literal["starting", "running", "restarting", "stopped"],
    ) -> None:
        pid = managed.process.pid
        with self._lock:
            managed.entry.state = now
            managed.entry.pid = pid
            managed.entry.created = state.created(pid) if pid is not None else None
        self._save()

    @contextmanager
    def _step(self, name: str) -> Iterator[Step]:
        step = Step(name=name)
        begin = time.monotonic()
        with self._lock:
            self.state.steps.append(step)
        self._watcher(step)
        self._save()
        try:
            yield step
        except BaseException as error:
            step.failed = True
            step.note = (str(error).splitlines() or [type(error).__name__])[0]
            raise
        finally:
            with self._lock:
                step.seconds = round(time.monotonic() - begin, 2)
                step.order = 1 + sum(each.done for each in self.state.steps)
                step.done = True
            self._watcher(step)
            self._save()

    def _save(self) -> None:
        with self._lock:
            self.state.write(self.home)


def describe(process: Process) -> ProcessState:
    """Return the entry of a process that waits for its start."""
    entry = ProcessState(
        name=process.name,
        kind="program",
        state="waiting",
        port=process.port,
        address=f"http://{LOOPBACK}:{process.port}",
        log=str(process.log or ""),
    )
    if isinstance(process, Postgres):
        entry.kind = "postgres"
        entry.address = f"postgresql://{LOOPBACK}:{process.port}"
    elif isinstance(process, Nats):
        entry.kind, entry.address = "nats", process.url
        entry.health = f"http://{LOOPBACK}:{process.http_port}"
    elif isinstance(process, Valkey):
        entry.kind, entry.address = "valkey", process.url
    elif isinstance(process, ProgramProcess):
        entry.health = process.program.health
    return entry
