"""The whole service in one process: what is written comes out of NATS, and ticks are set."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import nats
from pydantic import SecretStr

from contracts.downloads.events import ReleasePublished
from contracts.events import Event
from downloads.app import create_app, service
from downloads.settings import Settings

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Running

    from devstack.testing import DatabaseFactory, TokenFactory, Until


async def test_from_a_request_to_the_stream(
    database_factory: DatabaseFactory,
    jwks: str,
    issue_token: TokenFactory,
    nats_url: str,
    until: Until,
    running: Running,
) -> None:
    settings = Settings(
        environment="test",
        database_url=SecretStr(database_factory("downloads", service)),
        jwks=jwks,
        nats_url=nats_url,
        role="all",
        release_cycle_url="",
    )
    app: Any = create_app(settings)
    client = await nats.connect(nats_url)
    stream = client.jetstream()
    held = ["downloads.add_release", "downloads.can_publish_releases"]
    token = issue_token("downloads", permissions=held)
    headers = {"Authorization": f"Bearer {token}"}
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with (
        running(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://d") as http,
    ):

        async def ready() -> bool:
            return (await http.get("/readyz")).status_code == 200

        await until(ready, 30)
        answer = await http.post(
            "/releases",
            json={"name": "Python 3.14.0", "is_published": True, "content": "*news*"},
            headers={**headers, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
        )
        assert answer.status_code == 201
        reader = await stream.pull_subscribe("downloads.release.*", stream="downloads")
        messages: list[Any] = []
        while len(messages) < 2:
            messages += await asyncio.wait_for(reader.fetch(2, timeout=20), 30)
        schedules = await stream.stream_info("sched", subjects_filter="sched.def.downloads.>")
    await client.close()

    first, second = (Event.model_validate_json(message.data) for message in messages)
    assert [message.subject for message in messages] == [
        "downloads.release.created",
        "downloads.release.published",
    ]
    assert (first.aggregateversion, second.aggregateversion) == (1, 2)
    assert messages[1].headers["Nats-Msg-Id"] == str(second.id)
    assert messages[1].headers["traceparent"].split("-")[1] == trace
    published = second.read(ReleasePublished)
    assert published.release is not None
    assert published.release.model_dump(mode="json") == answer.json()
    assert set(schedules.state.subjects or {}) >= {
        f"sched.def.downloads.{tick.name}" for tick in service.ticks
    }
