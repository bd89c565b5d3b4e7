"""Mail: rows of a transaction, sent by the worker to a real SMTP server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from aiosmtpd.smtp import SMTP
from pydantic import SecretStr
from sqlalchemy import MetaData, select, text

from servicekit import mail, migrations
from servicekit.app import create_service
from servicekit.database import Database
from servicekit.mail import Letter, MailRow, MailSettings, sending
from servicekit.mail.sending import ATTEMPTS, send_next
from servicekit.service import Service, TaskContext
from servicekit.testing import started

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory, Until

LETTER = Letter(kind="greeting", subject="Grüße", text="Hello\n", html="<p>Hello</p>\n")
service = Service(
    name="postman",
    title="Postman",
    version="1",
    description="Mails",
    settings=MailSettings,
    metadata=MetaData(),
    kit_tables=(mail.METADATA,),
    migrations=Path(__file__).parent / "migrations",
    lifespan=(sending,),
    tasks=(mail.prune_task(),),
)


class Server:
    """An SMTP server that keeps what it takes, or answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def port(free_port: Callable[[], int]) -> int:
    return free_port()


@pytest.fixture
async def server(port: int) -> AsyncIterator[Server]:
    made = Server()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(made, loop=loop), "127.0.0.1", port)
    yield made
    listening.close()


@pytest.fixture
def settings(database_factory: DatabaseFactory, jwks: str, port: int) -> MailSettings:
    return MailSettings(
        environment="test",
        database_url=SecretStr(database_factory("postman", service)),
        jwks=jwks,
        role="web",
        smtp_port=port,
        smtp_security="none",
        smtp_timeout=5,
        mail_interval=0.05,
        mail_from="The site <noreply@site.example>",
    )


@pytest.fixture
async def database(settings: MailSettings) -> AsyncIterator[Database]:
    made = Database(settings, application="postman")
    yield made
    await made.dispose()


async def post(database: Database, settings: MailSettings, to: str = "ada@example.org") -> None:
    async with database.write() as session:
        mail.post(session, settings, to, LETTER)


async def row(database: Database) -> MailRow:
    async with database.read() as session:
        return (await session.scalars(select(MailRow))).one()


async def make_due(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE mail SET due = now() - interval '1 second'"))


async def test_sent_with_both_parts_and_then_forgotten(
    database: Database, settings: MailSettings, server: Server
) -> None:
    await post(database, settings)
    waiting = await row(database)
    assert (waiting.state, waiting.text) == ("waiting", "Hello\n")
    assert await send_next(database, settings)
    (taken,) = server.taken
    assert taken["Message-ID"] == waiting.message_id
    assert waiting.message_id.endswith("@site.example>")
    assert taken["To"] == "ada@example.org"
    assert taken["From"] == "The site <noreply@site.example>"
    assert taken["Subject"] == "Grüße"
    parts = [part.get_content().replace("\r\n", "\n") for part in taken.iter_parts()]
    assert parts == ["Hello\n", "<p>Hello</p>\n"]
    sent = await row(database)
    assert (sent.state, sent.text, sent.html, sent.attempts) == ("sent", "", "", 1)
    assert sent.finished is not None
    assert not await send_next(database, settings)


async def test_what_is_rolled_back_is_not_sent(
    database: Database, settings: MailSettings, server: Server
) -> None:
    async with database.rehearse() as session:
        mail.post(session, settings, "ada@example.org", LETTER)
    assert not await send_next(database, settings)
    assert server.taken == []


async def test_a_server_that_is_away_is_asked_again(
    database: Database, settings: MailSettings, port: int
) -> None:
    await post(database, settings)
    first = await row(database)
    assert await send_next(database, settings)
    assert not await send_next(database, settings)  # not at once
    away = await row(database)
    assert (away.state, away.attempts) == ("waiting", 1)
    assert away.due > first.due
    assert away.error
    made = Server()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(made, loop=loop), "127.0.0.1", port)
    try:
        await make_due(database)
        assert await send_next(database, settings)
    finally:
        listening.close()
    assert [taken["Message-ID"] for taken in made.taken] == [first.message_id]


@pytest.mark.parametrize(
    ("answer", "state"), [("451 come back later", "waiting"), ("550 nobody here", "failed")]
)
async def test_a_refusal_is_final_if_the_server_says_so(
    database: Database, settings: MailSettings, server: Server, answer: str, state: str
) -> None:
    server.answer = answer
    await post(database, settings)
    assert await send_next(database, settings)
    found = await row(database)
    assert found.state == state
    assert answer.partition(" ")[2] in found.error
    assert bool(found.text) is (state == "waiting")


async def test_nobody_tries_for_ever(
    database: Database, settings: MailSettings, server: Server
) -> None:
    server.answer = "451 come back later"
    await post(database, settings)
    for _ in range(ATTEMPTS):
        await make_due(database)
        assert await send_next(database, settings)
    await make_due(database)
    assert not await send_next(database, settings)
    assert (await row(database)).state == "failed"


async def test_workers_beside_each_other_send_each_once(
    database: Database, settings: MailSettings, server: Server
) -> None:
    for number in range(6):
        await post(database, settings, f"a{number}@example.org")
    await asyncio.gather(*(send_next(database, settings) for _ in range(8)))
    while await send_next(database, settings):
        pass
    assert sorted(taken["To"] for taken in server.taken) == [
        f"a{number}@example.org" for number in range(6)
    ]


async def test_a_worker_that_died_is_followed_by_another(
    database: Database, settings: MailSettings, server: Server
) -> None:
    await post(database, settings)
    # It had claimed the mail, and perhaps sent it, but never said so.
    async with database.write() as session:
        await session.execute(
            text("UPDATE mail SET attempts = 1, due = now() + interval '2 minutes'")
        )
    assert not await send_next(database, settings)
    await make_due(database)
    assert await send_next(database, settings)
    assert server.taken[0]["Message-ID"] == (await row(database)).message_id


async def test_the_worker_sends_by_itself(
    settings: MailSettings, database: Database, server: Server, nats_url: str, until: Until
) -> None:
    working = settings.model_copy(update={"role": "all", "nats_url": nats_url})
    async with started(create_service(service, working)):
        await post(database, settings)
        await until(lambda: server.taken)
    async with started(create_service(service, settings)):  # a process that only answers
        await post(database, settings, "bob@example.org")
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("to", "subject"), [("a@b.c\r\nBcc: x@y.z", "s"), ("a@b.c", "s\nBcc: x@y.z")]
)
async def test_nothing_breaks_out_of_a_header(
    database: Database, settings: MailSettings, to: str, subject: str
) -> None:
    letter = Letter(kind="x", subject=subject, text="", html="")
    with pytest.raises(ValueError, match="one line"):
        async with database.write() as session:
            mail.post(session, settings, to, letter)


async def test_old_mails_go(database: Database, settings: MailSettings, server: Server) -> None:
    await post(database, settings)
    await send_next(database, settings)
    await post(database, settings, "waiting@example.org")
    async with database.write() as session:
        await session.execute(text("UPDATE mail SET created = now() - interval '31 days'"))
    context = TaskContext(database=database, settings=settings, log=structlog.get_logger())
    assert await service.task("prune-mail").run(context) == "1 mails deleted"
    assert (await row(database)).recipient == "waiting@example.org"
    assert server.taken


async def test_the_table_is_what_the_model_says(settings: MailSettings) -> None:
    url = settings.database_url.get_secret_value()
    assert await migrations.differences(service, url) == []
