"""Keeping the counts of visible jobs: with each change, in its transaction.

A job counts while it is approved. One whose end has come counts until the worker made it expired,
which takes a minute at most. What has had a job keeps its row, with a count of none: so a place
that the board knows is told from one that nobody ever named.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jobs.jobs.models import BoardCount, Job
from servicekit.database import WriteSession

type Keys = dict[tuple[str, str], dict[str, str]]
"""What a job counts for: kind and key, with what names it."""

_PLACE: Final = ("city", "region", "country", "country_slug")


def keys_of(row: Job) -> Keys:
    """Return what a job counts for now: nothing unless it is approved."""
    if row.state != "approved":
        return {}
    place = {name: getattr(row, name) for name in _PLACE}
    country = {"country": row.country, "country_slug": row.country_slug}
    found: Keys = {
        ("all", ""): {},
        ("category", str(row.category_id)): {},
        ("country", row.country_slug): country,
        ("location", row.location_slug): place,
    }
    found |= {("type", str(number)): {} for number in row.type_ids}
    found |= {(name, ""): {} for name in ("remote", "featured") if getattr(row, name)}
    return found


async def shift(session: WriteSession, before: Keys, after: Keys) -> None:
    """Count a job for what it is after a change, and no longer for what it was before.

    Rows are taken in one order, so that no two changes wait for each other.
    """
    difference = Counter(after.keys())
    difference.subtract(before.keys())
    for kind, key in sorted(key for key, by in difference.items() if by):
        by = difference[kind, key]
        if by > 0:
            named = after[kind, key]
            statement = upsert(BoardCount).values(kind=kind, key=key, jobs=by, **named)
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[BoardCount.kind, BoardCount.key],
                    set_={"jobs": BoardCount.jobs + by, **named},
                )
            )
            continue
        await session.execute(
            update(BoardCount)
            .where(BoardCount.kind == kind, BoardCount.key == key)
            .values(jobs=BoardCount.jobs + by)
        )


#: What reviewers took off the board names no place that is kept.
_RECOUNT: Final = """
WITH listed AS (
    SELECT state, city, region, country, country_slug, location_slug FROM job
    WHERE state IN ('approved', 'archived', 'expired') OR (state = 'removed'
        AND state_by = 'poster' AND published IS NOT NULL)
)
INSERT INTO board_count (kind, key, jobs, city, region, country, country_slug)
SELECT 'all', '', count(*), '', '', '', '' FROM job WHERE state = 'approved'
UNION ALL
SELECT 'remote', '', count(*), '', '', '', '' FROM job WHERE state = 'approved' AND remote
UNION ALL
SELECT 'featured', '', count(*), '', '', '', '' FROM job WHERE state = 'approved' AND featured
UNION ALL
SELECT 'category', category_id::text, count(*), '', '', '', ''
FROM job WHERE state = 'approved' GROUP BY category_id
UNION ALL
SELECT 'type', type_id::text, count(*), '', '', '', ''
FROM job, unnest(type_ids) AS type_id WHERE state = 'approved' GROUP BY type_id
UNION ALL
SELECT 'country', country_slug, count(*) FILTER (WHERE state = 'approved'), '', '',
    max(country), country_slug
FROM listed GROUP BY country_slug
UNION ALL
SELECT 'location', location_slug, count(*) FILTER (WHERE state = 'approved'),
    max(city), max(region), max(country), max(country_slug)
FROM listed GROUP BY location_slug
"""


async def recount(session: WriteSession) -> None:
    """Count everything anew; changes of jobs wait meanwhile, and are waited for."""
    await session.execute(text("LOCK TABLE job IN SHARE MODE"))
    await session.execute(delete(BoardCount))
    await session.execute(text(_RECOUNT))
