"""Words that may have been meant: misspelt ones are compared with those that documents have.

PostgreSQL finds words that share some of their trigrams, and of these the one counts that is the
fewest slips away: a letter too many, too few, another one, or two in the wrong order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text as sql

from content.search import analysis
from servicekit.database import ReadSession

#: Two letters in the wrong order leave few trigrams of a short word.
_THRESHOLD: Final = "0.2"
_SHORTEST: Final = 4
_CANDIDATES: Final = 40
#: A word that is known is doubted where a near one is in so many times more documents.
_RARER: Final = 30

_NEAR: Final = sql("""
SELECT typed.word AS typed, coalesce(known.documents, 0) AS known, near.word, near.documents
FROM unnest(CAST(:words AS text[])) AS typed (word)
LEFT JOIN search_word AS known
    ON known.word = typed.word
    AND known.generation = (SELECT number FROM search_generation WHERE active)
CROSS JOIN LATERAL (
    SELECT word, documents
    FROM search_word
    WHERE generation = (SELECT number FROM search_generation WHERE active)
        AND word % typed.word AND word <> typed.word
    ORDER BY similarity(word, typed.word) DESC, documents DESC
    LIMIT :candidates
) AS near
""")


async def corrected(session: ReadSession, text: str, *, doubting: bool = False) -> str:
    """Return a question with words that are known in place of those that are not.

    Empty where there is nothing to set right. `doubting`: known words that are rare, beside one
    that is frequent, count as not known.
    """
    typed = [word for word in analysis.vocabulary([text]) if len(word) >= _SHORTEST]
    if not typed:
        return ""
    await session.execute(
        sql("SELECT set_config('pg_trgm.similarity_threshold', :threshold, true)"),
        {"threshold": _THRESHOLD},
    )
    rows = await session.execute(_NEAR, {"words": sorted(typed), "candidates": _CANDIDATES})
    best: dict[str, tuple[int, int, str]] = {}
    for row in rows:
        if row.known and not (doubting and row.known * _RARER < row.documents):
            continue
        away = slips(row.typed, row.word, most=1 if len(row.typed) < 6 else 2)
        if away is not None:
            rank = (away, -row.documents, row.word)
            best[row.typed] = min(best.get(row.typed, rank), rank)
    if not best:
        return ""
    said = analysis.plain(text)
    for word, (_, _, meant) in best.items():
        said = re.sub(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", meant, said)
    return said


def slips(one: str, other: str, *, most: int) -> int | None:
    """Return how many slips of the finger are between two words; None where more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: Sequence[int] = ()
    last: list[int] = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= most else None
