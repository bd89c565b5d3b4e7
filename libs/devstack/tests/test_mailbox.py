"""The mailbox: what is sent to it over SMTP is on its pages."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage

import httpx
import pytest

from devstack.mailbox.app import create_app
from devstack.mailbox.settings import Settings
from servicekit.testing import client_of, started


@pytest.fixture
def settings(free_port: Callable[[], int]) -> Settings:
    return Settings(smtp_port=free_port(), mails_kept=2)


@pytest.fixture
async def pages(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with started(create_app(settings)) as app, client_of(app) as client:
        yield client


async def send(settings: Settings, subject: str, *to: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "site@example.org", ", ".join(to)
    message["Subject"], message["Message-ID"] = subject, f"<{len(subject)}@example.org>"
    message.set_content("See https://site.example/x/ <script>alert(1)</script>")
    message.add_alternative("<b>See</b><script>alert(2)</script>", subtype="html")

    def hand_in() -> None:
        with smtplib.SMTP(settings.host, settings.smtp_port, timeout=10) as server:
            server.send_message(message)

    await asyncio.to_thread(hand_in)


async def test_a_mail_is_shown_and_does_nothing(
    pages: httpx.AsyncClient, settings: Settings
) -> None:
    assert "No mail has come yet" in (await pages.get("/")).text
    await send(settings, "Grüße <i>", "ada@example.org", "bob@example.org")
    listed = (await pages.get("/")).text
    assert 'href="/mails/1"' in listed
    assert "Grüße &lt;i&gt;" in listed
    shown = await pages.get("/mails/1")
    assert '<a href="https://site.example/x/"' in shown.text
    assert "<script>" not in shown.text
    assert "ada@example.org, bob@example.org" in shown.text
    html = await pages.get("/mails/1/html")
    assert "<b>See</b>" in html.text
    policy = html.headers["Content-Security-Policy"]
    assert "sandbox allow-popups " in policy
    assert "script" not in policy
    assert "default-src 'none'" in policy


async def test_for_programs(pages: httpx.AsyncClient, settings: Settings) -> None:
    for subject, to in (("1", "ada@example.org"), ("22", "bob@example.org")):
        await send(settings, subject, to)
    (found,) = (await pages.get("/api/mails", params={"to": "BOB@"})).json()["mails"]
    assert found["to"] == ["bob@example.org"]
    assert found["subject"] == "22"
    assert found["message_id"] == "<2@example.org>"
    assert found["text"].startswith("See https://site.example/x/")
    assert "No mail has come for such an address" in (await pages.get("/?to=eve")).text


async def test_the_oldest_make_room(pages: httpx.AsyncClient, settings: Settings) -> None:
    for subject in ("1", "22", "333"):
        await send(settings, subject, "ada@example.org")
    found = (await pages.get("/api/mails")).json()["mails"]
    assert [mail["subject"] for mail in found] == ["333", "22"]
    assert (await pages.get("/mails/1")).status_code == 404
    assert (await pages.get("/mails/3")).status_code == 200
    assert (await pages.get("/healthz")).text == "ok\n"
