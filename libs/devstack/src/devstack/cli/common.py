"""What the commands share: the data folder, the run in it, errors that say what to do next."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console

from devstack import state
from devstack.home import FOLDER_NAME, Home, default_folder
from devstack.stack import Stack
from devstack.state import State

WIDTH = None if sys.stdout.isatty() else 160
"""Columns where nobody looks: enough that nothing is cut off."""

console = Console(highlight=False, width=WIDTH)
errors = Console(stderr=True, highlight=False)


def data_dir_option[F: Callable[..., Any]](command: F) -> F:
    """Add `--data-dir`, given to the command as `home: Home`."""

    def convert(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Home:
        return Home(value or default_folder())

    return click.option(
        "--data-dir",
        "home",
        type=click.Path(file_okay=False, path_type=Path),
        callback=convert,
        help=f"Folder of data and logs  [PYDOTORG_DATA_DIR; else {FOLDER_NAME} in the project]",
    )(command)


def refuse_production(what: str) -> None:
    """Refuse what works with development keys where the environment says production.

    Raises:
        click.ClickException: it does.
    """
    if os.environ.get("PYDOTORG_ENVIRONMENT") == "production":
        raise click.ClickException(
            f"{what} works with development keys and is refused in production; "
            "unset PYDOTORG_ENVIRONMENT if this is your own machine"
        )


def last_run(home: Home) -> State:
    """Return the state of the run in a data folder, or of the last one.

    Raises:
        click.ClickException: nothing ran there yet.
    """
    found = state.read(home)
    if found is None or not found.ports:
        raise click.ClickException(
            f"nothing has run in {home.folder} yet; start it with `pydotorg up`"
        )
    return found


def stack_of(home: Home) -> Stack:
    """Return the processes of the run in a data folder, or of the last one.

    Raises:
        click.ClickException: nothing ran there yet.
    """
    found = last_run(home)
    return Stack(home, found.ports, replicas=found.replicas, only=found.only)


def running_stack(home: Home) -> Stack:
    """Return the processes of the run in a data folder.

    Raises:
        click.ClickException: nothing runs there.
    """
    if not state.is_running(home):
        raise click.ClickException(
            f"nothing runs in {home.folder}; start it with `pydotorg up --detach`, or name the "
            "folder of the run with --data-dir"
        )
    return stack_of(home)
