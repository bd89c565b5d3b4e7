"""`status`, `logs` and `env`."""

import json
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import rich_click as click
from rich.markup import escape
from rich.table import Table

from devstack.cli.common import console, data_dir_option, last_run, stack_of
from devstack.health import Health, report
from devstack.home import Home
from devstack.processes import Process
from devstack.programs import ProgramProcess

COLOURS: dict[Health, str] = {"healthy": "green", "starting": "yellow", "restarting": "yellow"}


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(status)
    group.add_command(logs)
    group.add_command(env)


@click.command()
@data_dir_option
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object")
def status(*, home: Home, as_json: bool) -> None:
    """Tell of every process where it is and how it is; ends with 1 unless all are healthy."""
    told = report(home)
    if as_json:
        click.echo(json.dumps(told, indent=2))
        sys.exit(0 if told["healthy"] else 1)
    processes = told["processes"]
    left = any(process["health"] not in {"stopped", "dead"} for process in processes)
    if not processes or not (told["running"] or left):
        console.print(f"Nothing runs in {home.folder}; start it with `pydotorg up`.")
    else:
        _print(processes)
        if not told["running"]:
            console.print("Their supervisor is gone; `pydotorg down` ends them.")
    sys.exit(0 if told["healthy"] else 1)


def _print(processes: list[dict[str, Any]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 1), header_style="dim")
    for heading in ("", "health", "process", "address", "memory", "restarts"):
        number = heading in {"memory", "restarts"}
        table.add_column(heading, no_wrap=True, justify="right" if number else "left")
    for process in processes:
        health = process["health"]
        table.add_row(
            f"[bold]{escape(process['name'])}[/]",
            f"[{COLOURS.get(health, 'red')}]{health}[/]",
            str(process["pid"] or ""),
            escape(process["address"]),
            _memory(process["pid"]),
            str(process["restarts"] or ""),
        )
    console.print(table)


def _memory(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        return f"{psutil.Process(pid).memory_info().rss / 1024**2:.0f} MB"
    except psutil.Error:
        return ""


@click.command()
@click.argument("name", required=False)
@data_dir_option
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes, until Ctrl-C")
@click.option("--lines", "-n", type=click.IntRange(0), default=40, show_default=True)
def logs(*, name: str | None, home: Home, follow: bool, lines: int) -> None:
    """Print the end of the log of NAME, or of all."""
    found = {path.stem: path for path in sorted(home.logs.glob("*.log"))}
    if name is not None:
        if name not in found:
            raise click.ClickException(
                f"{name} has no log in {home.logs}; "
                + (f"there are {', '.join(found)}" if found else "nothing has run yet")
            )
        found = {name: found[name]}
    width = max((len(each) for each in found), default=0)
    prefix = {each: "" if name else f"{each:<{width}} │ " for each in found}
    places = {each: _print_end(path, lines, prefix[each]) for each, path in found.items()}
    try:
        while follow:
            for each, path in found.items():
                places[each] = _print_news(path, places[each], prefix[each])
            time.sleep(0.2)
    except KeyboardInterrupt:
        return


def _print_end(path: Path, lines: int, prefix: str) -> int:
    """Print the last lines; return the place in the file where they end, in bytes."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 400 * lines))
        text = file.read(size)
    for line in text.decode("utf-8", errors="replace").splitlines()[-lines or len(text) :]:
        click.echo(prefix + line)
    return size


def _print_news(path: Path, place: int, prefix: str) -> int:
    """Print the whole lines after `place`; return where they end."""
    if path.stat().st_size < place:
        place = 0  # the log was put aside and begins anew
    with path.open("rb") as file:
        file.seek(place)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    for line in whole.decode("utf-8", errors="replace").splitlines():
        click.echo(prefix + line)
    return place + len(whole)


@click.command()
@click.argument("name")
@data_dir_option
def env(*, name: str, home: Home) -> None:
    """Print how to start NAME by hand: its variables for a shell, and its command.

    `eval "$(pydotorg env downloads)"` gives a shell the variables; they hold secrets of this run.
    """
    last_run(home)
    stack = stack_of(home)
    processes: dict[str, Process] = {
        process.name: process for process in [*stack.servers, *stack.processes]
    }
    if name not in processes:
        raise click.ClickException(f"there is no {name}; there are {', '.join(processes)}")
    process = processes[name]
    if isinstance(process, ProgramProcess):
        for key, text in process.variables.items():
            click.echo(f"export {key}={shlex.quote(text)}")
    click.echo(f"# {shlex.join(process.command())}")
