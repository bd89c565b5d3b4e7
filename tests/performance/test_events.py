"""How long lists of events take at 200,000 events, compared with 2,000. `make bench`.

What is compared are answers of the service that nothing has cached: pages of the gateway ask for
these, and add the same to both.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from running import say
from sqlalchemy import text

from events.app import create_app, service
from events.settings import Settings
from servicekit.testing import client_of, started

if TYPE_CHECKING:
    import httpx

    from devstack.testing import DatabaseFactory

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


async def measured(client: httpx.AsyncClient, path: str) -> float:
    """Return the seconds that 95 of 100 answers take at most."""
    took = []
    for turn in range(ROUNDS + 3):
        began = time.perf_counter()
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        if turn >= 3:  # the first ones open connections
            took.append(time.perf_counter() - began)
    return statistics.quantiles(took, n=20)[18]


async def test_lists_are_as_fast_at_a_hundred_times_as_much(
    database_factory: DatabaseFactory, jwks: str
) -> None:
    found: dict[int, dict[str, float]] = {}
    for count in (FEW, MANY):
        settings = Settings(
            environment="test",
            database_url=SecretStr(database_factory("events", service)),
            jwks=jwks,
            role="web",
            # To fill it; what is measured takes milliseconds.
            statement_timeout=300,
        )
        async with started(create_app(settings)) as app, client_of(app) as client:
            engine = app.state.runtime.database.engine
            async with engine.begin() as connection:
                for statement in FILL.format(count=count).split(";\n")[:-1]:
                    await connection.execute(text(statement))
            async with engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("VACUUM ANALYZE"))
            found[count] = {name: await measured(client, path) for name, path in paths().items()}
    ratios = {name: found[MANY][name] / few for name, few in found[FEW].items()}
    for name, ratio in ratios.items():
        say(
            f"{name}: p95 {found[FEW][name] * 1000:.1f} ms at {FEW}, "
            f"{found[MANY][name] * 1000:.1f} ms at {MANY}, ratio {ratio:.2f}"
        )
    assert {name: ratio for name, ratio in ratios.items() if ratio > AIM} == {}
