"""Meilisearch, where one is configured: what the database has, found with its own tolerance.

Each generation of documents is an index of its own, so readers go over to a new one with the
database. The client is Meilisearch's own; it waits for its server, so it is called in a thread.
After a failure it is left alone for a moment, and the database answers.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import meilisearch
from meilisearch.errors import MeilisearchError
from opentelemetry.trace import SpanKind
from sqlalchemy import select

from content.search import analysis
from content.search.documents import KINDS, Document
from content.search.engines import AGES, BEGIN, END, OLD, Asked, EngineAway, Found, Hit
from content.search.models import SearchGeneration
from servicekit import telemetry
from servicekit.database import ReadSession

#: Seconds for which it is not asked after it did not answer.
_PAUSE: Final = 5.0
#: Milliseconds that one task of the server may take: a batch of documents, settings.
_TASK: Final = 20_000
#: What is compared with a question, the weightiest first.
_SEARCHED: Final = ("spellings", "title", "names", "keywords", "summary", "text")
_SHOWN: Final = ("kind", "title", "summary", "url", "date", "facts")
#: Words in which another digit is another thing.
_EXACT: Final = re.compile(r'(?<!["\w])(v\d+(?:x\d+)*(?:a|b|rc)?\d*|pep\d+)(?!["\w])')


class Meilisearch:
    """Finds documents in a Meilisearch server, and tells it of them."""

    def __init__(self, url: str, key: str | None, timeout: int) -> None:
        self._client = meilisearch.Client(url, key, timeout=timeout)
        self._away_until = 0.0

    async def search(self, session: ReadSession, asked: Asked) -> Found:
        """Return one page of what has the words of a question, or words close to them."""
        uid = await _index_of(session)
        question = _EXACT.sub(r'"\1"', analysis.question(asked.text))
        hits = {
            "indexUid": uid,
            "q": question,
            "page": asked.page,
            "hitsPerPage": asked.size,
            "attributesToRetrieve": list(_SHOWN),
            "attributesToHighlight": ["title", "summary", "text"],
            "attributesToCrop": ["text"],
            "cropLength": 32,
            "cropMarker": "…",
            "highlightPreTag": BEGIN,
            "highlightPostTag": END,
            **({"filter": f'kind = "{asked.kind}"'} if asked.kind else {}),
        }
        # A filter leaves the counts of other kinds out, so they are asked for beside it.
        kinds = {"indexUid": uid, "q": question, "hitsPerPage": 1, "page": 1, "facets": ["kind"]}
        answer = await self._ask("search", lambda: self._client.multi_search([hits, kinds]))
        found, counted = answer["results"]
        counts = {
            kind: number
            for kind, number in counted["facetDistribution"]["kind"].items()
            if kind in KINDS
        }
        return Found(
            hits=[_hit(item) for item in found["hits"]], total=found["totalHits"], counts=counts
        )

    async def suggest(self, session: ReadSession, text: str, limit: int) -> Sequence[Hit]:
        """Return what may be meant by the beginning of a question, by its title."""
        uid = await _index_of(session)
        params = {
            "limit": limit,
            "attributesToSearchOn": ["title", "names"],
            "attributesToRetrieve": list(_SHOWN),
            "matchingStrategy": "all",
        }
        question = analysis.question(text)
        answer = await self._ask(
            "suggest", lambda: self._client.index(uid).search(question, params)
        )
        return [_hit(item) for item in answer["hits"]]

    async def create(self, generation: int, synonyms: Iterable[Sequence[str]]) -> None:
        """Make the index of a generation, empty, with its settings."""
        uid = uid_of(generation)
        settings = settings_of(synonyms)

        def create() -> None:
            client = self._client
            self._done(client.create_index(uid, {"primaryKey": "id"}).task_uid)
            self._done(client.index(uid).update_settings(settings).task_uid)

        await self._ask("create", create)

    async def set_synonyms(self, generation: int, synonyms: Iterable[Sequence[str]]) -> None:
        """Have other words stand for each other in the index of a generation."""
        index, told = self._client.index(uid_of(generation)), synonyms_of(synonyms)
        await self._ask("synonyms", lambda: self._done(index.update_synonyms(told).task_uid))

    async def push(
        self, generation: int, documents: Collection[Document], gone: Collection[str]
    ) -> None:
        """Have documents found, and others no more; returns when the server has done it."""
        index = self._client.index(uid_of(generation))

        def push() -> None:
            if documents:
                rows = [row_of(document) for document in documents]
                self._done(index.add_documents(rows, "id").task_uid)
            if gone:
                ids = ", ".join(id_of(key) for key in gone)
                self._done(index.delete_documents(filter=f"id IN [{ids}]").task_uid)

        await self._ask("push", push)

    async def drop(self, generation: int) -> None:
        """Remove the index of a generation, where there is one."""
        await self._ask("drop", lambda: self._client.delete_index(uid_of(generation)))

    def _done(self, task: int) -> None:
        """Wait for a task of the server; raises MeilisearchError where it failed."""
        result = self._client.wait_for_task(task, timeout_in_ms=_TASK)
        if result.status != "succeeded":
            raise MeilisearchError(f"task {task}: {result.error}")

    async def _ask[T](self, what: str, ask: Callable[[], T]) -> T:
        """Call the client; raises EngineAway where the server does not answer or refuses."""
        if time.monotonic() < self._away_until:
            raise EngineAway("Meilisearch did not answer a moment ago")
        with telemetry.tracer().start_as_current_span(
            f"meilisearch {what}",
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "meilisearch"},
        ):
            try:
                return await asyncio.to_thread(ask)
            except (MeilisearchError, KeyError, ValueError) as error:
                self._away_until = time.monotonic() + _PAUSE
                raise EngineAway(f"Meilisearch: {error}") from error


def settings_of(synonyms: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Return the settings of an index; `synonyms` are groups of words as they are searched."""
    return {
        "searchableAttributes": list(_SEARCHED),
        "displayedAttributes": [*_SHOWN, "text"],
        "filterableAttributes": ["kind", "id"],
        "sortableAttributes": ["wanted", "day"],
        "rankingRules": [
            *("words", "typo", "attribute", "wanted:desc", "proximity", "exactness"),
            "day:desc",
        ],
        "typoTolerance": {
            "enabled": True,
            "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8},
        },
        "synonyms": synonyms_of(synonyms),
    }


def synonyms_of(groups: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """Return what stands for each word, as the server is told it."""
    told: dict[str, list[str]] = {}
    for group in groups:
        for word in group:
            told.setdefault(word, []).extend(other for other in group if other != word)
    return told


def uid_of(generation: int) -> str:
    """Return the name of the index of a generation."""
    return f"pydotorg-{generation}"


def id_of(key: str) -> str:
    """Return the id of a document: letters, digits, - and _ only, and never that of another."""
    return re.sub(r"[^A-Za-z0-9-]", lambda match: f"_{ord(match[0]):x}_", key)


def row_of(document: Document, now: datetime | None = None) -> dict[str, Any]:
    """Return a document as the server keeps it. It ages here, until the next rebuild."""
    date = document.date
    wanted = document.boost
    if document.ages and date is not None:
        days = ((now or datetime.now(UTC)) - date).days
        wanted *= next((factor for most, factor in AGES if days < most), OLD)
    marked = analysis.versions_marked
    return {
        "id": id_of(document.key),
        "kind": document.kind,
        "title": marked(document.title),
        "spellings": [analysis.question(name) for name in (document.title, *document.names)],
        "names": list(document.names),
        "keywords": [analysis.spelt(word) for word in document.keywords],
        "summary": marked(document.summary),
        "text": marked(document.text),
        "url": document.url,
        "facts": list(document.facts),
        "date": date.isoformat() if date else None,
        "day": int(date.timestamp()) if date else 0,
        "wanted": wanted,
    }


async def _index_of(session: ReadSession) -> str:
    """Return the index of the generation that is searched."""
    number = await session.scalar(
        select(SearchGeneration.number).where(SearchGeneration.active, SearchGeneration.mirrored)
    )
    if number is None:
        raise EngineAway("Meilisearch has no documents yet: run search-rebuild")
    return uid_of(number)


def _hit(item: Mapping[str, Any]) -> Hit:
    shown = analysis.versions_shown
    formatted = item.get("_formatted", item)
    text = formatted.get("text", "")
    return Hit(
        kind=item["kind"],
        title=shown(item["title"]),
        marked=shown(formatted["title"]),
        snippet=shown(text if BEGIN in text else formatted["summary"] or text),
        url=item["url"],
        date=datetime.fromisoformat(item["date"]) if item["date"] else None,
        facts=item["facts"],
    )
