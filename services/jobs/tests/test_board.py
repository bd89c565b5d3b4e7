"""Jobs from draft to the board and off it again: rows, events, counts, mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from services.jobs.tests.board import JOB, REVIEW, SERVE, Person, sorts

from servicekit.testing import Api, Rows


@pytest.fixture
async def poster(api: Api) -> Person:
    await sorts(api)
    return Person(api, 1)


@pytest.fixture
def reviewer(api: Api) -> Person:
    return Person(api, 8, REVIEW)


async def mails(rows: Rows) -> list[tuple[str, str]]:
    """Return kind and recipient of all mails, in order."""
    found = await rows.all("SELECT kind, recipient FROM mail ORDER BY id")
    return [(row["kind"], row["recipient"]) for row in found]


async def test_from_draft_to_the_end(
    api: Api, rows: Rows, poster: Person, reviewer: Person
) -> None:
    number = await poster.draft(poster_email="me@example.org", poster_name="Max")
    page = f"/jobs/{number}"
    assert (await api.get(page)).status_code == 404
    assert await mails(rows) == []
    await poster.do(f"/own{page}/submit")
    assert await mails(rows) == [
        ("job-submit", "me@example.org"),
        ("job-board-submit", "jobs@python.org"),
    ]
    asked = await reviewer.decide(number, "ask", "Which garden?")
    assert (asked["asked"], asked["state"]) == (True, "review")
    assert asked["comments"][0]["question"]
    answered = await poster.do(f"/own{page}/comments", {"text": "The big one.", "name": "Max"})
    assert not answered["asked"]
    rejected = await reviewer.decide(number, "reject", "Too big.")
    assert (rejected["state"], rejected["state_by"]) == ("rejected", "reviewer")
    sent = JOB | {"title": "Gardener of small snakes", "poster_email": "me@example.org"}
    changed = await poster.call("PUT", f"/own{page}", sent, **{"If-Match": "*"})
    assert changed.json()["state"] == "rejected"
    await poster.do(f"/own{page}/submit")
    approved = await reviewer.decide(number, "approve")
    assert approved["visible"]
    assert approved["moves"] == ["edit", "comment", "reject", "archive", "remove"]
    shown = await api.read(page)
    assert shown["title"] == "Gardener of small snakes"
    assert shown["location"] == "Delft, Netherlands"
    assert "<em>care</em>" in shown["description_html"]
    assert "vera" not in str(shown).lower()
    ends = datetime.fromisoformat(shown["expires"])
    assert abs(ends - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)
    assert (await api.read("/jobs"))["total"] == 1
    facets = await api.read("/jobs/facets")
    assert facets["types"] == [{"slug": "web", "name": "Web", "jobs": 1}]
    assert facets["locations"][0]["slug"] == "delft-netherlands"
    contact = await poster.call("GET", f"{page}/contact")
    assert contact.status_code == 403
    withdrawn = await poster.do(f"/own{page}/withdraw")
    assert (withdrawn["state"], withdrawn["moves"]) == ("removed", [])
    assert (await api.get(page)).status_code == 404
    assert (await api.read("/jobs/facets"))["jobs"] == 0
    steps = [(one["by"], one["move"], one["after"]) for one in withdrawn["history"]]
    assert steps == [
        ("poster", "create", "draft"),
        ("poster", "submit", "review"),
        ("reviewer", "ask", "review"),
        ("reviewer", "reject", "rejected"),
        ("poster", "submit", "review"),
        ("reviewer", "approve", "approved"),
        ("poster", "withdraw", "removed"),
    ]
    told = [name for name, _, _ in await rows.told() if name.startswith("job.")]
    assert told == [
        *("job.created", "job.submitted", "job.updated", "job.updated", "job.rejected"),
        *("job.updated", "job.submitted", "job.approved", "job.removed"),
    ]
    events = [row for row in await rows.events() if row["subject"].startswith("jobs.job.")]
    visible = [row["data"]["job"] is not None for row in events]
    assert visible == [False] * 7 + [True, False]
    assert events[-1]["data"]["was_visible"]
    assert events[-1]["data"]["types"] == ["web"]
    assert events[0]["data"]["types"] == []
    versions = [row["aggregate_version"] for row in events]
    assert versions == sorted(set(versions))
    assert len(await rows.audit()) == 3 + 9


async def test_what_is_of_others_is_not_there(
    api: Api, rows: Rows, poster: Person, reviewer: Person
) -> None:
    number = await poster.draft()
    other = Person(api, 2)
    before = await rows.last()
    for method, path, body in (
        ("GET", f"/own/jobs/{number}", None),
        ("PUT", f"/own/jobs/{number}", JOB),
        ("POST", f"/own/jobs/{number}/submit", {}),
        ("POST", f"/own/jobs/{number}/withdraw", {}),
        ("POST", f"/own/jobs/{number}/extend", {}),
        ("POST", f"/own/jobs/{number}/comments", {"text": "a"}),
    ):
        answer = await other.call(method, path, body, **{"If-Match": "*"})
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such job.")
        answer = await reviewer.call(method, path, body, **{"If-Match": "*"})
        assert answer.status_code == 404
    assert (await other.call("GET", f"/review/jobs/{number}")).status_code == 403
    for move in ("approve", "reject", "remove", "archive", "reopen", "ask"):
        answer = await reviewer.call(
            "POST", f"/review/jobs/{number}/decide", {"move": move, "text": "a"}
        )
        assert answer.status_code == 409
        assert f"cannot {move} a job that is draft; possible: nothing" in answer.json()["detail"]
    assert await rows.last() == before


async def test_reviewers_do_not_tread_on_each_other(
    api: Api, rows: Rows, poster: Person, reviewer: Person
) -> None:
    number = await poster.submitted()
    other = Person(api, 9, REVIEW)
    path = f"/review/jobs/{number}"
    held = await reviewer.do(f"{path}/claim", {"name": "Ada"})
    assert held["claim"]["mine"]
    queue = await other.get("/review/queue")
    assert queue["items"][0]["claim"]["name"] == "Ada"
    assert not queue["items"][0]["claim"]["mine"]
    for method, what, body in (
        ("POST", f"{path}/claim", {}),
        ("DELETE", f"{path}/claim", None),
        ("POST", f"{path}/decide", {"move": "approve"}),
        ("PUT", path, JOB),
        ("POST", f"{path}/dismiss", None),
    ):
        answer = await other.call(method, what, body, **{"If-Match": "*"})
        assert answer.status_code == 409, (what, answer.text)
        assert answer.json()["detail"].startswith("Ada looks at this job until")
    await other.do(f"{path}/comments", {"text": "I saw it, too."})
    stale = await reviewer.call(
        "POST", f"{path}/decide", {"move": "approve"}, **{"If-Match": '"1"'}
    )
    assert stale.status_code == 412
    await rows.do("UPDATE job_claim SET until = now() - interval '1 second'")
    assert (await other.get(path))["claim"] is None
    await other.do(f"{path}/claim", {"name": "Bob"})
    assert (await other.call("DELETE", f"{path}/claim")).status_code == 204
    await reviewer.do(f"{path}/claim")
    approved = await reviewer.decide(number, "approve")
    assert approved["claim"] is None
    assert (await other.get("/review/queue"))["total"] == 0
    assert (await other.get("/review/jobs?state=approved&q=snakes"))["total"] == 1


async def test_a_job_without_a_poster(rows: Rows, poster: Person, reviewer: Person) -> None:
    number = await poster.submitted(poster_email="me@example.org")
    await rows.do("UPDATE job SET creator_id = NULL, poster_email = ''")
    await rows.do("DELETE FROM mail")
    said = await reviewer.do(f"/review/jobs/{number}/comments", {"text": "Hello?"})
    assert said["comments"][0]["text"] == "Hello?"
    await reviewer.decide(number, "approve")
    assert await mails(rows) == [
        ("job-comment", "vera@greenhouse.example"),
        ("job-board-comment", "jobs@python.org"),
        ("job-approve", "vera@greenhouse.example"),
        ("job-board-approve", "jobs@python.org"),
    ]
    assert (await poster.call("GET", f"/own/jobs/{number}")).status_code == 404


async def test_contacts_and_reports(api: Api, rows: Rows, poster: Person, reviewer: Person) -> None:
    hidden, shown = await poster.submitted(), await poster.submitted(email_public=True)
    for number in (hidden, shown):
        await reviewer.decide(number, "approve")
    assert not (await api.read(f"/jobs/{hidden}"))["has_contact"]
    assert (await api.get(f"/jobs/{hidden}/contact", as_=SERVE)).status_code == 404
    contact = await api.read(f"/jobs/{shown}/contact", as_=SERVE)
    assert contact == {"name": "Vera", "email": "vera@greenhouse.example"}
    await rows.do("DELETE FROM mail")
    said = {"reason": "fraud", "text": "They want money.", "reporter": "visitor-1"}
    path = f"/jobs/{hidden}/reports"
    for reporter in ("visitor-1", "visitor-1", "visitor-2"):
        answer = await api.post(path, said | {"reporter": reporter}, as_=SERVE)
        assert answer.status_code == 204
    # A visitor counts once, and only the first report is mailed.
    assert await mails(rows) == [("job-board-report", "jobs@python.org")]
    listed = await reviewer.get("/review/jobs?reported=true")
    assert [(one["id"], one["reports"]) for one in listed["items"]] == [(hidden, 2)]
    seen = await reviewer.do(f"/review/jobs/{hidden}/dismiss")
    assert [one["closed"] for one in seen["reports"]] == [True, True]
    assert (await api.post("/jobs/987/reports", said, as_=SERVE)).status_code == 404


async def test_a_visitor_reports_so_many_jobs_a_day(
    api: Api, poster: Person, reviewer: Person
) -> None:
    said = {"reason": "spam", "reporter": "visitor-1"}
    codes = []
    for _ in range(6):
        number = await poster.submitted()
        await reviewer.decide(number, "approve")
        codes.append((await api.post(f"/jobs/{number}/reports", said, as_=SERVE)).status_code)
    assert codes == [204] * 5 + [429]


async def test_extending(api: Api, rows: Rows, poster: Person, reviewer: Person) -> None:
    number = await poster.submitted()
    await reviewer.decide(number, "approve")
    path = f"/own/jobs/{number}"
    early = await poster.call("POST", f"{path}/extend", {})
    assert early.status_code == 409
    assert "can be extended from" in early.json()["detail"]
    assert "extend" not in (await poster.get(path))["moves"]
    await rows.do("UPDATE job SET expires = now() + interval '10 days'")
    assert "extend" in (await poster.get(path))["moves"]
    extended = await poster.do(f"{path}/extend")
    left = datetime.fromisoformat(extended["expires"]) - datetime.now(UTC)
    assert timedelta(days=99) < left < timedelta(days=101)
    # Its time is over, and no worker has been there yet.
    await rows.do("UPDATE job SET expires = now() - interval '1 day'")
    assert (await api.get(f"/jobs/{number}")).status_code == 404
    assert (await poster.do(f"{path}/extend"))["visible"]
    await rows.do("UPDATE job SET expires = now() - interval '31 days'")
    late = await poster.call("POST", f"{path}/extend", {})
    assert late.status_code == 409
    assert "Post it anew" in late.json()["detail"]
