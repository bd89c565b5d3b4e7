"""`seed`, `import`, `run` and `tasks`: work on the database outside of requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import rich_click as click
import structlog
from opentelemetry.trace import SpanKind

from servicekit import files, sqltrace, telemetry
from servicekit.cli.common import load_settings, run_async, show_progress
from servicekit.database import Database, DatabaseAway
from servicekit.problems import Problem
from servicekit.service import NotDone, Service, TaskContext


def register(group: click.Group, service: Service) -> None:
    """Add the commands."""

    @group.command()
    @click.option("--dry-run", is_flag=True, help="Do it and roll it back")
    def seed(dry_run: bool) -> None:  # noqa: FBT001 - an option
        """Fill an empty database with what a fresh run needs."""
        if service.seed is None:
            click.echo(f"{service.name} has nothing to seed")
            return
        _do(service, "seed", service.seed, dry_run=dry_run)

    @group.command("import")
    @click.argument("what", type=click.Choice(sorted(service.importers)))
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Read and check everything, keep nothing")
    def import_(what: str, file: Path, dry_run: bool) -> None:  # noqa: FBT001 - an option
        """Read WHAT from FILE."""
        importer = service.importers[what]
        _do(service, f"import {what}", lambda ctx: importer(ctx, file), dry_run=dry_run)

    @group.command()
    @click.argument("task", type=click.Choice(sorted(task.name for task in service.tasks)))
    @click.option("--dry-run", is_flag=True, help="Do it and roll it back")
    def run(task: str, dry_run: bool) -> None:  # noqa: FBT001 - an option
        """Run TASK once, now."""
        _do(service, f"task {task}", service.task(task).run, dry_run=dry_run)

    @group.command()
    def tasks() -> None:
        """List the tasks and when they run by themselves."""
        for task in sorted(service.tasks, key=lambda task: task.name):
            times = [tick.cron or f"every {tick.every}" for tick in service.ticks_of(task.name)]
            click.echo(f"{task.name:24} {task.summary}  [{', '.join(times) or 'on demand'}]")


def _do(
    service: Service,
    name: str,
    work: Callable[[TaskContext], Awaitable[str]],
    *,
    dry_run: bool,
) -> None:
    settings = load_settings(service)

    async def do() -> str:
        database = Database(settings, application=f"{service.name}.cli")
        sqltrace.instrument(database.engine)
        files.lend(database, settings)
        context = TaskContext(
            database=database,
            settings=settings,
            log=structlog.get_logger(service.name).bind(work=name),
            dry_run=dry_run,
            progress=show_progress,
        )
        try:
            with telemetry.tracer().start_as_current_span(name, kind=SpanKind.INTERNAL):
                return await work(context)
        finally:
            await database.dispose()

    try:
        said = run_async(do())
    except (Problem, DatabaseAway) as error:
        raise click.ClickException(_explain(error)) from error
    if isinstance(said, NotDone):
        raise click.ClickException(said)
    click.echo(f"{said} (rolled back)" if dry_run else said)


def _explain(error: Exception) -> str:
    fields = [
        f"  {'.'.join(str(part) for part in item.loc)}: {item.msg}"
        for item in getattr(error, "errors", [])
    ]
    return "\n".join([str(error), *fields])
