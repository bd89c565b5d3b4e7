"""Webhooks: added, tried, changed, switched off and removed by their owner."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import nats
import pytest
from standardwebhooks import Webhook as Verifier

from contracts.events import Event
from servicekit.ids import uuid7

if TYPE_CHECKING:
    from .conftest import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/accounts/webhooks/"
PUBLISHED = "downloads.release.published"


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """Take messages on the loopback: its address, and what came."""
    came: list[tuple[dict[str, str], bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in head) if n}
        came.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 204 Taken\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook", came


async def test_a_webhook_is_added_tried_changed_and_removed(town: Town) -> None:
    person = await town.citizen()
    assert "You have no webhooks" in await person.text(PATH)
    async with receiver() as (address, came):
        made = await person.send(PATH, url=address, description="<b>mine</b>", events=PUBLISHED)
        assert made.status_code == 201, made.text
        assert made.headers["cache-control"] == "no-store"
        secret = re.search(r"whsec_[\w+/=]+", made.text)
        assert secret is not None
        text = await person.text(PATH)
        assert "&lt;b&gt;mine&lt;/b&gt;" in text
        assert "whsec_" not in text
        link = re.search(rf'href="({PATH}\d+/)"', text)
        assert link is not None
        page = link[1]

        tested = await person.send(page, "test")
        assert tested.headers["location"] == f"{page}?done=test"

        async def arrived() -> bool:
            return "delivered" in await person.text(page)

        await town.eventually(arrived, "the message is delivered")
        headers, body = came[0]
        assert Verifier(secret[0]).verify(body, headers)["type"] == "pydotorg.test"
        assert headers["webhook-id"] in await person.text(page)
        again = await person.send(page, "again")
        assert again.headers["location"] == f"{page}?done=again"

        renewed = await person.send(page, "secret")
        assert renewed.status_code == 201
        other = re.search(r"whsec_[\w+/=]+", renewed.text)
        assert other is not None
        assert other[0] != secret[0]

        shown = await person.text(page)
        assert 'name="enabled" value="yes" checked' in shown
        saved = await person.send(
            page, "save", url=address, description="", events="downloads.release.updated"
        )
        assert saved.headers["location"] == f"{page}?done=save"
        shown = await person.text(page)
        assert "It is switched off" in shown
        assert "Send a test message" not in shown
    removed = await person.send(page, "remove")
    assert removed.headers["location"] == f"{PATH}?done=remove"
    assert (await person.get(page)).status_code == 404


async def test_an_event_of_another_service_is_told(town: Town) -> None:
    """From the stream of its context to the receiver: the consumer, its inbox, the sender."""
    person = await town.citizen()
    event = Event(
        id=uuid7(),
        source="/downloads",
        type=f"{PUBLISHED}.v1",
        subject="release:1",
        time=datetime.now(UTC),
        aggregateid="1",
        aggregateversion=1,
        data={
            "id": 1,
            "slug": "python-3150",
            "major": 3,
            "series": "3.15",
            "is_published": True,
        },
    )
    async with receiver() as (address, came):
        await person.send(PATH, url=address, events=PUBLISHED)
        connection = await nats.connect(town.identity.service.nats)
        for _ in range(2):  # what comes twice is told once
            await connection.jetstream().publish(PUBLISHED, event.model_dump_json().encode())
        await connection.close()

        async def arrived() -> bool:
            return bool(came)

        await town.eventually(arrived, "the event is told")
    assert came[0][0]["webhook-id"] == f"msg_{event.id}"
    told = await town.identity.sql(
        # Others may have subscribed to the same.
        "SELECT max(n) AS n FROM (SELECT count(*) AS n FROM webhook_delivery "
        "WHERE message_id = $1 GROUP BY webhook_id) AS told",
        event.id,
    )
    assert told[0]["n"] == 1


async def test_what_is_wrong_is_told_at_its_field(town: Town) -> None:
    person = await town.citizen()
    nothing = await person.send(PATH, url="", description="x")
    assert nothing.status_code == 422
    assert "Say where messages are sent." in nothing.text
    assert "Choose at least one." in nothing.text
    for url, words in (
        ("https://10.1.2.3/", "not on the public internet"),
        ("http://example.org/", "https://"),
        ("javascript:alert(1)", "must be an address"),
    ):
        answer = await person.send(PATH, url=url, events=PUBLISHED)
        assert answer.status_code == 422, url
        assert words in answer.text, url
        assert f'value="{PUBLISHED}" checked' in answer.text, "what was chosen is still chosen"
    unknown = await person.send(PATH, url="https://example.org/", events="no.such.event")
    assert unknown.status_code == 422


async def test_the_webhooks_of_another_are_not_there(town: Town) -> None:
    one, two = await town.citizen(), await town.citizen()
    await one.send(PATH, url="https://mine.example/hook", events=PUBLISHED)
    link = re.search(rf'href="({PATH}\d+/)"', await one.text(PATH))
    assert link is not None
    assert "mine.example" not in await two.text(PATH)
    assert (await two.get(link[1])).status_code == 404
    own = await two.fill(PATH)
    for action in ("save", "test", "secret", "remove", "again"):
        sent = {**own[1], "action": action, "url": "https://e.org/", "events": PUBLISHED}
        assert (await two.site.post(link[1], data=sent)).status_code in {403, 404}
    assert "mine.example" in await one.text(link[1])
    for wrong in ("0", "x", "٣", "9" * 30, "-1"):
        assert (await one.get(f"{PATH}{wrong}/")).status_code == 404
    for wrong in ("0", "x", "401", "0" * 20 + "1"):
        assert (await one.get(link[1], page=wrong)).status_code == 400
    stranger = await town.stranger()
    assert "/accounts/login/" in (await stranger.get(PATH)).headers["location"]
