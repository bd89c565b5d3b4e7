"""How long lists of jobs take at 50,000 jobs, compared with 500, by every way to narrow them.

`make bench`. All of them are visible at the same time, which is the worst there can be.
"""

from __future__ import annotations

import asyncio
import statistics
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import asyncpg
import httpx
import pytest
from running import say
from test_events import measured

from devstack.testing.backends import migrated

if TYPE_CHECKING:
    from devstack.testing.backends import RunningService, Services

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

FEW, MANY = 500, 50_000
#: How much longer 95 of 100 answers may take.
AIM = 3.0
#: Words as frequent as in a language: every text has some 150 of 5,000, and some of those below.
FILL = """
INSERT INTO category (name, slug) SELECT 'Category ' || n, 'category-' || n
    FROM generate_series(1, 7) n;
INSERT INTO job_type (name, slug) SELECT 'Type ' || n, 'type-' || n FROM generate_series(1, 17) n;
INSERT INTO job (state, state_by, title, company_name, category_id, type_ids, city, country,
        location_slug, country_slug, remote, agencies, featured, description, requirements, words,
        summary, email, url, submitted, published, expires)
    SELECT 'approved', 'reviewer', 'Developer ' || n % 900, 'Company ' || n % 5000, 1 + n % 7,
        ARRAY[1 + n % 17, 1 + (n / 17 + 3) % 17], 'City ' || n % 600, 'Country ' || n % 600 % 40,
        'city-' || n % 600 || '-country-' || n % 600 % 40, 'country-' || n % 600 % 40,
        n % 4 = 0, n % 9 = 0, n % 100 = 0, repeat('text ', 300), repeat('text ', 100),
        'python ' || CASE WHEN n % 3 = 0 THEN 'django ' ELSE '' END
            || CASE WHEN n % 250 = 0 THEN 'cobol ' ELSE '' END
            || (SELECT string_agg('word' || (n::bigint * k * 7919) % 5000, ' ')
                FROM generate_series(1, 150) k),
        repeat('word ', 50), 'a@b.example', 'https://b.example/' || n, now() - interval '1 day',
        now() - (n::float / {count}) * interval '80 days', now() + interval '9 days'
    FROM (SELECT n FROM generate_series(1, {count}) n ORDER BY random()) made;
"""


def filters() -> dict[str, str]:
    """Return one value of each filter, none of which is the most common one."""
    return {
        "q": "django",
        "category": "category-3",
        "type": "type-5",
        "country": "country-7",
        "location": "city-7-country-7",
        "remote": "true",
        "since": f"{datetime.now(UTC) - timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}",
        "featured": "true",
    }


def paths() -> dict[str, str]:
    """Return addresses by name: each filter, each two, three and four, and what is beside lists."""
    values = filters()
    chosen = [several for length in (1, 2) for several in combinations(values, length)]
    chosen += [
        ("q", "category", "country"),
        ("type", "country", "remote"),
        ("q", "type", "remote"),
        ("category", "type", "since", "remote"),
        ("q", "category", "type", "country", "remote"),
        tuple(values),
    ]
    found = {
        " + ".join(names): f"/jobs?{urlencode({name: values[name] for name in names})}"
        for names in chosen
    }
    return {
        "all": "/jobs",
        "all, the last page": "/jobs?offset=1000",
        "all, ending": "/jobs?sort=ending",
        **found,
        "a rare word": "/jobs?q=cobol",
        "a rare word + remote": "/jobs?q=cobol&remote=true",
        "every word": "/jobs?q=python+developer",
        "no word": "/jobs?q=nothing",
        "facets": "/jobs/facets",
        "one": "/jobs/250",
        "around": "/jobs/250/around",
    }


def few(url: str) -> None:
    """Make a database with a few jobs."""
    _fill(url, FEW)


def many(url: str) -> None:
    """Make a database with a hundred times as many."""
    _fill(url, MANY)


def _fill(url: str, count: int) -> None:
    migrated(url)
    asyncio.run(_insert(url, count))


async def _insert(url: str, count: int) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for statement in FILL.format(count=count).split(";\n")[:-1]:
            await connection.execute(statement)
        for kind, key, place in (
            ("all", "''", "''"),
            ("category", "category_id::text", "''"),
            ("country", "country_slug", "max(country)"),
            ("location", "location_slug", "max(country)"),
        ):
            await connection.execute(
                "INSERT INTO board_count (kind, key, jobs, country) "
                f"SELECT '{kind}', {key}, count(*), {place} FROM job GROUP BY 2"
            )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _of_service(running: RunningService) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
        return {
            name: await measured(client.get, path, lambda: asyncio.sleep(0))
            for name, path in paths().items()
        }


async def test_filters_are_as_fast_at_a_hundred_times_as_much(services: Services) -> None:
    found: dict[int, dict[str, float]] = {}
    for count, fill in ((FEW, few), (MANY, many)):
        running = await asyncio.to_thread(services.take, "jobs", fill, PYDOTORG_ROLE="web")
        found[count] = await _of_service(running)
    ratios = {name: found[MANY][name] / short for name, short in found[FEW].items()}
    for name, ratio in ratios.items():
        say(
            f"{name}: p95 {found[FEW][name] * 1000:.1f} ms at {FEW}, "
            f"{found[MANY][name] * 1000:.1f} ms at {MANY}, ratio {ratio:.2f}"
        )
    worst = max(ratios.values())
    say(f"{len(ratios)} lists: median {statistics.median(ratios.values()):.2f}, worst {worst:.2f}")
    assert {name: ratio for name, ratio in ratios.items() if ratio > AIM} == {}
