"""What the clock brings: ends, reminders, the monthly report. Once, also with three processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, date, datetime

import pytest
from services.jobs.tests.board import REVIEW, Person, sorts

from jobs.jobs import tasks
from jobs.monthly import queries
from jobs.monthly import tasks as monthly
from jobs.settings import Settings
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

#: Runs all three; dies where it is told to: before it could commit.
CHILD = """
import asyncio, os, signal, sys
import structlog
from jobs.jobs import moving, tasks
from jobs.monthly import tasks as monthly
from jobs.settings import Settings
from servicekit import mail
from servicekit.database import Database
from servicekit.service import TaskContext

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    if sys.argv[1] == "die":
        mail.post = die
    settings = Settings()
    database = Database(settings, application="child")
    context = TaskContext(database=database, settings=settings, log=structlog.get_logger())
    for run in {"all": (tasks.remind, tasks.expire, monthly.report)}.get(
        sys.argv[2], (getattr(tasks, sys.argv[2], None) or monthly.report,)
    ):
        await run(context)
    await database.dispose()

asyncio.run(main())
"""
KINDS = "SELECT kind, count(*) AS mails FROM mail GROUP BY kind ORDER BY kind"


async def board(api: Api, rows: Rows) -> None:
    """Have three jobs: one that is over, one that soon ends, one that is new."""
    await sorts(api)
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    for _ in range(3):
        await reviewer.decide(await poster.submitted(), "approve")
    await rows.do("UPDATE job SET expires = now() - interval '1 hour' WHERE id = 1")
    await rows.do("UPDATE job SET expires = now() + interval '5 days' WHERE id = 2")
    await rows.do("DELETE FROM mail")


async def mails(rows: Rows) -> dict[str, int]:
    return {row["kind"]: row["mails"] for row in await rows.all(KINDS)}


async def test_ends_and_reminders(api: Api, rows: Rows, context: TaskContext) -> None:
    await board(api, rows)
    versions = await rows.all("SELECT id, version, updated FROM job ORDER BY id")
    assert await tasks.expire(context) == "1 jobs expired"
    assert await tasks.remind(context) == "1 posters reminded"
    assert await tasks.expire(context) == "0 jobs expired"
    assert await tasks.remind(context) == "0 posters reminded"
    assert await mails(rows) == {"job-expire": 1, "job-reminder": 1}
    after = await rows.all("SELECT id, version, updated FROM job ORDER BY id")
    assert after[1:] == versions[1:]
    assert (await api.read("/jobs/facets"))["jobs"] == 2
    (told,) = [row for row in await rows.events() if row["subject"] == "jobs.job.expired"]
    assert (told["data"]["id"], told["data"]["job"]) == (1, None)
    # Whoever shows lists of it is told which.
    assert (told["data"]["was_visible"], told["data"]["categories"]) == (True, ["gardener"])
    text = await rows.one("SELECT text FROM mail WHERE kind = 'job-reminder'")
    assert "for 90 days more" in text
    # Extended, it is reminded of again when that end comes near.
    poster = Person(api, 1)
    for number in (1, 2):
        await poster.do(f"/own/jobs/{number}/extend")
    assert await tasks.remind(context) == "0 posters reminded"
    await rows.do("UPDATE job SET expires = now() + interval '5 days' WHERE id = 2")
    assert await tasks.remind(context) == "1 posters reminded"
    counted = await rows.all("SELECT * FROM board_count WHERE jobs > 0 ORDER BY kind, key")
    await tasks.recount(context)
    again = await rows.all("SELECT * FROM board_count WHERE jobs > 0 ORDER BY kind, key")
    assert again == counted
    await rows.do("UPDATE job SET renderer = 0, description_html = ''")
    assert await tasks.rerender(context) == "the texts of 3 jobs rendered"
    assert "<em>" in (await api.read("/jobs/3"))["description_html"]


async def test_the_report_of_a_real_month(api: Api, rows: Rows, context: TaskContext) -> None:
    await board(api, rows)
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    await reviewer.decide(await poster.submitted(), "reject", "No.")
    await poster.do("/own/jobs/3/withdraw")
    # Made in a month, and in the same month of the year before.
    months = {1: "2025-02-10", 2: "2026-02-01", 3: "2026-02-28", 4: "2026-01-31"}
    for number, day in months.items():
        for table, column in (("job", "created"), ("job_step", "time")):
            key = "id" if table == "job" else "job_id"
            await rows.do(f"UPDATE {table} SET {column} = '{day} 12:00+00' WHERE {key} = {number}")
    await rows.do("UPDATE job_step SET time = time - interval '6 hours' WHERE move = 'submit'")
    report = await reviewer.get("/review/report?month=2026-02")
    counts = {name: report["current"][name] for name in ("created", "submitted", "approved")}
    assert counts == {"created": 2, "submitted": 2, "approved": 2}
    assert (report["current"]["withdrawn"], report["current"]["rejected"]) == (1, 0)
    assert report["current"]["review_hours"] == 6.0
    assert report["previous"]["month"] == "2026-01-01"
    assert (report["previous"]["created"], report["previous"]["rejected"]) == (1, 1)
    states = {one["state"]: one["jobs"] for one in report["current"]["states"]}
    assert (len(states), states["approved"], states["removed"]) == (7, 1, 1)
    for wrong in ("2026-13", "2026", "soon", "0000-01"):
        assert (await reviewer.call("GET", f"/review/report?month={wrong}")).status_code == 400
    assert await monthly.report(context) == f"nothing happened in {_last():%B %Y}"
    await rows.do("DELETE FROM reported_month")
    await rows.do("UPDATE job SET created = :day WHERE id = 1", day=_noon(_last()))
    assert await monthly.report(context) == f"the report of {_last():%B %Y} mailed"
    assert await monthly.report(context) == "the last month was reported"
    assert (await mails(rows))["job-monthly"] == 1


def _last() -> date:
    return queries.first_before(datetime.now(UTC).date())


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


async def child(settings: Settings, *arguments: str) -> int:
    environment = {
        **os.environ,
        "PYDOTORG_ENVIRONMENT": "test",
        "PYDOTORG_DATABASE_URL": settings.database_url.get_secret_value(),
        "PYDOTORG_JWKS": '{"keys": []}',
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, *arguments), env=environment
    )
    return await process.wait()


@pytest.mark.full
async def test_once_with_three_and_not_lost_when_one_is_killed(
    api: Api, rows: Rows, settings: Settings
) -> None:
    await board(api, rows)
    await rows.do("UPDATE job SET created = :day WHERE id = 3", day=_noon(_last()))
    for task in ("remind", "expire", "report"):
        assert await child(settings, "die", task) == -signal.SIGKILL
    assert await mails(rows) == {}
    assert await rows.one("SELECT count(*) FROM job WHERE state = 'expired'") == 0
    assert await rows.one("SELECT count(*) FROM reported_month") == 0
    ended = await asyncio.gather(*(child(settings, "live", "all") for _ in range(3)))
    assert set(ended) == {0}
    assert await mails(rows) == {"job-expire": 1, "job-monthly": 1, "job-reminder": 1}
    expired = [name for name, _, _ in await rows.told() if name == "job.expired"]
    assert len(expired) == 1
    assert (await api.read("/jobs/facets"))["jobs"] == 2
