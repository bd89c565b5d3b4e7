"""`replay`, `resync` and `asyncapi`: the events of a service."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import rich_click as click

from servicekit import asyncapi, outbox, telemetry
from servicekit.cli.common import load_settings, open_database, run_async, show_progress
from servicekit.database import DatabaseAway
from servicekit.messaging import topology
from servicekit.resync import ExportRefused, NotACopy, resync
from servicekit.service import Consumer, Service
from servicekit.settings import ServiceSettings
from servicekit.tokens import SigningKey

_AGES = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Since(click.ParamType[datetime]):
    """A time, or an age such as 90s, 15m, 2h or 7d."""

    name = "time|age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the time, in UTC where no zone was given."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        if match := re.fullmatch(r"(\d+)([smhd])", text):
            return datetime.now(UTC) - timedelta(seconds=int(match[1]) * _AGES[match[2]])
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no ISO 8601 time and no age such as 2h", param, ctx)
        return time if time.tzinfo else time.replace(tzinfo=UTC)


def register(group: click.Group, service: Service) -> None:
    """Add the commands."""
    _register_replay(group, service)
    _register_resync(group, service)

    @group.command("asyncapi")
    @click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write")
    def asyncapi_(output: Path | None) -> None:
        """Print the AsyncAPI document of this service's events."""
        text = json.dumps(asyncapi.document(service), indent=2, sort_keys=True) + "\n"
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8")


def _register_replay(group: click.Group, service: Service) -> None:
    @group.command()
    @click.option("--since", type=Since(), help="Events recorded since then; an age or a time")
    @click.option("--sequence", type=click.IntRange(min=1), help="Events from this sequence on")
    @click.option("--all", "everything", is_flag=True, help="All events that are kept")
    def replay(
        since: datetime | None,
        sequence: int | None,
        everything: bool,  # noqa: FBT001 - an option
    ) -> None:
        """Publish events of the outbox again.

        Their ids stay the same, so consumers ignore what they had. The relay of a running worker
        publishes them.
        """
        if not (since or sequence or everything):
            raise click.UsageError("give --since, --sequence or --all")
        settings = load_settings(service)

        async def do() -> int:
            async with open_database(service, settings) as database, database.write() as session:
                return await outbox.replay(session, since=since, sequence=sequence)

        click.echo(f"{run_async(do())} events are published again by the worker")


def _register_resync(group: click.Group, service: Service) -> None:
    @group.command("resync")
    @click.argument("name", metavar="CONSUMER")
    @click.option("--from", "address", required=True, help="Address of the service that owns it")
    @click.option("--token", help="Internal token with system.export  [else: PYDOTORG_SIGNING_KEY]")
    def resync_(name: str, address: str, token: str | None) -> None:
        """Rebuild the copy of CONSUMER from the service that owns the rows."""
        settings = load_settings(service)
        consumer = _consumer(service, name)

        async def do() -> str:
            async with (
                open_database(service, settings) as database,
                telemetry.follow(
                    httpx.AsyncClient(
                        base_url=address,
                        timeout=30,
                        headers={"Authorization": f"Bearer {token or _mint(consumer, settings)}"},
                    )
                ) as owner,
            ):
                done = await resync(consumer, database, owner, progress=show_progress)
            return f"{done.written} rows written, {done.removed} removed"

        try:
            click.echo(run_async(do()))
        except (NotACopy, ExportRefused, httpx.HTTPError, DatabaseAway) as error:
            raise click.ClickException(f"{name}: {error}") from error

    def _mint(consumer: Consumer, settings: ServiceSettings) -> str:
        if settings.signing_key is None:
            raise click.ClickException("give --token, or PYDOTORG_SIGNING_KEY to sign one with")
        key = SigningKey.load(settings.signing_key.get_secret_value())
        return key.mint(
            subject=f"service:{service.name}",
            audience=topology.consumer_stream(consumer),
            permissions=["system.export"],
        )


def _consumer(service: Service, name: str) -> Consumer:
    for consumer in service.consumers:
        if consumer.name == name:
            return consumer
    known = ", ".join(consumer.name for consumer in service.consumers) or "none"
    raise click.UsageError(f"no consumer is called {name}; there are: {known}")
