"""Elections and nominations: windows, answers, review, links, and who sees what."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.identity.elections import ElectionState, state_at
from identity.elections import tasks

if TYPE_CHECKING:
    import httpx
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from servicekit.service import TaskContext

REVIEW = "identity.can_review_nominations"
STAFF: dict[str, Any] = {
    "as_": (
        *(REVIEW, "identity.add_election", "identity.change_election"),
        *("identity.delete_election", "identity.add_electionkind", "identity.change_electionkind"),
        *("identity.delete_electionkind", "identity.delete_nomination", "identity.view_nomination"),
        *("identity.view_nominee", "identity.change_nominee"),
    ),
    "subject": "user:900",
}
KIND = {"name": "Board", "service_since": 2001, "newcomer": "New board member"}
ASKED = {
    "conduct": "required",
    "conduct_text": "I keep to the code of conduct.",
    "mission": "optional",
    "mission_text": "I share the mission.",
}
SIGNED = re.compile(r"/nominations/([\w-]+)/(\d+)/answer/([\w-]{43})/")


def who(user_id: int) -> dict[str, Any]:
    return {"as_": (), "subject": f"user:{user_id}"}


def days(number: float) -> str:
    return (datetime.now(UTC) + timedelta(days=number)).isoformat()


def election(**fields: Any) -> dict[str, Any]:
    day = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    return {"name": "Board 2030", "date": day, "opens": days(-1), "closes": days(9), **fields}


def nomination(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Grace Hopper",
        "email": "grace@elsewhere.example",
        "served": False,
        "employer": "A ship",
        "statement": "She *finds* bugs.",
        "own": False,
        **fields,
    }


@pytest.fixture
async def board(api: Api) -> dict[str, Any]:
    """An election whose window is open."""
    kind = await api.post("/election-kinds", {**KIND, **ASKED}, status=201, **STAFF)
    made: dict[str, Any] = await api.post(
        "/elections", election(kind_id=kind["id"]), status=201, **STAFF
    )
    return made


async def move(rows: Rows, opens: float | None, closes: float | None = None) -> None:
    """Move the window of all elections, past the service, as time does."""
    await rows.do(
        "UPDATE election SET opens = now() + make_interval(secs => :o), "
        "closes = now() + make_interval(secs => :c)",
        o=None if opens is None else opens * 86400,
        c=None if closes is None else closes * 86400,
    )


def test_what_an_election_is_at_a_moment() -> None:
    now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    day, hour = timedelta(days=1), timedelta(hours=1)
    today = now.date()
    for opens, closes, date, expected in (
        (None, None, today + day, ElectionState.ANNOUNCED),
        (None, None, today, ElectionState.BEGUN),
        (None, None, today - 400 * day, ElectionState.BEGUN),
        (now + hour, now + day, today + 9 * day, ElectionState.UPCOMING),
        (now, now + day, today + 9 * day, ElectionState.OPEN),
        (now - day, now + hour, today - day, ElectionState.OPEN),
        (now - day, now, today + day, ElectionState.CLOSED),
        (now - day, now, today, ElectionState.BEGUN),
        (now - 9 * day, now - day, today - day, ElectionState.BEGUN),
    ):
        assert state_at(now, opens, closes, date) is expected, (opens, closes, date)


async def test_life_of_kinds_and_elections(api: Api, rows: Rows) -> None:
    kind = await api.post("/election-kinds", KIND, status=201, **STAFF)
    asked = {**KIND, "conduct": "required"}
    await api.post("/election-kinds", {**asked, "name": "x"}, status=400, **STAFF)
    made = await api.post("/elections", election(kind_id=kind["id"]), status=201, **STAFF)
    assert (made["slug"], made["form"]["newcomer"]) == ("board-2030", "New board member")
    again = await api.post("/elections", election(), status=409, **STAFF)
    assert again["errors"][0]["loc"] == ["body", "slug"]
    await api.post("/elections", election(name="Elections"), status=400, **STAFF)
    await api.post("/elections", election(closes=None), status=400, **STAFF)
    await api.post("/elections", election(closes=days(-2)), status=400, **STAFF)
    path = f"/elections/{made['id']}"
    renamed = election(name="Board of 2030", kind_id=kind["id"], description="**now**")
    await api.put(path, renamed, status=412, match=9, **STAFF)
    changed = await api.put(path, renamed, match=1, **STAFF)
    assert (changed["slug"], changed["name"]) == ("board-2030", "Board of 2030")
    assert "<strong>now</strong>" in changed["description_html"]
    await api.put(f"/election-kinds/{kind['id']}", {**KIND, "name": "The board"}, **STAFF)
    found = await api.get("/elections/board-2030", as_=None)
    assert (found["kind_name"], found["kind_slug"]) == ("The board", "board")
    assert (await api.get("/elections/years", as_=None))[0] >= 2026
    listed = await api.get(f"/elections?year={found['date'][:4]}&kind=board", as_=None)
    assert [one["slug"] for one in listed["items"]] == ["board-2030"]
    assert (await api.get("/elections?year=1999", as_=None))["items"] == []
    await api.delete(f"/election-kinds/{kind['id']}", status=409, **STAFF)
    await api.delete(path, **STAFF)
    await api.delete(f"/election-kinds/{kind['id']}", **STAFF)
    assert [name for name, _, _ in await rows.told()] == [
        "election_kind.created",
        *("election.created", "election.updated"),
        *("election_kind.updated", "election.updated", "election.deleted"),
        "election_kind.deleted",
    ]


async def test_third_party_accepts_by_link_and_is_shown(  # noqa: PLR0915 - one nomination's life
    api: Api, rows: Rows, ada: int, make_user: MakeUser, board: dict[str, Any]
) -> None:
    path = f"/own/elections/{board['slug']}/nominations"
    await api.post(path, nomination(email="no address"), status=400, **who(ada))
    await api.post(path, nomination(served=None), status=400, **who(ada))
    await api.post(path, nomination(served=True), status=400, **who(ada))
    await api.post(path, nomination(served=True, service_years=[1999]), status=400, **who(ada))
    await api.post(path, nomination(email="ada@example.org"), status=400, **who(ada))
    made = await api.post(path, nomination(), status=201, **who(ada))
    assert (made["answer"], made["previous_service"]) == ("none", "New board member")
    assert "<em>finds</em>" in made["statement_html"]
    preview = await api.post("/statement-previews", {"statement": "She *finds* bugs."}, **who(ada))
    assert preview["html"] == made["statement_html"]
    await api.post(path, nomination(), status=409, **who(ada))
    mail = (await rows.mails())[-1]
    assert mail["recipient"] == "grace@elsewhere.example"
    assert "bugs" not in mail["text"]
    found = SIGNED.search(mail["text"])
    assert found is not None
    link = f"/nominations/{found[2]}/invitations/{hashlib.sha256(found[3].encode()).hexdigest()}"
    assert found[1] == board["slug"]
    await api.get(f"/nominations/{found[2]}/invitations/{'0' * 64}", status=404)
    await api.get(link, status=401, as_=None)
    shown = await api.get(link)
    assert shown["can"]["answer"] is True

    # The nominator corrects the address: the old link ends, the new person is asked.
    changed = nomination(email="hopper@elsewhere.example", served=True, service_years=[2003, 2001])
    del changed["own"]
    nomination_path = f"/nominations/{made['id']}"
    await api.put(f"/own{nomination_path}", changed, status=412, match=9, **who(ada))
    edited = await api.put(f"/own{nomination_path}", changed, match=made["version"], **who(ada))
    assert edited["previous_service"] == "2001, 2003"
    await api.get(link, status=404)
    mail = (await rows.mails())[-1]
    assert mail["recipient"] == "hopper@elsewhere.example"
    found = SIGNED.search(mail["text"])
    assert found is not None
    link = f"/nominations/{found[2]}/invitations/{hashlib.sha256(found[3].encode()).hexdigest()}"
    assert await rows.one("SELECT count(*) FROM nominee") == 1

    grace = await make_user("Grace")
    await api.get(f"/nominations/{made['id']}", status=404, **who(grace))
    await api.post(link, {"reply": "accepted", "user_id": ada}, status=409)
    assert (await api.post(link, {"reply": "declined"}))["answer"] == "declined"
    assert (await api.post(link, {"reply": "accepted", "user_id": grace}))["answer"] == "accepted"
    assert (await rows.mails())[-1]["recipient"] == "ada@example.org"
    # Linked: what was a stranger's is hers now, and the nominator can no longer change it.
    assert (await api.get(nomination_path, **who(grace)))["can"]["edit"] is True
    await api.put(f"/own{nomination_path}", changed, status=403, **who(ada))
    assert [one["received"] for one in await api.get("/own/nominations", **who(grace))] == [True]

    await api.post(f"{nomination_path}/decisions", {"decision": "rejected"}, status=400, **STAFF)
    sent = {"decision": "rejected", "reason": "Say more."}
    await api.post(f"{nomination_path}/decisions", sent, **STAFF)
    assert [mail["recipient"] for mail in (await rows.mails())[-2:]] == [
        "hopper@elsewhere.example",
        "ada@example.org",
    ]
    assert "Say more." in (await rows.mails())[-1]["text"]
    await api.post(f"{nomination_path}/decisions", {"decision": "approved"}, **STAFF)
    assert (await rows.data("nominee.updated"))[-1]["nominee"] is None

    # An edit of what was approved goes back to review.
    more = {**changed, "statement": "She found *the* bug."}
    edited = await api.put(f"/own{nomination_path}", more, **who(grace))
    assert edited["review"] == "waiting"
    assert await rows.one("SELECT approved FROM nominee") is False
    await api.post(f"{nomination_path}/decisions", {"decision": "approved"}, **STAFF)

    await move(rows, -9, -1)
    await api.post(link, {"reply": "declined"}, status=409)
    no = {"reply": "declined"}
    await api.post(f"/own{nomination_path}/answers", no, status=403, **who(grace))
    await api.put(f"/own{nomination_path}", more, status=403, **who(grace))
    listed = await api.get(f"/elections/{board['slug']}/nominees", as_=None)
    assert [(one["slug"], one["name"]) for one in listed["items"]] == [
        ("grace-hopper", "Grace Hopper")
    ]
    page = await api.get(f"/elections/{board['slug']}/nominees/grace-hopper", as_=None)
    assert [one["nominator_name"] for one in page["statements"]] == ["Ada"]
    assert "email" not in page


async def test_self_nomination(
    api: Api, rows: Rows, ada: int, make_user: MakeUser, board: dict[str, Any]
) -> None:
    path = f"/own/elections/{board['slug']}/nominations"
    own = nomination(own=True, name="Ada Lovelace", email="ada@example.org")
    refused = await api.post(path, {**own, "conduct": True}, status=409, **who(ada))
    assert "first and last name" in refused["detail"]
    await rows.do("UPDATE account SET first_name = 'Ada', last_name = 'Lovelace'")
    missing = await api.post(path, own, status=400, **who(ada))
    assert missing["errors"][0]["loc"] == ["body", "conduct"]
    made = await api.post(path, {**own, "conduct": True}, status=201, **who(ada))
    assert (made["answer"], made["own"]) == ("accepted", True)
    again = await api.post(path, {**own, "conduct": True}, status=409, **who(ada))
    assert "already" in again["detail"]
    # Somebody else of the same name is another nominee; a third party finds her by her address.
    bob = await make_user("Bob", first_name="Ada", last_name="Lovelace")
    other = {**own, "conduct": True, "email": "bob@example.org"}
    await api.post(path, other, status=201, **who(bob))
    received = nomination(name="A. Lovelace", email="Ada@Example.org")
    third = await api.post(path, received, status=201, **who(bob))
    slugs = await rows.all("SELECT slug FROM nominee ORDER BY id")
    assert [row["slug"] for row in slugs] == ["ada-lovelace", "ada-lovelace-2"]
    assert third["nominee_slug"] == "ada-lovelace"
    await api.post(f"/own/nominations/{third['id']}/answers", {"reply": "accepted"}, **who(ada))
    for number in (made["id"], third["id"]):
        await api.post(f"/nominations/{number}/decisions", {"decision": "approved"}, **STAFF)
    await move(rows, -9, -1)
    page = await api.get(f"/elections/{board['slug']}/nominees/ada-lovelace", as_=None)
    assert page["name"] == "Ada Lovelace"
    assert [one["own"] for one in page["statements"]] == [True, False]
    # What somebody wrote stays without their name, and a nominee without nominations is none.
    await api.delete(f"/users/{bob}/account")
    page = await api.get(f"/elections/{board['slug']}/nominees/ada-lovelace", as_=None)
    assert page["statements"][1]["nominator_name"] == ""
    clerk: dict[str, Any] = {"as_": api.GRANTABLE, "subject": "user:900"}
    second = await rows.one("SELECT id FROM nomination WHERE name = 'Ada Lovelace' AND id <> 1")
    await api.call("DELETE", f"/admin-api/nomination/{second}", match="*", **clerk)
    assert await rows.one("SELECT count(*) FROM nominee") == 1


async def test_the_clock_opens_and_closes_windows(
    api: Api, rows: Rows, ada: int, board: dict[str, Any], context: TaskContext
) -> None:
    await rows.do("UPDATE account SET first_name = 'Ada', last_name = 'Lovelace'")
    path = f"/own/elections/{board['slug']}/nominations"
    await move(rows, 1, 2)
    own = nomination(own=True, conduct=True, name="Ada Lovelace", email="ada@example.org")
    await api.post(path, own, status=409, **who(ada))
    assert str(await tasks.turn(context)) == "1 elections told"
    await move(rows, -1, 2)
    made = await api.post(path, own, status=201, **who(ada))
    await api.post(f"/nominations/{made['id']}/decisions", {"decision": "approved"}, **STAFF)
    await tasks.turn(context)
    await move(rows, -2, -1)
    await tasks.turn(context)
    await tasks.turn(context)
    told = await rows.told()
    assert [name for name, _, _ in told if name.startswith("election.")] == [
        *("election.created", "election.updated", "election.opened", "election.closed")
    ]
    nominee = (await rows.data("nominee.updated"))[-1]["nominee"]
    assert (nominee["slug"], nominee["text"]) == ("ada-lovelace", "She finds bugs.")
    # Staff open it again: nobody is put forward while people can be nominated.
    await api.put(f"/elections/{board['id']}", election(kind_id=board["form"]["id"]), **STAFF)
    assert (await rows.data("nominee.updated"))[-1]["nominee"] is None


#: Who sees what. Cells: anybody, somebody, nominator, nominee, staff.
#: Settled is accepted and approved; "none" has no window.
SEES: dict[tuple[str, str, str], str] = {
    **{
        (page, window, state): cells
        for window in ("none", "before", "open", "after")
        for state in ("new", "accepted", "approved", "settled")
        for page, cells in (("nominee", "---++"), ("nomination", "--+++"))
    },
    **{("nominee", window, "settled"): "+++++" for window in ("none", "before", "after")},
    ("nomination", "none", "settled"): "+++++",
    **{
        ("list", window, state): "-----"
        for window in ("none", "before", "open", "after")
        for state in ("new", "accepted", "approved")
    },
    ("list", "none", "settled"): "+++++",
    ("list", "before", "settled"): "----+",
    ("list", "open", "settled"): "----+",
    ("list", "after", "settled"): "+++++",
    **{
        (page, window, state): "-----"
        for page in ("edit", "answer")
        for window in ("none", "before", "after")
        for state in ("new", "accepted", "approved", "settled")
    },
    ("edit", "open", "new"): "--++-",
    **{("edit", "open", state): "---+-" for state in ("accepted", "approved", "settled")},
    **{("answer", "open", state): "---+-" for state in ("new", "accepted", "approved", "settled")},
}
WINDOWS: dict[str, tuple[float | None, float | None]] = {
    "none": (None, None),
    "before": (1, 2),
    "open": (-1, 1),
    "after": (-2, -1),
}
STATES = {
    "new": ("none", "waiting"),
    "accepted": ("accepted", "waiting"),
    "approved": ("none", "approved"),
    "settled": ("accepted", "approved"),
}


async def test_every_cell_of_the_table_of_who_sees_what(
    api: Api, rows: Rows, ada: int, make_user: MakeUser, board: dict[str, Any]
) -> None:
    grace, somebody = await make_user("Grace"), await make_user("Somebody")
    path = f"/elections/{board['slug']}"
    sent = nomination(email="grace@example.org")
    made = await api.post(f"/own{path}/nominations", sent, status=201, **who(ada))
    people: tuple[dict[str, Any], ...] = (
        {"as_": None, "subject": ""},
        who(somebody),
        who(ada),
        who(grace),
        STAFF,
    )

    async def look(address: str, person: dict[str, Any]) -> httpx.Response:
        return await api.call("GET", address, **person)

    found: dict[tuple[str, str, str], str] = {}
    for window, (opens, closes) in WINDOWS.items():
        await move(rows, opens, closes)
        for state, (answer, review) in STATES.items():
            await rows.do("UPDATE nomination SET answer = :a, review = :r", a=answer, r=review)
            await rows.do(
                "UPDATE nominee SET accepted = :a, approved = :r",
                a=answer == "accepted",
                r=review == "approved",
            )
            cells: dict[str, str] = dict.fromkeys(("nominee", "nomination", "list"), "")
            cells |= {"edit": "", "answer": ""}
            for person in people:
                one = await look(f"{path}/nominees/grace-hopper", person)
                cells["nominee"] += "+" if one.is_success else "-"
                listed = await api.get(f"{path}/nominees", **person)
                cells["list"] += "+" if listed["items"] else "-"
                one = await look(f"/nominations/{made['id']}", person)
                cells["nomination"] += "+" if one.is_success else "-"
                can = one.json()["can"] if one.is_success else {}
                for what in ("edit", "answer"):
                    cells[what] += "+" if can.get(what) else "-"
            found |= {(page, window, state): cell for page, cell in cells.items()}
    assert found == SEES
