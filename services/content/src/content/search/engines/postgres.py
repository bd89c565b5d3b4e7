"""The engine that is always there: full text search of PostgreSQL, with trigrams for slips.

A question is asked as it is; where nothing has all of its words, again with the words that may have
been meant (content.search.words), and then for what has at least one of them. What is found is
ordered by how much of it is in titles, by names that are just what was typed, and by boost and age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import text as sql
from sqlalchemy.engine import Row

from content.search import analysis, words
from content.search.engines import AGES, BEGIN, END, OLD, Asked, Found, Hit
from content.synonyms import queries as synonyms
from servicekit.database import ReadSession

_ACTIVE: Final = "(SELECT number FROM search_generation WHERE active)"
_WANTED: Final = (
    "boost * CASE WHEN NOT ages THEN 1 "
    + " ".join(f"WHEN date > now() - interval '{days} days' THEN {factor}" for days, factor in AGES)
    + f" ELSE {OLD} END"
)
#: Of body, summary, keywords and title, in this order.
_WEIGHTS: Final = "{0.02, 0.1, 0.4, 1.0}"
_MARKS: Final = f'StartSel="{BEGIN}", StopSel="{END}"'
#: What a title is worth that has all that was asked for.
_WHOLE: Final = 0.3
#: Snippets are looked for in the beginning of a text.
_LOOKED: Final = 6000

#: Ranked with their texts are so many of what has been found, the best by title and summary.
_NEAR: Final = 200

_SEARCH: Final = sql(f"""
WITH exact AS MATERIALIZED (
    SELECT key FROM search_document
    WHERE generation = {_ACTIVE} AND spellings @> ARRAY[CAST(:typed AS text)]
), found AS MATERIALIZED (
    SELECT key, kind, date, {_WANTED} AS wanted,
        ts_rank('{_WEIGHTS}', heading, CAST(:question AS tsquery))
        + CASE WHEN key IN (SELECT key FROM exact) THEN 2 ELSE 0.01 END AS rough
    FROM search_document
    WHERE generation = {_ACTIVE} AND words @@ CAST(:question AS tsquery)
), counts AS (
    SELECT coalesce(jsonb_object_agg(kind, number), '{{}}'::jsonb) AS counts
    FROM (SELECT kind, count(*) AS number FROM found GROUP BY kind) AS each
), near AS (
    SELECT key, date, wanted
    FROM found
    WHERE :kind = '' OR kind = :kind
    ORDER BY rough * wanted DESC, date DESC NULLS LAST, key
    LIMIT :near
), page AS (
    SELECT near.key, near.date, near.wanted * (
        ts_rank('{_WEIGHTS}', words, CAST(:question AS tsquery))
        + CASE WHEN near.key IN (SELECT key FROM exact) THEN 2
            WHEN ts_filter(heading, '{{a}}') @@ CAST(:question AS tsquery) THEN {_WHOLE}
            ELSE 0 END
    ) AS score
    FROM near JOIN search_document AS document
        ON document.key = near.key AND document.generation = {_ACTIVE}
    ORDER BY score DESC, date DESC NULLS LAST, key
    LIMIT :size OFFSET :skipped
)
SELECT counts.counts, shown.*
FROM counts LEFT JOIN LATERAL (
    SELECT page.score, document.key, kind, title, url, facts, document.date,
        ts_headline('english', title, CAST(:question AS tsquery), :marks_title) AS marked,
        ts_headline(
            'english', concat_ws(' ', nullif(summary, ''), left(text, {_LOOKED})),
            CAST(:question AS tsquery), :marks_text
        ) AS snippet
    FROM page JOIN search_document AS document
        ON document.key = page.key AND document.generation = {_ACTIVE}
) AS shown ON true
ORDER BY shown.score DESC, shown.date DESC NULLS LAST, shown.key
""")  # noqa: S608 - constants
_MARKS_TITLE: Final = f"{_MARKS}, HighlightAll=true"
_MARKS_TEXT: Final = f'{_MARKS}, MaxWords=32, MinWords=16, MaxFragments=2, FragmentDelimiter=" … "'

_SUGGEST: Final = sql(f"""
SELECT kind, title, url, facts, date, title AS marked, summary AS snippet
FROM search_document
WHERE generation = {_ACTIVE} AND heading @@ CAST(:beginning AS tsquery)
ORDER BY {_WANTED} + CASE
        WHEN starts_with(lower(title), :typed) OR starts_with(lower(title), 'python ' || :typed)
        THEN 2 ELSE 0 END DESC,
    date DESC NULLS LAST, length(title), key
LIMIT :most
""")  # noqa: S608 - constants


class Postgres:
    """Finds documents in the database of the service."""

    async def search(self, session: ReadSession, asked: Asked) -> Found:
        """Return one page of what has the words of a question."""
        question = await _question(session, asked.text)
        found = await _run(session, asked, question)
        if sum(found.counts.values()) > 3:
            return found
        said = await words.corrected(session, asked.text, doubting=bool(found.counts))
        if said:
            meant = await _question(session, said)
            better = await _run(session, replace(asked, text=said), meant)
            if found.counts:
                return replace(found, near=said if better.counts else "")
            if better.counts:
                return replace(better, corrected=said)
        if found.counts or "!" in question or "&" not in question:
            return found
        some = await _run(session, asked, question.replace("&", "|"))
        return replace(some, loose=bool(some.counts))

    async def suggest(self, session: ReadSession, text: str, limit: int) -> Sequence[Hit]:
        """Return what may be meant by the beginning of a question, by its title."""
        found = await _suggest(session, text, limit)
        if not found and (said := await words.corrected(session, text)):
            found = await _suggest(session, said, limit)
        return found


async def _question(session: ReadSession, text: str) -> str:
    """Return the tsquery of a question as text, with synonyms.

    One that is made of words such as "about" alone is looked for in titles as it is.
    """
    typed = analysis.question(text)
    parts = "websearch_to_tsquery('english', :typed)"
    values: dict[str, Any] = {"typed": typed}
    known = await synonyms.others(session, analysis.phrases(analysis.words_of(typed)))
    for number, (phrase, others) in enumerate(known.items()):
        values[f"w{number}"] = phrase
        alternatives = [f"plainto_tsquery('english', :w{number})"]
        for at, other in enumerate(others):
            values[f"w{number}_{at}"] = other
            alternatives.append(f"phraseto_tsquery('english', :w{number}_{at})")
        either = " || ".join(alternatives)
        parts = f"ts_rewrite({parts}, plainto_tsquery('english', :w{number}), {either})"
    statement = sql(
        f"SELECT CAST(coalesce(nullif({parts}, ''::tsquery), "
        "websearch_to_tsquery('simple', :typed)) AS text)"
    )
    question: str = (await session.execute(statement, values)).scalar_one()
    return question


async def _run(session: ReadSession, asked: Asked, question: str) -> Found:
    """Return one page of what a tsquery matches."""
    rows = (
        await session.execute(
            _SEARCH,
            {
                "question": question,
                "typed": analysis.question(asked.text),
                "kind": asked.kind,
                "size": asked.size,
                "skipped": (asked.page - 1) * asked.size,
                "near": max(_NEAR, asked.page * asked.size),
                "marks_title": _MARKS_TITLE,
                "marks_text": _MARKS_TEXT,
            },
        )
    ).all()
    counts: dict[str, int] = rows[0].counts
    total = counts.get(asked.kind, 0) if asked.kind else sum(counts.values())
    hits = [_hit(row) for row in rows if row.key is not None]
    return Found(hits=hits, total=total, counts=counts)


async def _suggest(session: ReadSession, text: str, limit: int) -> Sequence[Hit]:
    said = analysis.words_of(analysis.question(text))
    if not said:
        return []
    # Titles are weight A. The last word may go on.
    beginning = " & ".join([*(f"'{word}':A" for word in said[:-1]), f"'{said[-1]}':*A"])
    values = {"beginning": beginning, "typed": " ".join(said), "most": limit}
    return [_hit(row) for row in await session.execute(_SUGGEST, values)]


def _hit(row: Row[Any]) -> Hit:
    shown = analysis.versions_shown
    return Hit(
        kind=row.kind,
        title=shown(row.title),
        marked=shown(row.marked),
        snippet=shown(row.snippet),
        url=row.url,
        date=row.date,
        facts=row.facts,
    )
