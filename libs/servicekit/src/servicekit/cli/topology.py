"""`topology`: streams, durables and ticks in NATS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import nats
import rich_click as click
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from servicekit.cli.common import load_settings, run_async
from servicekit.messaging import topology
from servicekit.schedules import Schedules
from servicekit.service import Service
from servicekit.settings import ServiceSettings


def register(group: click.Group, service: Service) -> None:
    """Add the commands."""

    @group.group("topology")
    def topology_() -> None:
        """Look at streams, durables and ticks in NATS, and make them as declared."""

    @topology_.command()
    def show() -> None:
        """Print what this service needs in NATS, and where NATS has it otherwise."""
        settings = load_settings(service)
        needs, schedules = topology.of(service), Schedules(service.name, tuple(service.ticks))

        async def do() -> tuple[dict[tuple[str, str], str], list[str]]:
            async with _jetstream(settings) as js:
                found = await topology.compare(js, needs)
                there = any(d.name == topology.SCHEDULES and d.missing for d in found)
                ticks = sorted(schedules.declared) if there else await schedules.differences(js)
            return {(d.kind, d.name): _state(d) for d in found}, ticks

        found, ticks = _reach(do())
        names = [("stream", str(stream.name)) for stream in needs.streams]
        names += [("durable", durable.name) for durable in needs.durables]
        for kind, name in names:
            click.echo(f"{kind:8} {name:40} {found.get((kind, name), 'as declared')}")
        for name, definition in sorted(schedules.declared.items()):
            state = "differs or is missing" if name in ticks else "as declared"
            click.echo(f"{'tick':8} {name:40} {state}  [{definition.spec}]")
        for name in sorted(set(ticks) - schedules.declared.keys()):
            click.echo(f"{'tick':8} {name:40} declared no longer")

    @topology_.command()
    def apply() -> None:
        """Make streams, durables and ticks as declared; a step of a deployment."""
        settings = load_settings(service)
        schedules = Schedules(service.name, tuple(service.ticks))

        async def do() -> list[str]:
            async with _jetstream(settings) as js:
                changed = await topology.apply(js, topology.of(service))
                ticks = await schedules.apply(js)
            return [
                *(f"{d.kind} {d.name}: {'made' if d.missing else 'changed'}" for d in changed),
                *(f"tick {name}: written or removed" for name in ticks),
            ]

        done = _reach(do())
        click.echo("\n".join(done) or "everything was as declared")


def _reach[T](work: Coroutine[Any, Any, T]) -> T:
    try:
        return run_async(work)
    except (NatsError, OSError) as error:
        raise click.ClickException(f"NATS: {error!r}") from error


@asynccontextmanager
async def _jetstream(settings: ServiceSettings) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(
        settings.nats_url, allow_reconnect=False, connect_timeout=3, max_reconnect_attempts=1
    )
    try:
        yield client.jetstream(timeout=5)
    finally:
        await client.close()


def _state(difference: topology.Difference) -> str:
    if difference.missing:
        return "missing"
    return "; ".join(
        f"{name} is {has}, declared {wanted}" for name, (has, wanted) in difference.fields.items()
    )
