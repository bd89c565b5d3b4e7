"""Webhooks: made by their owners, told of events, and what becomes of each message."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from contracts.events import Event
from identity.integrations import sending, services
from servicekit import outside
from servicekit.ids import uuid7

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from identity.settings import Settings
    from servicekit.database import Database

PUBLISHED = "downloads.release.published"
UPDATED = "downloads.release.updated"
WAIT = "round(extract(epoch FROM due - now()))"


@dataclass
class Receiver:
    """A program of an integrator: takes messages, and answers as it is told."""

    url: str = ""
    status: int = 204
    wait: float = 0.0
    head: str = ""
    messages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head)
            if name
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.messages.append((headers, body))
        with contextlib.suppress(TimeoutError):  # until who asked hangs up, at the latest
            await asyncio.wait_for(reader.read(), self.wait)
        writer.write(
            f"HTTP/1.1 {self.status} Told\r\n{self.head}Content-Length: 0\r\n\r\n".encode()
        )
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    async with server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?from=python"
        yield made


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"webhook_networks": (ip_network("127.0.0.0/8"),), "webhook_timeout": 2.0}
    )


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with outside.going_out(
        seconds=2, allowed=settings.webhook_networks, agent="python.org-webhooks/1.0"
    ) as made:
        yield made


@pytest.fixture
def deliver(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> Callable[..., Any]:
    """Send all that is due, one after the other; tells how many."""

    async def send_all() -> int:
        sent = 0
        while (going := await sending.claim(database, settings)) is not None:
            await sending.send(client, database, settings, going)
            sent += 1
        return sent

    return send_all


def event(subject: str = PUBLISHED, **data: Any) -> Event:
    return Event(
        id=uuid7(),
        source="/downloads",
        type=f"{subject}.v1",
        subject="release:1",
        time=datetime.now(UTC),
        aggregateid="1",
        aggregateversion=1,
        data={"id": 1, "slug": "python-3150", "is_published": True, **data},
    )


async def tell(database: Database, *events: Event) -> None:
    for each in events:
        async with database.write() as session:
            await services.take(each, session)


async def make(api: Api, user: int, url: str, *events: str, **more: Any) -> Any:
    sent = {"url": url, "events": list(events or (PUBLISHED,)), **more}
    return await api.post(f"/users/{user}/webhooks", sent, status=201)


async def made(api: Api, user: int, webhook: int) -> Any:
    return (await api.get(f"/users/{user}/webhooks/{webhook}/deliveries"))["items"]


async def test_an_event_is_told_with_a_signature_that_holds(
    api: Api, ada: int, receiver: Receiver, database: Database, deliver: Callable[..., Any]
) -> None:
    hook = await make(api, ada, receiver.url, description="My mirror")
    told = event(release={"name": "Python 3.15.0 \u2013 \u00e4"})
    await tell(database, told)
    assert await deliver() == 1

    (headers, body) = receiver.messages[0]
    said = Verifier(hook["secret"]).verify(body, headers)
    assert said == {"type": PUBLISHED, "timestamp": told.time.isoformat(), "data": told.data}
    assert headers["webhook-id"] == f"msg_{told.id}"
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Verifier(hook["secret"]).verify(body.replace(b"python-3150", b"python-3151"), headers)
    assert await deliver() == 0
    (row,) = await made(api, ada, hook["id"])
    assert (row["state"], row["status"], row["attempts"], row["error"]) == ("delivered", 204, 1, "")
    assert row["type"] == PUBLISHED
    assert row["finished"] is not None


async def test_only_what_was_asked_for_and_is_public_is_told(
    api: Api, ada: int, receiver: Receiver, database: Database, deliver: Callable[..., Any]
) -> None:
    await make(api, ada, receiver.url, UPDATED)
    off = await make(api, ada, f"{receiver.url}&off", PUBLISHED, enabled=False)
    draft = event(UPDATED, is_published=False)
    shown = event(UPDATED)
    await tell(database, event(PUBLISHED), draft, shown, shown, event("downloads.release.created"))
    assert await deliver() == 1
    assert receiver.messages[0][0]["webhook-id"] == f"msg_{shown.id}"
    assert await made(api, ada, off["id"]) == []


async def test_what_is_not_taken_is_tried_again_and_at_last_switched_off(
    api: Api,
    ada: int,
    receiver: Receiver,
    rows: Rows,
    database: Database,
    deliver: Callable[..., Any],
) -> None:
    hook = await make(api, ada, receiver.url)
    receiver.status = 500
    await tell(database, event())
    waits = []
    for attempt in range(sending.ATTEMPTS):
        assert await deliver() == 1
        (row,) = await made(api, ada, hook["id"])
        assert row["attempts"] == attempt + 1
        assert row["error"] == "It answered 500."
        if row["state"] == "waiting":
            waits.append(
                await rows.one(
                    "SELECT round(extract(epoch FROM due - now())) FROM webhook_delivery"
                )
            )
            assert await deliver() == 0
            await rows.do("UPDATE webhook_delivery SET due = now()")
    assert [round(float(wait), -1) for wait in waits[1:]] == [
        round(wait, -1) for wait in sending.BACKOFF[1:]
    ]
    assert row["state"] == "failed"
    # The same message each time: a receiver can drop what it has.
    assert len({headers["webhook-id"] for headers, _ in receiver.messages}) == 1
    assert len({body for _, body in receiver.messages}) == 1

    shown = await api.get(f"/users/{ada}/webhooks/{hook['id']}")
    assert (shown["enabled"], shown["trouble"]) == (False, "It answered 500.")
    (mail,) = await rows.mails()
    assert mail["recipient"] == "ada@example.org"
    assert receiver.url in mail["text"]
    assert (await rows.actions(ada))[-1] == "webhook_switched_off"

    receiver.status = 200
    again = f"/users/{ada}/webhooks/{hook['id']}/deliveries/{row['id']}/repetition"
    await api.post(again, status=409)
    sent = {"url": receiver.url, "events": [PUBLISHED]}
    shown = await api.put(f"/users/{ada}/webhooks/{hook['id']}", sent)
    assert (shown["enabled"], shown["trouble"]) == (True, "")
    await api.post(again, status=202)
    assert await deliver() == 1
    assert (await made(api, ada, hook["id"]))[0]["state"] == "delivered"


@pytest.mark.parametrize(
    ("status", "head", "error", "state"),
    [
        (302, "Location: http://10.0.0.1/\r\n", "redirect", "waiting"),
        (404, "", "It answered 404.", "waiting"),
        (410, "", "It answered 410.", "failed"),
    ],
)
async def test_other_answers(
    api: Api,
    ada: int,
    receiver: Receiver,
    database: Database,
    deliver: Callable[..., Any],
    status: int,
    head: str,
    error: str,
    state: str,
) -> None:
    hook = await make(api, ada, receiver.url)
    receiver.status, receiver.head = status, head
    await tell(database, event())
    await deliver()
    (row,) = await made(api, ada, hook["id"])
    assert error in row["error"]
    assert (row["status"], row["state"]) == (status, state)
    assert len(receiver.messages) == 1
    enabled = (await api.get(f"/users/{ada}/webhooks/{hook['id']}"))["enabled"]
    assert enabled is (status != 410)


async def test_one_that_hangs_or_is_away_holds_up_nobody(
    api: Api,
    ada: int,
    receiver: Receiver,
    settings: Settings,
    client: httpx.AsyncClient,
    database: Database,
) -> None:
    receiver.wait = 30
    slow = await make(api, ada, receiver.url)
    away = await make(api, ada, "http://127.0.0.1:9/hook")
    await tell(database, event(), event())
    first = await sending.claim(database, settings)
    second = await sending.claim(database, settings)
    assert first is not None
    assert second is not None
    # Each address has one at a time.
    assert {first.webhook_id, second.webhook_id} == {slow["id"], away["id"]}
    assert await sending.claim(database, settings) is None
    for going in (first, second):
        await sending.send(client, database, settings, going)
    assert (await made(api, ada, slow["id"]))[-1]["error"] == "No answer within 2 seconds."
    assert "cannot be reached" in (await made(api, ada, away["id"]))[-1]["error"]
    # The address is free again, for the message that was not tried yet.
    third = await sending.claim(database, settings)
    assert third is not None
    assert third.message_id != first.message_id


async def test_an_address_in_here_is_never_called(
    api: Api,
    ada: int,
    receiver: Receiver,
    database: Database,
    settings: Settings,
) -> None:
    """Also where it was listed before: what a name stands for is judged at each call."""
    hook = await make(api, ada, receiver.url)
    await tell(database, event())
    async with outside.going_out(seconds=2, agent="test") as strict:
        going = await sending.claim(database, settings)
        assert going is not None
        await sending.send(strict, database, settings, going)
    assert receiver.messages == []
    assert (await made(api, ada, hook["id"]))[0]["error"] == (
        "Its address is not on the public internet."
    )


REFUSED = (
    ("http://example.org/hook", "https"),
    ("https://10.0.0.7/hook", "public"),
    ("https://[::1]/hook", "public"),
    ("https://[::ffff:192.168.0.1]/hook", "public"),
    ("https://169.254.169.254/latest/meta-data", "public"),
    ("https://localhost/hook", "public"),
    ("https://mail.localhost./hook", "public"),
    ("https://printer.local/", "public"),
    ("https://intranet/hook", "public"),
    ("https://user:secret@example.org/hook", "address"),
    ("https://example.org/hook#part", "address"),
    ("https://example.org:99999/hook", "address"),
    ("ftp://example.org/hook", "address"),
    ("https://[zz]/", "address"),
    ("//example.org/hook", "address"),
    ("https://exa mple.org/", "address"),
    ("https://xn--/", "address"),
    ("https://127.1/", "public"),
    ("https://0x7f.1/", "public"),
    ("https://a.b:0/", "address"),
    ("https://a..b/", "address"),
    (f"https://{'a' * 64}.example/", "address"),
)


async def test_addresses_that_are_refused(api: Api, ada: int) -> None:
    for url, words in REFUSED:
        sent = {"url": url, "events": [PUBLISHED]}
        answer = await api.post(f"/users/{ada}/webhooks", sent, status=400)
        (error,) = answer["errors"]
        assert error["loc"] == ["body", "url"], url
        assert words in error["msg"], url


async def test_other_things_that_are_refused(
    api: Api, ada: int, make_user: MakeUser, receiver: Receiver
) -> None:
    at = f"/users/{ada}/webhooks"
    answer = await api.post(at, {"url": "https://e.example/", "events": ["jobs.x"]}, status=400)
    assert answer["errors"][0]["loc"] == ["body", "events"]
    answer = await api.post(at, {"url": "https://e.example/", "events": []}, status=400)
    assert answer["errors"][0]["loc"] == ["body", "events"]
    hook = await make(api, ada, receiver.url)
    await api.put(
        f"{at}/{hook['id']}",
        {"url": receiver.url, "events": [PUBLISHED]},
        match=hook["version"] + 1,
        status=412,
    )
    sent = {"url": receiver.url, "events": [PUBLISHED]}
    answer = await api.post(at, sent, status=409)
    assert answer["errors"][0]["loc"] == ["body", "url"]
    for number in range(services.MOST - 1):
        await make(api, ada, f"{receiver.url}&{number}")
    answer = await api.post(at, {**sent, "url": "https://e.example/"}, status=409)
    assert answer["errors"] == []
    # What is another's is not there.
    bob = await make_user("Bob")
    await api.get(f"/users/{bob}/webhooks/{hook['id']}", status=404)
    await api.delete(f"/users/{bob}/webhooks/{hook['id']}", status=404)
    await api.post(f"/users/{bob}/webhooks/{hook['id']}/tests", status=404)
    await api.get(f"/users/{bob}/webhooks/{hook['id']}/deliveries", status=404)
    await api.post(
        "/users/999999/webhooks", {"url": receiver.url, "events": [PUBLISHED]}, status=404
    )


async def test_a_secret_is_renewed_and_both_hold_for_a_day(
    api: Api, ada: int, receiver: Receiver, rows: Rows, deliver: Callable[..., Any]
) -> None:
    hook = await make(api, ada, receiver.url)
    at = f"/users/{ada}/webhooks/{hook['id']}"
    renewed = await api.post(f"{at}/secret", status=201)
    assert renewed["secret"] != hook["secret"]
    await api.post(f"{at}/tests", status=202)
    await deliver()
    headers, body = receiver.messages[0]
    for secret in (hook["secret"], renewed["secret"]):
        assert Verifier(secret).verify(body, headers)["type"] == "pydotorg.test"
    await rows.do("UPDATE webhook SET former_secret_until = now() - interval '1 second'")
    await api.post(f"{at}/tests", status=202)
    await deliver()
    headers, body = receiver.messages[1]
    Verifier(renewed["secret"]).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(hook["secret"]).verify(body, headers)
    # No answer but the first tells a secret, and no row holds one to read.
    listed = json.dumps(await api.get(f"/users/{ada}/webhooks"))
    assert "whsec_" not in listed
    kept = await rows.one("SELECT encode(secret, 'escape') FROM webhook")
    assert "whsec_" not in kept


async def test_all_is_written_down_exported_and_goes_with_the_account(
    api: Api, ada: int, receiver: Receiver, rows: Rows, database: Database
) -> None:
    hook = await make(api, ada, receiver.url)
    at = f"/users/{ada}/webhooks/{hook['id']}"
    await api.put(at, {"url": receiver.url, "events": [UPDATED]})
    await api.post(f"{at}/secret", status=201)
    assert await rows.actions(ada) == [
        "webhook_created",
        "webhook_changed",
        "webhook_secret_renewed",
    ]
    exported = await api.get(f"/users/{ada}/export")
    assert [row["url"] for row in exported["webhooks"]] == [receiver.url]
    await tell(database, event(UPDATED))
    await api.delete(f"/users/{ada}/account")
    assert await rows.one("SELECT count(*) FROM webhook_delivery") == 0
    assert await rows.one("SELECT count(*) FROM webhook") == 0


async def test_messages_are_kept_for_a_while(
    api: Api, ada: int, receiver: Receiver, rows: Rows, database: Database, context: Any
) -> None:
    from identity.tasks import prune_webhooks

    await make(api, ada, receiver.url)
    await tell(database, event(), event())
    await rows.do(
        "UPDATE webhook_message SET created = now() - interval '31 days' WHERE id = "
        "(SELECT min(id::text)::uuid FROM webhook_message)"
    )
    assert await prune_webhooks(context) == "deleted 1 messages to webhooks"
    assert await rows.one("SELECT count(*) FROM webhook_delivery") == 1


async def test_what_can_be_subscribed_to_is_public(api: Api) -> None:
    found = await api.get("/event-types", as_=None)
    assert {"type": PUBLISHED, "summary": "A release of Python was published"} in found
