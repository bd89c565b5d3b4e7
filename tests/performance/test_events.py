"""How long lists of events take at 200,000 events, compared with 2,000. `make bench`.

Compared are answers of the service, and whole pages of a gateway that has nothing of them cached.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import asyncpg
import httpx
import pytest
from running import say

from devstack.testing.backends import migrated
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

if TYPE_CHECKING:
    from devstack.testing.backends import RunningService, Services

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

FEW, MANY = 2_000, 200_000
#: How much longer 95 of 100 answers may take.
AIM = 3.0
ROUNDS = 40
#: Over three years; one in ten takes three days, the rest two hours.
FILL = """
INSERT INTO calendar (slug, name) SELECT 'calendar-' || n, 'Calendar ' || n
    FROM generate_series(1, 4) n;
INSERT INTO category (slug, name) SELECT 'category-' || n, 'Category ' || n
    FROM generate_series(1, 20) n;
INSERT INTO location (name, country, latitude, longitude)
    SELECT 'Place ' || n, chr(65 + n % 26) || chr(65 + n / 26 % 26), n % 90, n % 180
    FROM generate_series(1, 500) n;
INSERT INTO event (uid, title, calendar_id, location_id, kind, starts, ends, summary, featured)
    SELECT 'e' || n, 'Event ' || n, 1 + n % 4, 1 + n % 500,
        (ARRAY['conference', 'user-group', 'workshop', 'sprint', 'other'])[1 + n % 5],
        s, s + CASE WHEN n % 10 = 0 THEN interval '3 days' ELSE interval '2 hours' END,
        repeat('word ', 40), n % 100 = 0
    FROM (SELECT n, date_trunc('minute', localtimestamp)
        + (n::float / {count} * 1095 - 547) * interval '1 day' AS s
        FROM generate_series(1, {count}) n) made;
INSERT INTO event_category (event_id, category_id) SELECT id, 1 + id % 20 FROM event;
INSERT INTO occurrence (event_id, original, starts, ends, first_day, last_day, title, status, kind,
        featured, calendar_id, location_id, country, online)
    SELECT e.id, to_char(starts, 'YYYYMMDD"T"HH24MISS'), starts AT TIME ZONE 'UTC',
        ends AT TIME ZONE 'UTC', starts::date, ends::date, title, status, kind, featured,
        e.calendar_id, location_id, country, online
    FROM event e JOIN location l ON l.id = e.location_id ORDER BY random();
INSERT INTO occurrence_category SELECT category_id, o.starts, o.id
    FROM occurrence o JOIN event_category c USING (event_id);
"""


def paths() -> dict[str, str]:
    today = datetime.now(UTC).date()
    first = today.replace(day=1) - timedelta(days=6)
    month = f"first={first}&last={first + timedelta(days=41)}"
    return {
        "landing": "/occurrences/around",
        "list": "/occurrences?calendar=calendar-1&limit=20",
        "past": "/occurrences?calendar=calendar-1&when=past&limit=20",
        "category": "/occurrences?category=category-3&when=coming&limit=20",
        "location": "/occurrences?location=7&limit=20",
        "country": "/occurrences?country=AB&kind=sprint&limit=20",
        "date": f"/occurrences?calendar=calendar-1&since={today + timedelta(days=200)}T00:00:00Z",
        "month": f"/occurrences/days?calendar=calendar-1&limit=5&{month}",
        "month of all": f"/occurrences/days?limit=5&{month}",
        "calendar": "/calendars/calendar-1",
        "event": "/events/1000/around",
    }


def pages() -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {
        "landing page": "/events/",
        "calendar page": "/events/calendar-1/",
        "past page": "/events/calendar-1/past/",
        "category page": "/events/calendar-1/categories/category-1/",
        "location page": "/events/calendar-3/locations/7/",
        "date page": f"/events/calendar-1/date/{today:%Y/%m/%d}/",
        "month page": f"/events/month/{today:%Y/%m}/",
        "month page of one": f"/events/calendar-1/month/{today:%Y/%m}/",
        "map page": "/events/map/",
    }


def few(url: str) -> None:
    """Make a database with a few events."""
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
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def measured(
    get: Callable[[str], Awaitable[httpx.Response]], path: str, before: Callable[[], Awaitable[Any]]
) -> float:
    """Return the seconds that 95 of 100 answers take at most, after `before` each time."""
    took = []
    for turn in range(ROUNDS + 3):
        await before()
        began = time.perf_counter()
        answer = await get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers.get("x-cache", "miss") == "miss"
        if turn >= 3:  # the first ones open connections
            took.append(time.perf_counter() - began)
    return statistics.quantiles(took, n=20)[18]


async def _of_service(running: RunningService) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
        return {
            name: await measured(client.get, path, lambda: asyncio.sleep(0))
            for name, path in paths().items()
        }


async def _of_pages(running: RunningService, signing_key: str) -> dict[str, float]:
    settings = Settings.model_validate(
        {
            "environment": "test",
            "downloads_url": "http://127.0.0.1:9",
            "events_url": running.url,
            "nats_url": running.nats,
            "signing_key": signing_key,
            "cache_patience": 60,
            "page_timeout": 60,
            "block_timeout": 30,
            "backend_timeout": 30,
        }
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app=cast("Any", app))
    site = httpx.AsyncClient(transport=transport, base_url="http://site.test", timeout=60)
    async with started(app), site:
        await until(lambda: app.state.invalidation.heard)

        def forget(path: str) -> Callable[[], Awaitable[str]]:
            return lambda: app.state.invalidation.ask(path, soft=False)

        return {
            name: await measured(site.get, path, forget(path)) for name, path in pages().items()
        }


async def test_lists_are_as_fast_at_a_hundred_times_as_much(
    services: Services, signing_key: str
) -> None:
    found: dict[int, dict[str, float]] = {}
    for count, fill in ((FEW, few), (MANY, many)):
        running = await asyncio.to_thread(services.take, "events", fill, PYDOTORG_ROLE="web")
        found[count] = {
            **await _of_service(running),
            **await _of_pages(running, signing_key),
        }
    ratios = {name: found[MANY][name] / short for name, short in found[FEW].items()}
    for name, ratio in ratios.items():
        say(
            f"{name}: p95 {found[FEW][name] * 1000:.1f} ms at {FEW}, "
            f"{found[MANY][name] * 1000:.1f} ms at {MANY}, ratio {ratio:.2f}"
        )
    assert {name: ratio for name, ratio in ratios.items() if ratio > AIM} == {}
