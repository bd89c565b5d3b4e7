"""`up` and `down`."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

import rich_click as click

from devstack import state, watchdog
from devstack.cli.common import console, data_dir_option, errors, refuse_production
from devstack.cli.progress import Progress, print_addresses
from devstack.home import Home
from devstack.manifest import GATEWAY_PORT, PORT_BASE, PROGRAMS
from devstack.ports import FIRST_EPHEMERAL
from devstack.processes import ProcessError
from devstack.stack import Options, Stack, UnknownName, site_at
from devstack.state import State

DOWN_SECONDS = 45.0
"""How long `down` waits for everything to end by itself before it kills."""

PORT = click.IntRange(1, FIRST_EPHEMERAL - 100)


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(up)
    group.add_command(down)


@click.command()
@data_dir_option
@click.option("--port", type=PORT, help=f"Port of the site  [{GATEWAY_PORT}, else the next free]")
@click.option(
    "--port-base",
    type=PORT,
    default=PORT_BASE,
    show_default=True,
    help="Ports of everything else follow this one; where one is taken, the next free",
)
@click.option("--detach", "-d", is_flag=True, help="Return when everything runs, and leave it on")
@click.option(
    "--replicas",
    metavar="gateway=N",
    multiple=True,
    help="Processes of the site, on ports in a row",
)
@click.option("--no-seed", is_flag=True, help="Leave new databases empty")
@click.option(
    "--only",
    metavar="NAME,…",
    help="Run the servers and these programs; `servers` alone runs no program. The others can be "
    "started by hand, see `pydotorg env`",
)
def up(  # noqa: PLR0913 - options
    *,
    home: Home,
    port: int | None,
    port_base: int,
    detach: bool,
    replicas: tuple[str, ...],
    no_seed: bool,
    only: str | None,
) -> None:
    """Start everything and wait until it is healthy.

    Databases are made, migrated and, the first time, seeded. A process that dies is started
    again. Everything stays in the data folder: the next `up` goes on from there.
    """
    refuse_production("pydotorg up")
    options = Options(
        port=port,
        port_base=port_base,
        replicas=parse_replicas(replicas),
        only=None if only is None else parse_only(only),
        seed=not no_seed,
    )
    if detach:
        _detach(home, options)
    else:
        _foreground(home, options)


def parse_only(text: str) -> tuple[str, ...]:
    """Return the names of a list; `servers` is none of them."""
    names = (name.strip() for name in text.split(","))
    return tuple(name for name in names if name and name != "servers")


def parse_replicas(given: tuple[str, ...]) -> int:
    """Return the number of processes of the site.

    Raises:
        click.BadParameter: not `NAME=NUMBER`, or a program that cannot have several.
    """
    count = 1
    for text in given:
        name, _, number = text.partition("=")
        sites = [program.name for program in PROGRAMS if program.is_site]
        if name not in sites:
            raise click.BadParameter(
                f"{text}: only {', '.join(sites)} can have replicas", param_hint="--replicas"
            )
        if not number.isdecimal() or not 1 <= int(number) <= 16:
            raise click.BadParameter(f"{text}: a number from 1 to 16", param_hint="--replicas")
        count = int(number)
    return count


def _foreground(home: Home, options: Options) -> None:
    from devstack.supervisor import Supervisor  # noqa: PLC0415 - slow to import

    progress = Progress(console)
    try:
        supervisor = Supervisor(home, options, watcher=progress)
    except UnknownName as error:
        raise click.BadParameter(str(error), param_hint="--only") from None

    def ready(stack: Stack) -> None:
        progress.close()
        print_addresses(
            console, supervisor.state.processes, home=home, site=stack.site, detached=False
        )

    asked = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            supervisor.abort()
            return
        asked = True
        supervisor.end()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        supervisor.run(ready)
    except (ProcessError, OSError, ValueError) as error:
        progress.close()
        raise click.ClickException(str(error)) from error
    finally:
        progress.close()
    console.print(" Everything has ended.")


def _detach(home: Home, options: Options) -> None:
    """Run the supervisor in a session of its own and tell what it does until all is healthy."""
    if state.is_running(home):
        raise click.ClickException(
            f"{home.folder} is in use by a run already (process {state.supervisor_pid(home)}); see "
            "`pydotorg status`, end it with `pydotorg down`, or choose another folder with "
            "--data-dir"
        )
    log = home.log("supervisor")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "devstack", "up", *arguments(home, options)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    progress = Progress(console)
    try:
        found = _follow(home, child, progress)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise click.ClickException("interrupted; everything has ended") from None
    finally:
        progress.close()
    if found is None or found.phase != "running":
        text = log.read_text(encoding="utf-8", errors="replace")
        raise click.ClickException(
            (found.error if found else "") or f"it did not start; {log} says:\n{text[-2000:]}"
        )
    site = next((site_at(each.port) for each in found.processes if each.name == "gateway"), "")
    print_addresses(console, found.processes, home=home, site=site, detached=True)
    child.returncode = 0  # it stays on purpose; nobody is to wait for it


def arguments(home: Home, options: Options) -> list[str]:
    """Return the command line that says the same as `options`."""
    words = ["--data-dir", str(home.folder), "--port-base", str(options.port_base)]
    if options.port is not None:
        words += ["--port", str(options.port)]
    if options.replicas > 1:
        site = next(program.name for program in PROGRAMS if program.is_site)
        words += ["--replicas", f"{site}={options.replicas}"]
    if not options.seed:
        words.append("--no-seed")
    if options.only is not None:
        words += ["--only", ",".join(("servers", *options.only))]
    return words


def _follow(home: Home, child: "subprocess.Popen[bytes]", progress: Progress) -> State | None:
    """Print the steps in the state file of `child` as they come, until it runs or has ended."""
    begun = ended = 0
    while True:
        over = child.poll() is not None
        found = state.read(home)
        if found is not None and found.pid == child.pid:
            for step in found.steps[begun:]:
                progress(step.model_copy(update={"done": False}))
            begun = len(found.steps)
            done = [step for step in found.steps if step.done]
            for step in sorted(done, key=lambda step: step.order)[ended:]:
                progress(step)
            ended = len(done)
            if found.phase == "running":
                return found
        if over:
            return found if found is not None and found.pid == child.pid else None
        time.sleep(0.05)


@click.command()
@data_dir_option
def down(home: Home) -> None:
    """End everything that runs in the data folder; the data stay."""
    pid = state.supervisor_pid(home)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + DOWN_SECONDS
        while watchdog.alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if watchdog.alive(pid):
            errors.print(f"[yellow]process {pid} does not end by itself: killing it[/]")
            watchdog.end({pid: signal.SIGKILL})
    left = state.end_leftovers(state.read(home))
    if left:
        errors.print(f"ended what was left over: {', '.join(process.name for process in left)}")
    found = state.read(home)
    if found is not None and found.phase not in {"stopped", "failed"}:
        for process in found.processes:
            process.state, process.pid, process.created = "stopped", None, None
        found.phase = "stopped"
        found.write(home)
    console.print("Everything has ended." if pid is not None or left else "Nothing was running.")
