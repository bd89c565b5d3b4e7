"""The job board as posters and reviewers use it: from a draft to the board, and off it again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from contracts.permissions import GRANTABLE
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services, command, migrated
from devstack.testing.shared import Embedded
from gateway.web.forms import TOKEN

from .conftest import Identity, Person, Town, hidden_fields, settings_for, town_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CREATE, MINE, REVIEW, COMMENT = (
    "/jobs/create/", "/jobs/mine/", "/jobs/review/", "/jobs/create-review-comment/",
)  # fmt: skip
TYPED = {
    "title": "Keeper of <Pythons>",
    "company_name": "Reptile House",
    "category": "1",
    "city": "Berlin",
    "country": "Germany",
    "description": "You *feed* them.",
    "requirements": "Calm hands.",
    "email": "house@example.org",
    "url": "https://reptiles.example/keeper",
}


class Board:
    """The jobs service, past the pages."""

    def __init__(self, service: RunningService, token: TokenFactory) -> None:
        self.service = service
        self.headers = {"Authorization": f"Bearer {token('jobs', permissions=tuple(GRANTABLE))}"}

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60) as client:
            answer = await client.request(method, path, headers=self.headers, json=body)
        assert answer.is_success, (method, path, answer.text)
        return answer.json()

    async def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        connection = await asyncpg.connect(self.service.database)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def state(self, number: int) -> str:
        return str((await self.sql("SELECT state FROM job WHERE id = $1", number))[0]["state"])

    async def mails(self, address: str) -> list[str]:
        """Return the subjects of what was mailed to an address, oldest first."""
        rows = await self.sql("SELECT subject FROM mail WHERE recipient = $1 ORDER BY id", address)
        return [row["subject"] for row in rows]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def board(services: Services, issue_token: TokenFactory) -> Board:
    """The jobs service with one category and one type."""
    found = Board(services.take("jobs", migrated), issue_token)
    await found.call("POST", "/categories", {"name": "Software Developer"})
    await found.call("POST", "/types", {"name": "Web"})
    reply = {"name": "Not about Python", "text": "The board is for work with Python."}
    await found.call("POST", "/replies", reply)
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    identity: Identity, board: Board, signing_key: str, embedded: Embedded
) -> AsyncIterator[Town]:
    """A gateway before accounts and jobs."""
    settings = settings_for(identity, signing_key, embedded.valkey_url)
    told = settings.model_copy(update={"jobs_url": board.service.url})
    async with town_of(identity, told) as found:
        yield found


async def reviewer(town: Town) -> Person:
    """Let somebody come who reviews the board."""
    person = await town.citizen(signed_in=False)
    await town.identity.sql(
        "UPDATE account SET permissions = $2, first_name = 'Grace' WHERE username = $1",
        *(person.username, ["jobs.can_moderate_jobs"]),
    )
    assert (await person.log_in()).status_code == 303
    return person


async def post(person: Person, **changes: str) -> int:
    """Make a draft by the form; returns its number."""
    to, filled = await person.fill(CREATE, **TYPED, **changes)
    answer = await person.site.post(to, data=filled)
    assert answer.status_code == 303, answer.text[-3000:]
    found = re.fullmatch(r"/jobs/(\d+)/preview/", answer.headers["location"])
    assert found is not None
    return int(found[1])


async def press(person: Person, path: str, button: str = "", **fields: str) -> httpx.Response:
    """Send a form of a page, which leads on."""
    answer = await person.send(path, button, **fields)
    assert answer.status_code == 303, (path, answer.status_code, answer.text[-3000:])
    return answer


async def say(person: Person, number: int, text: str, **more: str) -> httpx.Response:
    """Comment a job as its poster, by the form of the preview."""
    page = await person.text(f"/jobs/{number}/preview/")
    form = page.partition(f'action="{COMMENT}"')[2]
    token = re.search(rf'name="{TOKEN}" value="([^"]+)"', form)
    assert token is not None
    fields = {TOKEN: token[1], "job": str(number), "comment": text, **more}
    return await person.site.post(COMMENT, data=fields)


async def test_whatever_the_form_is_called_it_makes_one_job(town: Town) -> None:
    """The hidden name of a form comes from the browser, and goes on in a header."""
    poster = await town.citizen()
    for key in ("clé\x01", "a b", "\U0001f40d" * 64, ""):
        first = await post(poster, key=key)
        assert await post(poster, key=key) == first, key


async def test_from_a_draft_to_the_board(town: Town, board: Board) -> None:
    """A poster and two reviewers: submit, take, ask, comment, reject, send again, approve."""
    poster, one, two = await town.citizen(), await reviewer(town), await reviewer(town)
    visitor = await town.stranger()
    number = await post(poster)
    own, desk, page = f"/jobs/{number}/preview/", f"/jobs/review/{number}/", f"/jobs/{number}/"
    preview = await poster.text(own)
    for part in ("draft", "Keeper of &lt;Pythons&gt;", "You <em>feed</em> them.", "Edit"):
        assert part in preview
    # To its poster the address of the job leads there; to nobody else is there anything.
    assert (await poster.get(page)).headers["location"] == own
    assert (await visitor.get(page)).status_code == 404

    answer = await press(poster, own, "review")
    assert answer.headers["location"] == "/jobs/thanks/"
    assert "waiting for review" in await poster.text(MINE)
    assert "Keeper of &lt;Pythons&gt;" in await one.text(REVIEW)

    # One reviewer takes it; the other sees who has it, and cannot decide meanwhile.
    await press(one, desk, "take")
    assert "Grace looks at it until" in await two.text(REVIEW)
    assert "Grace looks at it until" in await two.text(desk)
    refused = await decide(two, desk, "reject", text="No.")
    assert refused.status_code == 409
    assert "looks at this job until" in refused.text
    assert ">No.</textarea>" in refused.text
    assert await board.state(number) == "review"

    assert (await decide(one, desk, "ask", text="Which <house>?")).status_code == 303
    asked = await poster.text(own)
    assert "question for you" in asked
    assert "Which &lt;house&gt;?" in asked
    assert (await say(poster, number, "The one in the zoo.")).status_code == 303
    assert "waiting for review" in await poster.text(own)
    assert "The one in the zoo." in await two.text(desk)

    # To reject needs a word; a canned one will do.
    mute = await decide(two, desk, "reject")
    assert mute.status_code == 422
    assert 'id="error-text"' in mute.text
    assert (await decide(two, desk, "reject", reply="1")).status_code == 303
    assert await board.state(number) == "rejected"
    turned = await poster.text(own)
    assert "The board is for work with Python." in turned

    # Put right and sent again.
    edited = await edit(poster, number, description="You feed them with Python.")
    assert edited.headers["location"] == own
    await press(poster, own, "review")

    # The first reviewer decides about what was there before: the other one was first.
    to, stale = await filled_desk(one, desk)
    assert (await decide(two, desk, "approve")).status_code == 303
    late = await one.site.post(to, data={**stale, "action": "reject", "text": "Again no."})
    assert late.status_code == 409
    assert "Another reviewer was first" in late.text
    assert await board.state(number) == "approved"
    shown = await visitor.get(page)
    assert shown.status_code == 200
    assert "You feed them with Python." in shown.text
    assert "house@example.org" not in shown.text
    assert "house@example.org" not in (await visitor.get(f"{page}contact/")).text


async def test_staff_who_reject_in_the_admin_are_asked_why(town: Town, board: Board) -> None:
    poster, staff = await town.citizen(), await reviewer(town)
    statement = "UPDATE account SET is_staff = true WHERE username = $1"
    await town.identity.sql(statement, staff.username)
    staff = await town.again(staff)
    number = await submitted(poster)
    page = await staff.text(f"/admin/jobs/job/{number}/change/")
    form = hidden_fields(page, "reject") | {"action": "reject"}
    path = form.pop("")
    asked = (await staff.site.post(path, data=form)).text
    assert re.search('<textarea [^>]*name="asked-text" [^>]*required', asked)
    assert "kept as a comment" in asked
    form = hidden_fields(asked, "reject") | {"confirmed": "yes"}
    answer = await staff.site.post(path, data={**form, "asked-text": " "})
    assert answer.status_code == 422
    assert 'href="#field-asked-text"' in answer.text
    assert "Message: This is needed." in answer.text
    assert await board.state(number) == "review"
    form = hidden_fields(answer.text, "reject") | {"confirmed": "yes"}
    done = await staff.site.post(path, data={**form, "asked-text": "Not with <Python>."})
    assert done.status_code == 303, done.text[-3000:]
    assert await board.state(number) == "rejected"
    assert "Not with &lt;Python&gt;." in await poster.text(f"/jobs/{number}/preview/")


async def test_from_the_board_to_its_end_and_on(town: Town, board: Board) -> None:
    """Extended near its end, expired, extended again, and withdrawn."""
    poster, watcher, visitor = await town.citizen(), await reviewer(town), await town.stranger()
    number = await submitted(poster)
    own, page = f"/jobs/{number}/preview/", f"/jobs/{number}/"
    assert (await decide(watcher, f"/jobs/review/{number}/", "approve")).status_code == 303

    async def listed() -> bool:
        return (await visitor.get(page)).status_code == 200

    async def gone() -> bool:
        return (await visitor.get(page)).status_code == 404

    await town.eventually(listed, "the job is on the board")
    # Long before its end there is no need to.
    early = await poster.text(f"/jobs/{number}/extend/")
    assert "This cannot be done with the job as it is now." in early
    soon = datetime.now(UTC) + timedelta(days=1)
    await board.sql("UPDATE job SET expires = $2 WHERE id = $1", number, soon)
    assert "You can extend it" in await poster.text(MINE)
    await press(poster, f"/jobs/{number}/extend/")
    rows = await board.sql("SELECT expires FROM job WHERE id = $1", number)
    assert rows[0]["expires"] > soon + timedelta(days=10)
    past = datetime.now(UTC) - timedelta(hours=1)
    await board.sql("UPDATE job SET expires = $2 WHERE id = $1", number, past)
    command(board.service.database, "run", "expire-jobs")
    assert await board.state(number) == "expired"
    assert "expired" in await poster.text(own)
    await town.eventually(gone, "the job has left the board")
    await press(poster, f"/jobs/{number}/extend/")
    await town.eventually(listed, "the job is back on the board")
    await press(poster, f"/jobs/{number}/remove/")
    assert await board.state(number) == "removed"
    assert "You withdrew it." in await poster.text(MINE)
    await town.eventually(gone, "the job has left the board")
    # What is over is posted again as a new job, which begins with what the old one said.
    again = f"{CREATE}?again={number}"
    assert f'href="{again}"' in await poster.text(MINE)
    assert f'href="{again}"' in await poster.text(own)
    form = await poster.text(again)
    for part in ("Keeper of &lt;Pythons&gt;", "You *feed* them.", '<option value="1" selected>'):
        assert part in form, part
    to, filled = await poster.fill(again)
    answer = await poster.site.post(to, data={**filled, **TYPED})
    new = answer.headers["location"].split("/")[2]
    assert (answer.status_code, new != str(number)) == (303, True)
    assert await board.state(int(new)) == "draft"
    stranger = await town.citizen()
    for wrong, status in ((again, 404), (f"{CREATE}?again=x", 400), (f"{CREATE}?again=0", 400)):
        assert (await stranger.get(wrong)).status_code == status, wrong
    assert len(await board.mails(poster.email)) >= 5


async def filled_desk(person: Person, path: str) -> tuple[str, dict[str, str]]:
    """Return the form of decisions on the desk, as it is loaded now."""
    page = await person.text(path)
    form = page.partition('id="decide-title"')[2].partition('name="version"')
    version = re.match(r' value="(\d+)"', form[2])
    token = re.search(rf'name="{TOKEN}" value="([^"]+)"', page)
    assert version is not None
    assert token is not None
    return path, {TOKEN: token[1], "version": version[1]}


async def decide(person: Person, path: str, action: str, **fields: str) -> httpx.Response:
    """Press a button of the desk."""
    to, filled = await filled_desk(person, path)
    return await person.site.post(to, data={**filled, "action": action, **fields})


async def edit(person: Person, number: int, **fields: str) -> httpx.Response:
    """Change a job by its form."""
    path = f"/jobs/{number}/edit/"
    to, filled = await person.fill(path)
    answer = await person.site.post(to, data={**filled, **TYPED, **fields})
    assert answer.status_code == 303, answer.text[-3000:]
    return answer


async def test_what_is_ones_own_is_nobody_elses(town: Town, board: Board) -> None:
    poster, other, stranger = await town.citizen(), await town.citizen(), await town.stranger()
    number = await post(poster)
    paths = [f"/jobs/{number}/{what}/" for what in ("preview", "edit", "remove", "extend")]
    for path in paths:
        assert (await other.get(path)).status_code == 404, path
        token = await token_of(other, path.replace(str(number), str(await post(other))))
        if not token:
            continue  # a draft has no end to be put off
        fields = {**TYPED, TOKEN: token, "action": "review", "version": "1", "key": "k"}
        assert (await other.site.post(path, data=fields)).status_code == 404, path
        answer = await stranger.get(path)
        assert answer.headers["location"] == f"/accounts/login/?next={path}"
    assert (await other.get(f"/jobs/{number}/")).status_code == 404
    assert f"/jobs/{number}/" not in await other.text(MINE)
    comment = {TOKEN: await comment_token(other), "job": str(number), "comment": "Mine."}
    assert (await other.site.post(COMMENT, data=comment)).status_code == 404
    # Nobody else decides, and nothing of it was done.
    refused = await other.site.post(COMMENT, data={**comment, "action": "approve"})
    assert refused.status_code == 403
    for path in (REVIEW, "/jobs/moderate/", f"/jobs/review/{number}/"):
        assert (await other.get(path)).status_code == 403, path
        assert (await stranger.get(path)).headers["location"].startswith("/accounts/login/?next=")
    assert await board.state(number) == "draft"
    for path in (CREATE, MINE, COMMENT):
        assert (await stranger.get(path)).headers["location"].startswith("/accounts/login/?next=")


async def token_of(person: Person, path: str) -> str:
    """Return a token of the form at a path."""
    found = re.search(rf'name="{TOKEN}" value="([^"]+)"', await person.text(path))
    return found[1] if found else ""


async def comment_token(person: Person) -> str:
    """Return a token of the form of comments."""
    page = await person.text(f"/jobs/{await submitted(person)}/preview/")
    found = re.search(rf'action="{COMMENT}".*?name="{TOKEN}" value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return found[1]


async def submitted(person: Person) -> int:
    """Make a job that waits for review."""
    number = await post(person)
    await press(person, f"/jobs/{number}/preview/", "review")
    return number


async def test_looking_changes_nothing(town: Town, board: Board) -> None:
    poster = await town.citizen()
    number = await submitted(poster)
    before = await board.sql("SELECT * FROM job WHERE id = $1", number)
    for what in ("preview", "edit", "remove", "extend"):
        assert (await poster.get(f"/jobs/{number}/{what}/", action="review")).status_code == 200
    assert (await poster.get(COMMENT, job=str(number), comment="x")).status_code == 302
    watcher = await reviewer(town)
    await watcher.text(f"/jobs/review/{number}/", action="approve")
    assert await board.sql("SELECT * FROM job WHERE id = $1", number) == before


async def test_after_editing_one_stays_on_this_site(town: Town) -> None:
    poster = await town.citizen()
    number = await post(poster)
    path = f"/jobs/{number}/edit/"
    own = f"/jobs/{number}/preview/"
    for beyond, there in {
        "/jobs/mine/": "/jobs/mine/",
        "https://evil.example/": own,
        "//evil.example": own,
        "/\\evil.example": own,
        "javascript:alert(1)": own,
        "/accounts/logout/": own,
        "": own,
    }.items():
        page = await poster.text(path, next=beyond)
        assert f'<a href="{there}">Cancel</a>' in page
        fields = {**TYPED, TOKEN: await token_of(poster, path)}
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version is not None
        answer = await poster.site.post(
            path, params={"next": beyond}, data={**fields, "version": version[1]}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, there), beyond


async def test_what_cannot_be_taken_is_said_by_its_field(town: Town, board: Board) -> None:
    poster = await town.citizen()
    wrong = {
        "title": {"title": ""}, "company_name": {"company_name": "x" * 101},
        "category": {"category": "987654"}, "types": {"types": "x"}, "city": {"city": ""},
        "country": {"country": ""}, "markup": {"markup": "tex"},
        "description": {"description": ""}, "requirements": {"requirements": "bell \x07"},
        "email": {"email": "nobody"}, "url": {"url": "javascript:alert(1)"},
        "contact": {"contact": "two\nlines"},
    }  # fmt: skip
    for field, changes in wrong.items():
        to, filled = await poster.fill(CREATE, **{**TYPED, **changes})
        answer = await poster.site.post(to, data=filled)
        assert (field, answer.status_code) == (field, 422)
        assert f'id="error-{field}"' in answer.text, field
        assert ">Calm hands.</textarea>" in answer.text or field == "requirements"
    to, filled = await poster.fill(CREATE, **TYPED)
    for _ in range(2):
        assert (await poster.site.post(to, data=filled)).status_code == 303
    count = "SELECT count(*) AS n FROM job WHERE poster_email = $1"
    assert (await board.sql(count, poster.email))[0]["n"] == 1


async def test_visitors_see_whom_to_write_to_and_report(town: Town, board: Board) -> None:
    poster, watcher, visitor = await town.citizen(), await reviewer(town), await town.stranger()
    number = await post(poster, email_public="yes", contact="Ada")
    await press(poster, f"/jobs/{number}/preview/", "review")
    assert (await decide(watcher, f"/jobs/review/{number}/", "approve")).status_code == 303
    contact = f"/jobs/{number}/contact/"

    async def listed() -> bool:
        return (await visitor.get(f"/jobs/{number}/")).status_code == 200

    await town.eventually(listed, "the job is on the board")
    assert "house@example.org" not in await visitor.text(contact)
    told = await visitor.send(contact)
    assert told.status_code == 200
    assert 'href="mailto:house@example.org"' in told.text
    assert told.headers["cache-control"] == "no-store"

    report = f"/jobs/{number}/report/"
    nothing = await visitor.send(report, reason="because")
    assert nothing.status_code == 422
    assert 'id="error-reason"' in nothing.text
    for _ in range(2):
        sent = await visitor.send(report, reason="fraud", text="They want <money>.")
        assert sent.status_code == 200, sent.text[-2000:]
        assert "Thank you." in sent.text
    rows = await board.sql("SELECT * FROM report WHERE job_id = $1", number)
    assert [row["reason"] for row in rows] == ["fraud"]
    assert "127.0.0.1" not in str(rows)

    # Nobody reports the whole board.
    for _ in range(4):
        await board.sql(
            "INSERT INTO report (job_id, reason, text, reporter) VALUES ($1, 'spam', '', $2)",
            *(await post(poster), rows[0]["reporter"]),
        )
    second = await submitted(poster)
    assert (await decide(watcher, f"/jobs/review/{second}/", "approve")).status_code == 303
    enough = await visitor.send(f"/jobs/{second}/report/", reason="spam")
    assert enough.status_code == 429
    assert "You reported many jobs today." in enough.text
    others = await watcher.text("/jobs/moderate/", reported="yes")
    assert "1 report" in others
    desk = await watcher.text(f"/jobs/review/{number}/")
    assert "They want &lt;money&gt;." in desk
    await press(watcher, f"/jobs/review/{number}/", "dismiss")
    assert f"/jobs/review/{number}/" not in await watcher.text("/jobs/moderate/", reported="yes")
    # A reviewer puts something right; what is on the board follows.
    await edit(watcher, number, city="Potsdam")

    async def right() -> bool:
        return "Potsdam" in (await visitor.get(f"/jobs/{number}/")).text

    await town.eventually(right, "the job is put right")


async def test_pages_of_reviewers_never_fail(town: Town) -> None:
    watcher = await reviewer(town)
    menu = await watcher.menu()
    assert 'href="/jobs/review/"' in menu
    assert 'href="/jobs/review/"' not in await (await town.citizen()).menu()
    for path in ("0", "x", str(10**30), "987654321"):
        assert (await watcher.get(f"/jobs/review/{path}/")).status_code == 404, path
        assert (await watcher.get(f"/jobs/{path}/preview/")).status_code in {302, 404}, path
        assert (await watcher.get(f"/jobs/{path}/")).status_code == 404, path
    for name, value in (("state", "x"), ("reported", "no"), ("page", "0")):
        assert (await watcher.get("/jobs/moderate/", **{name: value})).status_code == 400
    assert "No job fits" in await watcher.text("/jobs/moderate/", q="nothing of the kind")
    for fields in ({"action": "bless"}, {"action": "approve", "version": "x"}, {}):
        token = await token_of(watcher, REVIEW)
        answer = await watcher.site.post(REVIEW, data={TOKEN: token, "job": "1", **fields})
        assert answer.status_code in {403, 422}, fields
