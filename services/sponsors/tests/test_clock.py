"""What the clock brings: reminders, ends, vouchers, ZIPs. Once, also with several processes."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from pydantic import SecretStr
from services.sponsors.tests.stage import (
    APPLICANT,
    YEAR,
    asset,
    call,
    image,
    picture,
    sponsorship,
    upload,
)

from servicekit.database import Database
from servicekit.files import FileStore
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows
from sponsors import papers
from sponsors.dates import today
from sponsors.exporting import tasks as exporting
from sponsors.reminders import tasks as reminders
from sponsors.settings import Settings
from sponsors.vouchers import tasks as vouchers


async def mails(rows: Rows) -> Counter[str]:
    return Counter(row["kind"] for row in await rows.all("SELECT kind FROM mail"))


async def several(task: object, context: TaskContext) -> None:
    """Run a task as three processes would, at the same moment."""
    await asyncio.gather(*(task(context) for _ in range(3)))  # type: ignore[operator]


async def test_assets_are_reminded_of_once(
    api: Api, rows: Rows, database: Database, context: TaskContext
) -> None:
    soon = (today() + timedelta(days=5)).isoformat()
    features = (
        image(due_date=soon),
        asset("required_text_asset", "blurb", due_date=soon),
        asset(
            "required_response_asset", "far", due_date=(today() + timedelta(days=60)).isoformat()
        ),
    )
    stage = await sponsorship(database, *features, contract=False)
    await sponsorship(database, features[1], name="Rejected", status="rejected", contract=False)
    await sponsorship(database, features[1], name="Applied", status="applied", contract=False)
    blurb = {"assets": [{"id": stage.features["blurb"], "text": "done"}]}
    path = f"/own/sponsorships/{stage.sponsorship}/handover"
    assert (await call(api, APPLICANT, "PUT", path, blurb)).status_code == 200
    await several(reminders.remind_assets, context)
    assert await mails(rows) == {"sponsorship-asset-due": 2}
    text = await rows.one("SELECT text FROM mail WHERE recipient = 'jo@acme.example'")
    assert "A badge" in text
    assert "in 5 days" in text
    assert "blurb" not in text
    assert await reminders.remind_assets(context) == "no asset is due"
    # Moved to another day, it is told of again.
    later = today() + timedelta(days=6)
    await rows.do(
        "UPDATE benefit_feature SET due_date = :day WHERE internal_name = 'badge'", day=later
    )
    assert await reminders.remind_assets(context) == "1 sponsorships reminded of assets"
    # Handed over by now: nobody is told, whatever its day.
    badge = {"assets": [{"id": stage.features["badge"], "file": upload("a.png", picture())}]}
    assert (await call(api, APPLICANT, "PUT", path, badge)).status_code == 200
    await rows.do("DELETE FROM reminder")
    assert await reminders.remind_assets(context) == "no asset is due"


async def test_ends_are_told_once(rows: Rows, database: Database, context: TaskContext) -> None:
    def days(begin: int, end: int) -> dict[str, object]:
        return {"start": today() + timedelta(days=begin), "end": today() + timedelta(days=end)}

    kinds = {"status": "finalized", "contract": False}
    await sponsorship(database, name="Soon", **kinds, **days(-300, 30))  # type: ignore[arg-type]
    await sponsorship(database, name="Over", **kinds, **days(-300, -1))  # type: ignore[arg-type]
    await sponsorship(database, name="Later", **kinds, **days(-30, 300))  # type: ignore[arg-type]
    await sponsorship(database, name="Long ago", **kinds, **days(-900, -500))  # type: ignore[arg-type]
    await several(reminders.remind_ends, context)
    told = {"sponsorship-ending": 2, "sponsors-ending": 1, "sponsors-ended": 1}
    assert await mails(rows) == told
    assert await reminders.remind_ends(context) == "no sponsorship ends"
    assert await rows.one("SELECT count(*) FROM mail WHERE text LIKE '%again=1%'") == 2
    # Who applied again is not asked to.
    await rows.do("DELETE FROM reminder")
    await rows.do(
        "INSERT INTO sponsorship (status, sponsor_id, applied_on, year) VALUES "
        "('applied', 1, now(), 2028)"
    )
    assert (
        await reminders.remind_ends(context) == "0 sponsorships asked to renew, 1 told to be over"
    )


@asynccontextmanager
async def conference(answer: str = "") -> AsyncIterator[tuple[str, list[dict[str, str]]]]:
    """Be the conference: a code for each sponsor, and the same when asked again."""
    heard: list[dict[str, str]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        target = lines[0].split()[1]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        heard.append({**asked, **headers, "target": target})
        body = answer or json.dumps({"data": {"promo_code": f"CODE-{asked['sponsor_id']}"}})
        writer.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard


async def test_vouchers(
    api: Api, rows: Rows, database: Database, settings: Settings, context: TaskContext
) -> None:
    tier = {"kind": "tiered_benefit", "quantity": 20, "display_label": ""}
    code = asset("provided_text_asset", "passes_code")
    stage = await sponsorship(database, tier, code, status="finalized", contract=False)
    await sponsorship(database, tier, code, name="Waits", contract=False)
    kind = {
        "name": "Passes",
        "year": YEAR,
        "voucher_type": "SPNS_COMP",
        "benefit_id": stage.benefit,
        "internal_name": "passes_code",
    }
    wrong = await api.post("/voucher-kinds", kind | {"year": 2026})
    assert wrong.json()["errors"][0]["loc"] == ["body", "benefit_id"]
    await api.made("/voucher-kinds", kind)
    assert (await api.post("/voucher-kinds", kind)).status_code == 409
    assert "no conference" in await vouchers.fetch(context)
    async with conference() as (url, heard):
        told = settings.model_copy(
            update={
                "vouchers_url": url,
                "vouchers_key": "key",
                "vouchers_secret": SecretStr("secret"),
            }
        )
        known = TaskContext(database=database, settings=told, log=structlog.get_logger())
        results = await asyncio.gather(*(vouchers.fetch(known) for _ in range(3)))
        assert max(results) == "1 codes fetched"
        # Three at the same moment: one asked, the others waited and found it.
        assert len(heard) == 1
        asked = heard[0]
        assert asked["target"].startswith(f"/{YEAR}/api/vouchers/?")
        assert (asked["voucher_type"], asked["quantity"]) == ("SPNS_COMP", "20")
        assert (asked["sponsor_name"], asked["sponsor_id"]) == ("Acme, Inc.", str(stage.sponsor))
        signed = f"secret{asked['x-api-timestamp']}GET{asked['target']}"
        assert asked["x-api-signature"] == hashlib.sha1(signed.encode()).hexdigest()
        assert asked["x-api-key"] == "key"
        assert "0 codes are lacking" in await vouchers.fetch(known)
    assert await rows.one("SELECT text FROM asset") == f"CODE-{stage.sponsor}"
    assert [name for name, _, _ in await rows.told()][-1] == "asset.created"
    # What is no code is not kept, and tried again the next time.
    await rows.do("DELETE FROM asset")
    for answer in ("<html>", "{}", json.dumps({"data": {"promo_code": ""}})):
        async with conference(answer) as (url, _):
            broken = told.model_copy(update={"vouchers_url": url})
            again = TaskContext(database=database, settings=broken, log=structlog.get_logger())
            assert "1 could not be" in await vouchers.fetch(again)
    assert "1 could not be" in await vouchers.fetch(again)
    assert await rows.one("SELECT count(*) FROM asset") == 0


async def test_a_zip_of_assets(
    api: Api, rows: Rows, database: Database, settings: Settings, context: TaskContext
) -> None:
    features = (image(), asset("required_text_asset", "blurb"))
    stages = [await sponsorship(database, *features, name=name) for name in ("Acme", "Bolt & Co")]
    ids = [number for stage in stages for number in stage.features.values()]
    refused = await api.post("/asset-exports", {"asset_ids": ids})
    assert refused.status_code == 409
    assert "4 of these have no value yet: badge, blurb" in refused.json()["detail"]
    for stage in stages:
        values = [
            {"id": stage.features["badge"], "file": upload("a.png", picture())},
            {"id": stage.features["blurb"], "text": "Anvils ✓"},
        ]
        path = f"/own/sponsorships/{stage.sponsorship}/handover"
        assert (await call(api, APPLICANT, "PUT", path, {"assets": values})).status_code == 200
    for wrong in ([], [99]):
        assert (await api.post("/asset-exports", {"asset_ids": wrong})).status_code == 400
    made = await api.made("/asset-exports", {"asset_ids": ids})
    assert (made["status"], made["done"], made["total"], made["file"]) == ("waiting", 0, 4, None)
    await several(exporting.make, context)
    seen = await api.read(f"/asset-exports/{made['id']}", as_=api.permissions)
    assert (seen["status"], seen["done"]) == ("done", 4)
    assert seen["file"]["url"].startswith("/media/private/sponsors/exports/")
    assert [name for name, _, _ in await rows.told()][-1] == "asset_export.finished"
    store = FileStore(str(settings.files_url))
    kept = await rows.one("SELECT file ->> 'key' FROM asset_export")
    found = await store.get(kept)
    assert found is not None
    data = b"".join([chunk async for chunk in found.chunks])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == [
            *("acme/badge.png", "acme/blurb.txt", "bolt-co/badge.png", "bolt-co/blurb.txt"),
        ]
        assert archive.read("acme/blurb.txt").decode() == "Anvils ✓"
    # A process that died is found out, and a file that is gone told.
    await rows.do("UPDATE asset_export SET status = 'running', updated = now() - interval '1 h'")
    assert await exporting.make(context) == "1 exports made"
    await rows.do("UPDATE asset_export SET status = 'waiting'")
    await rows.do("DELETE FROM benefit_feature WHERE internal_name = 'badge'")
    assert await exporting.make(context) == "1 exports made"
    failed = await api.read(f"/asset-exports/{made['id']}", as_=api.permissions)
    assert (failed["status"], failed["file"]) == ("failed", None)
    assert "gone" in failed["error"]


async def test_bytes_without_a_row_are_swept(
    rows: Rows,
    database: Database,
    settings: Settings,
    context: TaskContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who dies between file and row leaves bytes: not for ever. No row is without its bytes."""
    stage = await sponsorship(database)
    store = FileStore(str(settings.files_url))
    lost = await kept(database, "lost.pdf")
    known = await kept(database, "known.pdf")
    await rows.do(
        "UPDATE contract SET document = CAST(:known AS jsonb) WHERE id = :id",
        known=json.dumps(known),
        id=stage.contract,
    )
    # All are young: somebody may be about to write their rows.
    assert await exporting.sweep(context) == "0 private files looked at, 0 without a row deleted"
    monkeypatch.setattr(exporting, "_GRACE", timedelta(days=-1))
    await exporting.sweep(context)
    assert await store.get(known["key"]) is not None
    assert await store.get(lost["key"]) is None


async def kept(database: Database, name: str) -> dict[str, Any]:
    """Write a file as a process does that dies before its row is."""
    async with database.write() as session:
        return await papers.keep(session, "contracts", name, b"%PDF-", "application/pdf")
