"""Who gets in where on the site, and that nothing is changed by whoever was not asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import matrix
import pytest
import pytest_asyncio
from addresses import address, form_of
from town import Person, Town

from contracts.permissions import GRANTABLE
from gateway.pages.routes import PAGES
from gateway.web.pages import PageRoute

SESSION = pytest.mark.asyncio(loop_scope="session")
#: Programs come with keys, never with cookies.
API = "/api/"

CLERK = tuple(name for name in GRANTABLE if name.startswith("identity."))
TOKEN = "csrf_token"
HEALTH = ("/livez", "/readyz", "/metrics", "/_health")
#: What every answer carries, to whomever and of whatever status.
HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
    "x-trace-id",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(town: Town) -> dict[str, Person]:
    """One of each kind of callers."""
    found = {
        "anonymous": await town.stranger(),
        "user": await town.citizen("user"),
        "other user": await town.citizen("other"),
        "group member": await town.citizen("member", group="Release Manager"),
        "staff of one area": await town.citizen("clerk", permissions=CLERK, staff=True),
        "superuser": await town.citizen("root", superuser=True, staff=True),
        "expired": await town.citizen("expired", superuser=True, staff=True),
        "other audience": await town.stranger(),
    }
    for person in found.values():
        if person.id:
            await town.give_key(person)
    await town.sign_in(found["expired"], days=-1)
    await town.give_key(found["expired"], days=-1)
    # The secret of a key opens no session, and one kind of key is not another.
    await town.give_key(found["superuser"], ("bearer",))
    stranger, root = found["other audience"], found["superuser"]
    stranger.key = stranger.cookies["session"] = root.key
    await town.give_key(root)
    return found


@SESSION
async def test_every_cell_is_as_the_table_says(
    town: Town, people: dict[str, Person], tmp_path: Path
) -> None:
    owner, other = people["user"], people["other user"]

    async def status(method: str, path: str, caller: str) -> str:
        person, user, name = people[caller], other.id, owner.name
        if (method, path, caller) == ("POST", "/users/{username:str}/delete", "user"):
            # Who does this is gone.
            person = await town.citizen("leaver")
            name = person.name
        if method == "POST" and "delete" in path:
            user = await town.account("target")
        # Pages about somebody are about "user"; what staff look at is "other user".
        to = address(path, username=name, user=user)
        if path.startswith(API):
            answer = await person.call(method, to)
        elif method == "GET":
            answer = await person.get(to)
        else:
            # Whatever is done ends no session that is needed again.
            if person.id and caller != "expired":
                await town.sign_in(person)
            token = town.token(form_of(path, person.id, person.session), person)
            answer = await person.post(to, {TOKEN: token})
        assert answer.status_code < 500, (method, to, caller, answer.text[-2000:])
        assert path.startswith(HEALTH) or set(answer.headers) >= HEADERS, (method, to, caller)
        mine = person is owner or path.startswith("/admin")
        assert mine or f"{owner.name}@example.org" not in answer.text, (to, caller)
        return str(answer.status_code)

    found: dict[matrix.Route, dict[str, str]] = {}
    for method, path in matrix.routes(town.app):
        got = await asyncio.gather(*(status(method, path, caller) for caller in people))
        found[method, path] = dict(zip(people, got, strict=True))
    made = matrix.write("gateway", found.items(), tmp_path)
    assert matrix.compare("gateway", found) == [], f"the table as found is {made}"


def test_the_table_holds_what_it_should() -> None:
    table = matrix.table("gateway")
    for (method, path), row in table.items():
        # Who brings what does not hold is nobody; to the API it is refused.
        nobody = row["anonymous"]
        assert row["expired"] == row["other audience"], (method, path)
        assert row["expired"] == nobody or path.startswith(API), (method, path)
        if path.startswith("/admin"):
            assert row["anonymous"] == "302", (method, path)
            assert row["user"] == row["group member"] == "403", (method, path)
    assert sum(len(row) for row in table.values()) > 500


#: Its form stands on pages that are the same for everybody, so there is no token in it; all it can
#: do is to have a banner hidden from whoever sends it.
CLOSING = "/banners/{number:int}/dismiss"


@SESSION
async def test_nothing_is_taken_from_elsewhere(town: Town, people: dict[str, Person]) -> None:
    """Without a token, with another's, or from another site: every form of the site refuses."""
    root, other = people["superuser"], people["staff of one area"]
    await town.sign_in(root)
    before = await town.sql("SELECT count(*) AS n, max(id::text) AS last FROM audit")
    walked = 0
    for method, path in matrix.routes(town.app):
        if method in {"GET", "OPTIONS"}:
            continue
        walked += 1
        to = address(path, username=root.name, user=other.id)
        if path.startswith(API):
            # A session is nothing to the API, so nobody else's page can use it there.
            answer = await root.call(method, to, with_key=False)
            assert not answer.is_success, (method, to, answer.status_code)
            continue
        assert method == "POST", path
        if path == CLOSING:
            evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
            assert (await root.post(to, {}, evil)).status_code == 403
            assert (await root.post(to, {}, {"Origin": "null"})).status_code == 403
            continue
        form = form_of(path, root.id, root.session)
        own, theirs = town.token(form, root), town.token(form, other)
        evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        for what, answer in {
            "no token": await root.post(to, {"x": "y"}),
            "another's token": await root.post(to, {TOKEN: theirs}),
            "another form's token": await root.post(to, {TOKEN: town.token("x", root)}),
            "cross-origin": await root.post(to, {TOKEN: own}, evil),
            "an origin of its own": await root.post(to, {TOKEN: own}, {"Origin": "null"}),
        }.items():
            assert answer.status_code == 403, (to, what, answer.status_code)
            assert "session" not in answer.headers.get("set-cookie", ""), (to, what)
    assert walked > 20
    assert await town.sql("SELECT count(*) AS n, max(id::text) AS last FROM audit") == before
    assert (await root.get("/accounts/sessions/")).status_code == 200


@SESSION
@pytest.mark.timeout(400)
async def test_nobody_is_shown_what_was_made_for_another(
    town: Town, people: dict[str, Person]
) -> None:
    """Two who are signed in, and a stranger: every page that is kept is one page for all."""
    one, two, stranger = people["superuser"], people["user"], people["anonymous"]
    await town.sign_in(one)
    await town.sign_in(two)
    walked = 0
    for page in PAGES:
        if not isinstance(page, PageRoute) or page.cache is None:
            continue
        for path in page.paths:
            to = address(path, username=one.name, user=one.id)
            answers = await asyncio.gather(*(person.get(to) for person in (one, two, stranger)))
            walked += 1
            for answer in answers:
                assert answer.status_code < 500, to
                assert "set-cookie" not in answer.headers, to
                assert answer.headers.get("cache-control", "").find("no-store") < 0 or (
                    answer.status_code in {302, 404}
                ), to
                for person in (one, two):
                    assert person.name not in answer.text, to
            assert len({answer.content for answer in answers}) == 1 or answers[0].status_code == 404
    assert walked > 20
