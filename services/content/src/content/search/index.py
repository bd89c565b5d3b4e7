"""Writing the index: documents in, documents out, in the transaction of whoever says so.

Whoever writes shares a lock, which a rebuild takes for itself for one batch at a time: so a change
is either before a batch, which copies it, or after, when it is written to both generations.
"""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from content.search import analysis
from content.search.documents import MAX_TEXT, Document
from content.search.models import SearchDocument, SearchGeneration, SearchPush, SearchWord
from servicekit.database import WriteSession

#: Advisory locks of the database: writers of documents, and whoever tells Meilisearch.
WRITING: Final = 0x5EA2_0001
MIRRORING: Final = 0x5EA2_0002
#: In place of the key of a document: the settings of a generation changed.
SETTINGS: Final = ""

_TABLE: Final = typing.cast("Table", SearchDocument.__table__)

ENGLISH: Final[ColumnElement[Any]] = literal_column("'english'::regconfig")
SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")


def _vector(config: ColumnElement[Any], name: str, weight: str) -> ColumnElement[Any]:
    return func.setweight(
        func.to_tsvector(config, bindparam(name)), literal_column(f"'{weight}'::\"char\"")
    )


#: Titles are there as they are written, too: a question may be made of words such as "about".
_WORDS: Final = (
    _vector(ENGLISH, "in_title", "A")
    .op("||")(_vector(SIMPLE, "in_title", "A"))
    .op("||")(_vector(ENGLISH, "in_keywords", "B"))
    .op("||")(_vector(ENGLISH, "in_summary", "C"))
    .op("||")(_vector(ENGLISH, "in_text", "D"))
)
_HEADING: Final = func.ts_filter(_WORDS, literal_column("'{a,b,c}'::\"char\"[]"))
_COLUMNS: Final = (
    *("generation", "key", "kind", "title", "url", "names", "keywords", "summary", "text"),
    *("facts", "date", "boost", "ages", "spellings"),
)


#: What of a document its words are learned from.
_TOLD: Final = ("title", "names", "keywords", "summary", "text")
_INSERT: Final = upsert(_TABLE).values(
    {**{name: bindparam(name) for name in _COLUMNS}, "words": _WORDS, "heading": _HEADING}
)
#: Writes a document in place of the one with its key.
_WRITE: Final = _INSERT.on_conflict_do_update(
    index_elements=[SearchDocument.generation, SearchDocument.key],
    set_={
        name: _INSERT.excluded[name]
        for name in (*_COLUMNS, "words", "heading")
        if name not in {"generation", "key"}
    },
)


async def put(session: WriteSession, *documents: Document) -> None:
    """Have these documents found, each in place of the one with its key."""
    generations = await live(session)
    for generation in generations:
        await write(session, generation.number, documents)
    await _tell(session, generations, [document.key for document in documents])


async def remove(session: WriteSession, *keys: str) -> None:
    """Have these documents found no more."""
    generations = await live(session)
    for generation in generations:
        gone = await _words_of(session, generation.number, keys)
        await session.execute(
            delete(SearchDocument).where(
                SearchDocument.generation == generation.number, SearchDocument.key.in_(keys)
            )
        )
        await _learn(session, generation.number, {word: -many for word, many in gone.items()})
    await _tell(session, generations, keys)


async def tell_settings(session: WriteSession) -> None:
    """Have Meilisearch told anew which words stand for each other, where it has a generation."""
    await _tell(session, await live(session), [SETTINGS])


async def live(session: WriteSession) -> Sequence[SearchGeneration]:
    """Return the generations that a change is written to; the first there is is made here.

    Until the commit no batch of a rebuild runs.
    """
    await session.execute(select(func.pg_advisory_xact_lock_shared(WRITING)))
    await session.execute(
        upsert(SearchGeneration).values(active=True, mirrored=False).on_conflict_do_nothing()
    )
    found = await session.scalars(select(SearchGeneration).order_by(SearchGeneration.number))
    return found.all()


async def write(
    session: WriteSession, generation: int, documents: Iterable[Document], *, anew: bool = False
) -> None:
    """Write documents to one generation, with their words.

    `anew`: the generation is being filled, and nobody else writes to it before the commit. What
    somebody wrote to it meanwhile is newer and stays.
    """
    rows = [_row(generation, document) for document in documents]
    keys = [row["key"] for row in rows]
    if anew:
        newer = await session.scalars(
            select(SearchDocument.key).where(
                SearchDocument.generation == generation, SearchDocument.key.in_(keys)
            )
        )
        there = set(newer)
        rows = [row for row in rows if row["key"] not in there]
    if not rows:
        return
    counts = Counter(word for row in rows for word in _vocabulary(row))
    if not anew:
        counts.subtract(await _words_of(session, generation, keys))
    await session.execute(_WRITE, rows)
    await _learn(session, generation, counts)


def _row(generation: int, document: Document) -> dict[str, Any]:
    title, names = analysis.cleaned(document.title), list(document.names)
    summary = analysis.cleaned(document.summary)
    text = analysis.cleaned(document.text)[:MAX_TEXT]
    spellings = dict.fromkeys(analysis.question(name) for name in (title, *names))
    return {
        "generation": generation,
        "key": document.key,
        "kind": document.kind,
        "title": analysis.versions_marked(title),
        "url": document.url,
        "names": names,
        "keywords": list(document.keywords),
        "summary": analysis.versions_marked(summary),
        "text": analysis.versions_marked(text),
        "facts": list(document.facts),
        "date": document.date,
        "boost": document.boost,
        "ages": document.ages,
        "spellings": list(spellings),
        "in_title": analysis.spelt(" . ".join((title, *names))),
        "in_keywords": analysis.spelt(" . ".join(document.keywords)),
        "in_summary": analysis.spelt(summary),
        "in_text": analysis.spelt(text),
    }


def _vocabulary(row: Mapping[str, Any]) -> frozenset[str]:
    """Return the words of a row that misspelt ones are compared with."""
    return analysis.vocabulary(
        (row["title"], *row["names"], *row["keywords"], row["summary"], row["text"])
    )


async def _words_of(session: WriteSession, generation: int, keys: Collection[str]) -> Counter[str]:
    """Return the words of documents as they are, and in how many of these each is.

    Until the commit nobody else changes the documents.
    """
    found = await session.execute(
        select(*(getattr(SearchDocument, name) for name in _TOLD))
        .where(SearchDocument.generation == generation, SearchDocument.key.in_(keys))
        .order_by(SearchDocument.key)
        .with_for_update()
    )
    return Counter(word for row in found.mappings() for word in _vocabulary(dict(row)))


async def _learn(session: WriteSession, generation: int, counts: Mapping[str, int]) -> None:
    """Count words in so many documents more, or less; a word that none has is forgotten."""
    # In the order of the words, so that two who write do not wait for each other.
    changed = sorted(word for word, many in counts.items() if many)
    if not changed:
        return
    learned = (
        func.unnest(
            cast(changed, ARRAY(Text)), cast([counts[word] for word in changed], ARRAY(Integer))
        )
        .table_valued("word", "documents")
        .render_derived(name="learned")
    )
    statement = upsert(SearchWord).from_select(
        ["generation", "word", "documents"],
        select(literal(generation), learned.c.word, learned.c.documents),
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[SearchWord.generation, SearchWord.word],
            set_={"documents": SearchWord.documents + statement.excluded.documents},
        )
    )
    if fewer := [word for word in changed if counts[word] < 0]:
        await session.execute(
            delete(SearchWord).where(
                SearchWord.generation == generation,
                SearchWord.word.in_(fewer),
                SearchWord.documents <= 0,
            )
        )


async def _tell(
    session: WriteSession, generations: Iterable[SearchGeneration], keys: Iterable[str]
) -> None:
    """Note what Meilisearch has to be told, where it has a generation."""
    pushes = [
        {"generation": generation.number, "key": key}
        for generation in generations
        if generation.mirrored
        for key in keys
    ]
    if pushes:
        await session.execute(insert(SearchPush), pushes)
