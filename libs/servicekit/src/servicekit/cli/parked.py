"""`parked`: messages that a consumer could not do."""

from __future__ import annotations

import json

import rich_click as click
from sqlalchemy import func, select

from servicekit import parked
from servicekit.cli.common import load_settings, open_database, run_async
from servicekit.parked import ParkedRow
from servicekit.redrive import Redriven, redrive
from servicekit.service import Service


def register(group: click.Group, service: Service) -> None:
    """Add the commands."""

    @group.group("parked")
    def parked_() -> None:
        """Look at messages that a consumer could not do, and give them to it again."""

    @parked_.command("list")
    @click.option("--consumer", help="Only of this one")
    @click.option("--json", "as_json", is_flag=True, help="With bodies, one object a line")
    def list_(consumer: str | None, as_json: bool) -> None:  # noqa: FBT001 - an option
        """List parked messages, oldest first."""
        rows, total = run_async(_read(service, consumer))
        for row in rows:
            click.echo(_as_json(row) if as_json else _as_line(row))
        if not as_json:
            click.echo(f"{len(rows)} of {total} parked messages")

    @parked_.command("redrive")
    @click.argument("ids", type=int, nargs=-1)
    @click.option("--consumer", help="All messages of this one")
    @click.option("--all", "everything", is_flag=True, help="All messages")
    def redrive_(
        ids: tuple[int, ...],
        consumer: str | None,
        everything: bool,  # noqa: FBT001 - an option
    ) -> None:
        """Give parked messages to their consumers again: some IDS, or all of one, or all."""
        if not (ids or consumer or everything):
            raise click.UsageError("give IDS, --consumer or --all")
        done = run_async(_redrive(service, ids, consumer))
        for one in done:
            click.echo(f"{one.id} {one.consumer} {one.subject}: {one.reason or 'done'}")
        if missing := sorted(set(ids) - {one.id for one in done}):
            of = f" of {consumer}" if consumer else ""
            raise click.ClickException(f"no parked message{of} is {', '.join(map(str, missing))}")
        if failures := sum(one.reason is not None for one in done):
            raise click.ClickException(f"{failures} stay parked")


async def _read(service: Service, consumer: str | None) -> tuple[list[ParkedRow], int]:
    settings = load_settings(service)
    async with open_database(service, settings) as database, database.read() as session:
        total = await session.scalar(select(func.count()).select_from(ParkedRow)) or 0
        return await parked.listing(session, consumer=consumer, limit=1000), total


async def _redrive(service: Service, ids: tuple[int, ...], consumer: str | None) -> list[Redriven]:
    settings = load_settings(service)
    async with open_database(service, settings) as database:
        return await redrive(service, database, ids=ids, consumer=consumer)


def _as_line(row: ParkedRow) -> str:
    when = row.parked.strftime("%Y-%m-%d %H:%M:%S")
    trace = f"  trace {row.trace_id}" if row.trace_id else ""
    reason = row.reason.partition("\n")[0][:120]
    return f"{row.id:>6}  {when}  {row.consumer}  {row.subject}  {reason}{trace}"


def _as_json(row: ParkedRow) -> str:
    return json.dumps(
        {
            "id": row.id,
            "consumer": row.consumer,
            "subject": row.subject,
            "event_id": str(row.event_id) if row.event_id else None,
            "reason": row.reason,
            "trace_id": row.trace_id,
            "deliveries": row.deliveries,
            "redrives": row.redrives,
            "parked": row.parked.isoformat(),
            "headers": row.headers,
            "body": row.body.decode("utf-8", "backslashreplace"),
        }
    )
