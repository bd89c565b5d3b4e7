"""Meilisearch by its protocol: what is sent to it, what is made of its answers, and without it."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar
from pydantic import SecretStr

from content.app import create_app, service
from content.search import index, making, mirror
from content.search.engines import EngineAway, meilisearch
from content.search.engines.meilisearch import Meilisearch
from content.search.sources import fixed
from content.settings import Settings
from content.synonyms import services as synonyms
from contracts.content.synonyms import SynonymGroupInput
from servicekit.access import Principal
from servicekit.testing import Api, Kept, Rows, client_of

from .searching import document, found, put

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory, TokenFactory
    from servicekit.database import Database
    from servicekit.service import TaskContext

KEY = "a key of the server"
TIME = "2026-01-01T00:00:00.000000Z"
HIT = {
    "kind": "release",
    "title": "Python v3x14x1",
    "summary": "",
    "url": "/downloads/release/python-3141/",
    "date": "2025-12-02T12:00:00+00:00",
    "facts": ["Latest"],
    "_formatted": {
        "title": "Python \ue000v3x14x1\ue001",
        "summary": "",
        "text": "…the \ue000v3x14x1\ue001 <b>…",
    },
}


class Server:
    """Speaks the protocol of Meilisearch, and keeps what it was told.

    Tasks succeed at once; a search answers `hits`, whatever is asked.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.keys: set[str | None] = set()
        self.indexes: dict[str, dict[str, Any]] = {}
        self.hits: list[dict[str, Any]] = [HIT]
        self.fails = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Say nothing."""

            def do_GET(self) -> None:
                self._answer()

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - their names there

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = json.loads(self.rfile.read(length)) if length else None
                server.keys.add(self.headers.get("Authorization"))
                status, answer = server.answer(self.command, self.path.split("?")[0], sent)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def answer(self, method: str, path: str, sent: Any) -> tuple[int, Any]:
        self.asked.append((method, path, sent))
        if self.fails:
            error = {"message": "no", "code": "internal", "type": "internal", "link": ""}
            return 500, error
        parts = path.strip("/").split("/")
        if path == "/multi-search":
            counted = {"facetDistribution": {"kind": {"release": 7, "pep": 2, "unknown": 1}}}
            return 200, {"results": [{"hits": self.hits, "totalHits": 9}, counted]}
        if parts[-1] == "search":
            return 200, {"hits": self.hits}
        if parts[0] == "tasks":
            task = {"uid": int(parts[1]), "indexUid": "x", "status": "succeeded", "type": "x"}
            return 200, {**task, "enqueuedAt": TIME, "details": {}, "error": None}
        if path == "/indexes":
            self.indexes[sent["uid"]] = {}
        elif parts[-1] == "documents":
            self.indexes[parts[1]].update({row["id"]: row for row in sent})
        elif parts[-1] == "delete":
            for one in sent["filter"].removeprefix("id IN [").rstrip("]").split(", "):
                self.indexes[parts[1]].pop(one, None)
        elif method == "DELETE":
            self.indexes.pop(parts[1], None)
        made = {"taskUid": len(self.asked), "indexUid": "x", "status": "enqueued", "type": "x"}
        return 202, {**made, "enqueuedAt": TIME}

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def engine(server: Server) -> Meilisearch:
    return Meilisearch(server.url, KEY, 2)


@pytest.fixture
def settings(kept_database: DatabaseFactory, jwks: str, server: Server) -> Settings:
    return Settings(
        environment="test",
        database_url=SecretStr(kept_database("content", service)),
        jwks=jwks,
        role="web",
        meilisearch_url=server.url,
        meilisearch_key=SecretStr(KEY),
    )


@pytest.fixture(scope="module")
async def _kept() -> AsyncIterator[Kept[Settings]]:
    kept: Kept[Settings] = Kept(create_app)
    yield kept
    await kept.close()


@pytest.fixture
async def api(app: Litestar, issue_token: TokenFactory) -> AsyncIterator[Api]:
    async with client_of(app) as client:
        yield Api(client, issue_token, service="content", permissions=())


@pytest.fixture
async def filled(
    context: TaskContext, server: Server, monkeypatch: pytest.MonkeyPatch, database: Database
) -> Server:
    """A server that a rebuild has filled with two documents."""
    monkeypatch.setattr(fixed, "documents", list)
    await put(database, document("a", "Python 3.14.1", date=datetime.now(UTC), ages=True))
    await put(database, document("b", "Other", names=("PEP 8",), keywords=("style",)))
    await write(database, "macOS", "mac", "osx")
    said = await service.task("search-rebuild").run(context)
    assert "indexed anew" in said
    server.asked.clear()
    return server


async def write(database: Database, *words: str) -> None:
    """Add a group of synonyms."""
    async with database.write() as session:
        caller = Principal(subject="user:7")
        await synonyms.create(session, SynonymGroupInput(words=list(words)), caller)


async def test_a_rebuild_fills_an_index_and_goes_over_to_it(
    filled: Server, context: TaskContext, rows: Rows
) -> None:
    number = await rows.one("SELECT number FROM search_generation WHERE active AND mirrored")
    assert list(filled.indexes) == [f"pydotorg-{number}"]
    row = filled.indexes[f"pydotorg-{number}"]["test_3a_thing_3a_a"]
    assert row["title"] == "Python v3x14x1"
    assert row["spellings"] == ["v3x14x1"]
    assert row["wanted"] == pytest.approx(1.2)
    assert filled.keys == {f"Bearer {KEY}"}
    assert await rows.one("SELECT count(*) FROM search_push") == 0

    await service.task("search-rebuild").run(context)
    after = await rows.one("SELECT number FROM search_generation WHERE active AND mirrored")
    assert after > number
    assert list(filled.indexes) == [f"pydotorg-{after}"]
    assert filled.asked[0][:2] == ("POST", "/indexes")
    [settings] = [sent for method, path, sent in filled.asked if path.endswith("/settings")]
    assert settings["filterableAttributes"] == ["kind", "id"]
    assert settings["synonyms"]["mac"] == ["macos", "osx"]
    assert settings["searchableAttributes"][0] == "spellings"


async def test_what_is_asked_and_answered(filled: Server, api: Api) -> None:
    answer = await api.read("/search", params={"q": "Python 3.14.1 pep 8", "type": "release"})
    [(method, path, sent)] = filled.asked
    assert (method, path) == ("POST", "/multi-search")
    hits, counts = sent["queries"]
    assert hits["q"] == counts["q"] == '"v3x14x1" pep "pep8"'
    assert hits["filter"] == 'kind = "release"'
    assert "filter" not in counts
    assert answer["total"] == 9
    assert [(one["kind"], one["count"]) for one in answer["kinds"]] == [("release", 7), ("pep", 2)]
    [item] = answer["items"]
    assert item["title"] == "Python 3.14.1"
    assert item["title_html"] == "Python <mark>3.14.1</mark>"
    assert item["snippet_html"] == "…the <mark>3.14.1</mark> &lt;b&gt;…"
    assert item["date"] == "2025-12-02T12:00:00Z"
    suggested = await api.read("/search/suggestions", params={"q": "pyth"})
    assert [one["text"] for one in suggested["items"]] == ["Python 3.14.1"]


async def test_changes_are_told(
    filled: Server, database: Database, engine: Meilisearch, rows: Rows
) -> None:
    await put(database, document("a", "Changed"), document("c", "Added"))
    assert await rows.one("SELECT count(*) FROM search_push") == 2
    assert await mirror.push(database, engine) == 2
    [told] = filled.indexes.values()
    assert {row["title"] for row in told.values()} == {"Changed", "Added", "Other"}

    async with database.write() as session:
        await index.remove(session, "test:thing:a")
    assert await mirror.push(database, engine) == 1
    assert {row["title"] for row in told.values()} == {"Added", "Other"}
    assert await mirror.push(database, engine) == 0


async def test_it_is_told_of_synonyms(
    filled: Server, database: Database, engine: Meilisearch
) -> None:
    await write(database, "C++", "see plus plus")
    assert await mirror.push(database, engine) == 1
    [told] = [sent for _, path, sent in filled.asked if path.endswith("/settings/synonyms")]
    assert told["cplusplus"] == ["see plus plus"]
    assert told["osx"] == ["macos", "mac"]


async def test_nothing_is_lost_while_it_is_away(
    filled: Server, database: Database, engine: Meilisearch, rows: Rows, api: Api
) -> None:
    filled.fails = True
    await put(database, document("c", "Added meanwhile"))
    with pytest.raises(EngineAway):
        await mirror.push(database, engine)
    assert await rows.one("SELECT count(*) FROM search_push") == 1
    # The database answers in its place, and it is not asked again for a moment.
    before = len(filled.asked)
    assert await found(api, "meanwhile") == ["Added meanwhile"]
    assert await found(api, "meanwhile") == ["Added meanwhile"]
    assert len(filled.asked) == before + 1
    filled.fails = False
    engine = Meilisearch(filled.url, KEY, 2)
    assert await mirror.push(database, engine) == 1


async def test_before_it_was_filled_the_database_answers(
    server: Server, api: Api, database: Database
) -> None:
    await put(database, document("a", "A thing"))
    assert await found(api, "thing") == ["A thing"]
    assert server.asked == []


async def test_a_rebuild_without_it_leaves_what_is_searched(
    context: TaskContext, server: Server, database: Database, rows: Rows
) -> None:
    await put(database, document("a", "A thing"))
    before = await rows.one("SELECT number FROM search_generation WHERE active")
    server.fails = True
    said = await service.task("search-rebuild").run(context)
    assert "what was searched before still is" in said
    assert await rows.one("SELECT number FROM search_generation WHERE active") == before


def test_documents_age_and_ids_are_their_own() -> None:
    now = datetime.now(UTC)
    old = replace(document("a", "A", ages=True), date=now - timedelta(days=1000), boost=2.0)
    assert meilisearch.row_of(old, now)["wanted"] == pytest.approx(1.6)
    keys = ("a:b", "a_3a_b", "a/b", "fixed:section:/downloads/", "ä")
    ids = {meilisearch.id_of(key) for key in keys}
    assert len(ids) == len(keys)
    assert all(one.replace("_", "").replace("-", "").isalnum() and one.isascii() for one in ids)


def test_the_same_settings_are_the_same_engine(settings: Settings) -> None:
    assert making.meilisearch_of(settings) is making.meilisearch_of(settings)
