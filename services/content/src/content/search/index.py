"""Writing the index: documents in, documents out, in the transaction of whoever says so.

Whoever writes shares a lock, which a rebuild takes for itself for one batch at a time: so a change
is either before a batch, which copies it, or after, when it is written to both generations.
"""

from __future__ import annotations

import typing
from collections.abc import Collection, Iterable, Sequence
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


async def put(session: WriteSession, *documents: Document) -> None:
    """Have these documents found, each in place of the one with its key."""
    generations = await live(session)
    for generation in generations:
        await write(session, generation.number, documents)
    await _tell(session, generations, [document.key for document in documents])


async def remove(session: WriteSession, *keys: str) -> None:
    """Have these documents found no more."""
    generations = await live(session)
    await session.execute(delete(SearchDocument).where(SearchDocument.key.in_(keys)))
    await _tell(session, generations, keys)


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
    session: WriteSession, generation: int, documents: Collection[Document], *, anew: bool = False
) -> None:
    """Write documents to one generation, with their words.

    `anew`: the generation is being filled. What somebody wrote to it meanwhile is newer and stays,
    and words are counted.
    """
    if not documents:
        return
    statement = upsert(_TABLE).values(
        {**{name: bindparam(name) for name in _COLUMNS}, "words": _WORDS, "heading": _HEADING}
    )
    index = [SearchDocument.generation, SearchDocument.key]
    statement = (
        statement.on_conflict_do_nothing(index_elements=index)
        if anew
        else statement.on_conflict_do_update(
            index_elements=index,
            set_={
                name: statement.excluded[name]
                for name in (*_COLUMNS, "words", "heading")
                if name not in {"generation", "key"}
            },
        )
    )
    rows = [_row(generation, document) for document in documents]
    await session.execute(statement, rows)
    await _learn(session, generation, rows, counted=anew)


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


async def _learn(
    session: WriteSession, generation: int, rows: Iterable[dict[str, Any]], *, counted: bool
) -> None:
    counts: dict[str, int] = {}
    for row in rows:
        told = (row["title"], *row["names"], *row["keywords"], row["summary"], row["text"])
        for word in analysis.vocabulary(told):
            counts[word] = counts.get(word, 0) + 1
    if not counts:
        return
    # In the order of the words, so that two who write do not wait for each other.
    # In the order of the words, so that two who write do not wait for each other.
    learned = (
        func.unnest(
            cast(sorted(counts), ARRAY(Text)),
            cast([counts[word] for word in sorted(counts)], ARRAY(Integer)),
        )
        .table_valued("word", "documents")
        .render_derived(name="learned")
    )
    statement = upsert(SearchWord).from_select(
        ["generation", "word", "documents"],
        select(literal(generation), learned.c.word, learned.c.documents),
    )
    index = [SearchWord.generation, SearchWord.word]
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=index,
            set_={"documents": SearchWord.documents + statement.excluded.documents},
        )
        if counted
        else statement.on_conflict_do_nothing(index_elements=index)
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
