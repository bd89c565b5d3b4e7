"""What the commands share: settings read with a clear refusal, async work, the log."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import rich_click as click
import uvloop
from pydantic import ValidationError

from servicekit import log, telemetry
from servicekit.database import Database
from servicekit.service import Service
from servicekit.settings import ServiceSettings


def load_settings(service: Service, **overrides: object) -> ServiceSettings:
    """Read the settings from the environment and set up logs and traces by them.

    Raises click.ClickException naming every variable that is missing or wrong, never its value.
    """
    given: dict[str, Any] = {k: v for k, v in overrides.items() if v is not None}
    try:
        settings = service.settings(**given)
    except ValidationError as error:
        raise click.ClickException(_explain(error)) from None
    log.configure(service.name, level=settings.log_level, form=settings.log_format)
    telemetry.configure(service.name, version=service.version, ratio=settings.trace_ratio)
    return settings


def run_async[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, then send off the spans it made."""
    try:
        return uvloop.run(work)
    finally:
        telemetry.flush()


@asynccontextmanager
async def open_database(service: Service, settings: ServiceSettings) -> AsyncIterator[Database]:
    """Use the service's database for the length of a command."""
    database = Database(settings, application=f"{service.name}.cli")
    try:
        yield database
    finally:
        await database.dispose()


def show_progress(done: int, total: int | None = None, note: str = "") -> None:
    """Print how far something is: one line that is written over at a terminal, else every step."""
    share = f"{done}/{total}" if total else str(done)
    line = f"{share} {note}".rstrip()
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{line}", nl=bool(total and done >= total), err=True)
    else:
        click.echo(line, err=True)


def _explain(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        name = "_".join(str(part) for part in item["loc"]).upper()
        lines.append(f"PYDOTORG_{name}: {item['msg']}" if name else item["msg"])
    return "the settings are not complete:\n  " + "\n  ".join(lines)
