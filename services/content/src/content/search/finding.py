"""What the routes of the search answer, whichever engine found it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import structlog

from content.search import analysis
from content.search.documents import KINDS, label_of
from content.search.engines import BEGIN, END, Asked, Engine, EngineAway, Found, Hit
from contracts.content.search import (
    SearchKind,
    SearchResult,
    SearchResults,
    Suggestion,
    Suggestions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicekit.database import ReadSession

#: Suggestions at most.
SUGGESTED: Final = 8

_log: Final = structlog.get_logger(__name__)


class Finder:
    """Asks the first engine that answers. The last of them is the database itself."""

    def __init__(self, *engines: Engine) -> None:
        self._engines = engines

    async def search(self, session: ReadSession, asked: Asked) -> SearchResults:
        """Return one page of results; nothing where nothing is asked."""
        if not analysis.question(asked.text):
            return _results(asked, Found(hits=[], total=0, counts={}))
        for engine in self._engines[:-1]:
            try:
                return _results(asked, await engine.search(session, asked))
            except EngineAway as error:
                _log.warning("search.engine.away", reason=str(error))
        return _results(asked, await self._engines[-1].search(session, asked))

    async def suggest(self, session: ReadSession, text: str) -> Suggestions:
        """Return what may be meant by the beginning of a question."""
        return Suggestions(
            query=text, items=[_suggestion(hit) for hit in await self._suggested(session, text)]
        )

    async def _suggested(self, session: ReadSession, text: str) -> Sequence[Hit]:
        if len(text) < 2:
            return []
        for engine in self._engines[:-1]:
            try:
                return await engine.suggest(session, text, SUGGESTED)
            except EngineAway as error:
                _log.warning("search.engine.away", reason=str(error))
        return await self._engines[-1].suggest(session, text, SUGGESTED)


def marked(text: str) -> str:
    """Return plain text as safe HTML, with `<mark>` around the words that were looked for."""
    return html.escape(text).replace(BEGIN, "<mark>").replace(END, "</mark>")


def _results(asked: Asked, found: Found) -> SearchResults:
    return SearchResults(
        query=asked.text,
        searched=found.corrected or asked.text,
        did_you_mean=found.corrected or found.near,
        loose=found.loose,
        total=found.total,
        page=asked.page,
        size=asked.size,
        kinds=[
            SearchKind(kind=kind, label=many, count=found.counts[kind])
            for kind, (many, _) in KINDS.items()
            if kind in found.counts
        ],
        items=[_result(hit) for hit in found.hits],
    )


def _result(hit: Hit) -> SearchResult:
    return SearchResult(
        kind=hit.kind,
        label=label_of(hit.kind),
        title=hit.title,
        title_html=marked(hit.marked),
        snippet_html=marked(hit.snippet),
        url=hit.url,
        date=hit.date,
        facts=list(hit.facts),
    )


def _suggestion(hit: Hit) -> Suggestion:
    return Suggestion(text=hit.title, kind=hit.kind, label=label_of(hit.kind), url=hit.url)
