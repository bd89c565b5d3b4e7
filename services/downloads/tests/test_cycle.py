"""The release cycle: fetched from a server of the test's own, kept whatever that one does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.downloads.dto import ReleaseCycle
from downloads.services.cycle import CycleError, parse
from downloads.tasks import fetch_release_cycle

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from downloads.settings import Settings
    from servicekit.service import TaskContext

BRANCH = {
    "branch": "3.15",
    "pep": 790,
    "status": "bugfix",
    "first_release": "2026-10-09",
    "end_of_life": "2031-10",
    "release_manager": "Hugo van Kemenade",
}
CYCLE = {
    "3.9": {**BRANCH, "branch": "3.9", "pep": 596, "status": "end-of-life"},
    "3.15": BRANCH,
    "3.10": {**BRANCH, "branch": "3.10", "status": "security", "added_later": {"x": 1}},
}


@dataclass
class Source:
    """A web server that answers what it is told."""

    url: str = ""
    status: str = "200 OK"
    body: bytes = json.dumps(CYCLE).encode()
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        self.asked.append(dict(line.lower().split(": ", 1) for line in head))
        lines = [f"HTTP/1.1 {self.status}", *(f"{k}: {v}" for k, v in self.headers.items())]
        writer.write(("\r\n".join(lines) + "\r\nConnection: close\r\n\r\n").encode())
        writer.write(self.body)
        if self.hang:
            await reader.read()
        writer.close()


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    async with serving() as made:
        yield made


@asynccontextmanager
async def serving() -> AsyncIterator[Source]:
    made = Source()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/release-cycle.json"
    try:
        yield made
    finally:
        server.close()


def pointed(context: TaskContext, settings: Settings, source: Source, **more: Any) -> TaskContext:
    update = {"release_cycle_url": source.url, "release_cycle_timeout": 2.0, **more}
    return replace(context, settings=settings.model_copy(update=update))


async def test_fetch_keep_and_tell(
    api: Api, rows: Rows, context: TaskContext, settings: Settings, source: Source
) -> None:
    assert (await api.get("/release-cycle")).status_code == 404
    source.headers = {"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 00:00:00 GMT"}
    task = pointed(context, settings, source)
    assert await fetch_release_cycle(task) == "3 branches, changed"
    found = await api.read("/release-cycle")
    cycle = ReleaseCycle.model_validate(found)
    assert [branch.series for branch in cycle.branches] == ["3.15", "3.10", "3.9"]
    assert cycle.fetched is not None
    assert found == cycle.model_dump(mode="json")
    told = await rows.events()
    assert [event["subject"] for event in told] == ["downloads.release_cycle.updated"]
    assert told[0]["data"]["release_cycle"] == found
    assert (told[0]["aggregate_id"], told[0]["aggregate_version"]) == ("1", 1)
    assert len(await rows.audit()) == 1

    # The same again, however the source says so, is no event.
    assert await fetch_release_cycle(task) == "3 branches, not changed"
    assert source.asked[-1]["if-none-match"] == '"v1"'
    assert source.asked[-1]["if-modified-since"] == "mon, 23 nov 2026 00:00:00 gmt"
    source.status, source.body = "304 Not Modified", b""
    assert await fetch_release_cycle(task) == "not changed since it was last read"
    assert (await api.read("/release-cycle"))["fetched"] > found["fetched"]
    assert len(await rows.events()) == 1
    assert len(await rows.audit()) == 1

    source.status = "200 OK"
    source.body = json.dumps({**CYCLE, "3.10": {**BRANCH, "status": "end-of-life"}}).encode()
    assert await fetch_release_cycle(task) == "3 branches, changed"
    last = (await rows.events())[-1]
    assert last["aggregate_version"] > 1
    assert last["data"]["release_cycle"]["branches"][1]["status"] == "end-of-life"
    entry = (await rows.audit())[-1]
    assert set(entry["after"]) == {"3.10"}


async def test_whatever_goes_wrong_the_last_good_one_stays(
    api: Api, rows: Rows, context: TaskContext, settings: Settings, source: Source
) -> None:
    good = pointed(context, settings, source)
    await fetch_release_cycle(good)
    kept, events = await api.read("/release-cycle"), await rows.last()
    fine = source.body
    for status, body, hang, more in (
        ("500 Internal Server Error", fine, False, {}),
        ("404 Not Found", b"no", False, {}),
        ("301 Moved", b"", False, {}),
        ("200 OK", b"", False, {}),
        ("200 OK", b"<html>", False, {}),
        ("200 OK", b"[]", False, {}),
        ("200 OK", b"{}", False, {}),
        ("200 OK", b"[" * 100_000, False, {}),
        ("200 OK", fine[:100], False, {}),
        ("200 OK", json.dumps({"3.15": {**BRANCH, "status": "odd"}}).encode(), False, {}),
        ("200 OK", json.dumps({"<script>": BRANCH}).encode(), False, {}),
        ("200 OK", fine + b" " * 3000, False, {"release_cycle_max_bytes": 2048}),
        ("200 OK", fine[:10], True, {"release_cycle_timeout": 0.2}),
    ):
        source.status, source.body, source.hang = status, body, hang
        said = await fetch_release_cycle(pointed(context, settings, source, **more))
        assert said.startswith("kept what was there: "), (status, body[:40])
        assert await api.read("/release-cycle") == kept
    unreachable = replace(source, url="http://127.0.0.1:1/x")
    said = await fetch_release_cycle(pointed(context, settings, unreachable))
    assert said.startswith("kept what was there: ")
    assert await rows.last() == events


async def test_no_source(context: TaskContext, rows: Rows) -> None:
    assert await fetch_release_cycle(context) == "no source is set"
    assert await rows.last() == 0


async def test_a_dry_run_keeps_nothing(
    api: Api, rows: Rows, context: TaskContext, settings: Settings, source: Source
) -> None:
    dry = replace(pointed(context, settings, source), dry_run=True)
    assert await fetch_release_cycle(dry) == "3 branches, changed"
    assert (await api.get("/release-cycle")).status_code == 404
    assert await rows.last() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"first_release": "soon"},
        {"end_of_life": "2031"},
        {"pep": -1},
        {"pep": "x"},
        {"status": None},
        {"branch": 5},
        {"release_manager": "x" * 201},
    ],
)
def test_what_is_no_branch(change: dict[str, Any]) -> None:
    with pytest.raises(CycleError, match=r"not a release cycle: 3\.15"):
        parse(json.dumps({"3.15": {**BRANCH, **change}}).encode())
