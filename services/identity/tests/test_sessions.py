"""Sessions: begun, used, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from identity import tasks

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from servicekit.service import TaskContext


async def test_a_session_is_kept_as_a_hash(api: Api, rows: Rows, ada: int) -> None:
    first, second = await api.sign_in("ada"), await api.sign_in("ada")
    assert first["secret"] != second["secret"]
    assert len(first["secret"]) == 43  # 256 bits
    kept = await rows.all("SELECT sha256 FROM session ORDER BY id")
    assert [row["sha256"].hex() for row in kept] == [
        api.sha(first["secret"]),
        api.sha(second["secret"]),
    ]
    state = await api.get(f"/sessions/{api.sha(first['secret'])}")
    assert state["user"]["id"] == ada
    assert state["session"]["id"] == first["session"]["id"]
    # The secret itself opens nothing.
    await api.get(f"/sessions/{first['secret']}", status=400)
    await api.get(f"/sessions/{api.sha('x')}", status=404)


@pytest.mark.parametrize(("remember", "days"), [(False, 1), (True, 14)])
async def test_how_long_a_session_lasts(
    api: Api, rows: Rows, ada: int, days: int, *, remember: bool
) -> None:
    made = await api.sign_in("ada", remember=remember)
    path = f"/sessions/{api.sha(made['secret'])}"
    lasts = "SELECT extract(day from expires - created)::int FROM session"
    assert await rows.one(lasts) == days
    # Half a day later, used again.
    await rows.do(
        "UPDATE session SET created = created - interval '12 hours', "
        "last_seen = last_seen - interval '12 hours', expires = expires - interval '12 hours'"
    )
    await api.get(path)
    moved = await rows.one("SELECT expires - created > :days FROM session", days=_days(days))
    assert moved is (not remember)
    assert await rows.one("SELECT last_seen > now() - interval '1 minute' FROM session")
    # However it is used, two weeks are the end of it.
    await rows.do(
        "UPDATE session SET created = now() - interval '13 days 23 hours', "
        "last_seen = now() - interval '1 hour'"
    )
    await api.get(path)
    if not remember:
        assert await rows.one("SELECT expires = created + interval '14 days' FROM session")
    await rows.do("UPDATE session SET expires = now() - interval '1 second'")
    await api.get(path, status=404)
    assert ada


def _days(number: int) -> object:
    from datetime import timedelta

    return timedelta(days=number)


async def test_use_is_written_at_most_once_a_minute(api: Api, rows: Rows, ada: int) -> None:
    made = await api.sign_in("ada")
    before = await rows.one("SELECT xmin::text FROM session")
    for _ in range(2):
        await api.get(f"/sessions/{api.sha(made['secret'])}")
    assert await rows.one("SELECT xmin::text FROM session") == before
    assert ada


async def test_signing_out(api: Api, rows: Rows, ada: int) -> None:
    made = await api.sign_in("ada")
    path = f"/sessions/{api.sha(made['secret'])}"
    for _ in range(2):
        await api.delete(path)
    await api.get(path, status=404)
    assert await rows.data("session.ended") == [
        {"id": made["session"]["id"], "user_id": ada, "sha256": api.sha(made["secret"])}
    ]
    assert await rows.actions(ada) == ["signed_in", "signed_out"]


async def test_own_sessions(api: Api, rows: Rows, ada: int, make_user: MakeUser) -> None:
    bob = await make_user("bob")
    made = []
    for agent in ("Firefox", "lynx", "w3m"):
        headers = {"Client-Agent": agent, "Client-Address": "192.0.2.7"}
        sent = {"login": "ada", "password": api.PASSWORD}
        made.append(await api.post("/logins", sent, status=201, headers=headers))
    listed = await api.get(f"/users/{ada}/sessions")
    assert [each["agent"] for each in listed] == ["w3m", "lynx", "Firefox"]
    ids = [each["session"]["id"] for each in made]
    # Nobody ends another's.
    await api.delete(f"/users/{bob}/sessions/{ids[0]}", status=404)
    await api.delete(f"/users/{ada}/sessions/{ids[0]}")
    await api.delete(f"/users/{ada}/sessions/{ids[0]}", status=404)
    await api.delete(f"/users/{ada}/sessions?keep={ids[1]}")
    assert [each["id"] for each in await api.get(f"/users/{ada}/sessions")] == [ids[1]]
    await api.delete(f"/users/{ada}/sessions")
    assert await api.get(f"/users/{ada}/sessions") == []
    assert len(await rows.data("session.ended")) == 3
    await api.get("/users/999/sessions", status=404)
    # Of the visitor's address no row has more than a keyed hash.
    kept = await rows.all(
        "SELECT audit::text AS t FROM audit UNION ALL SELECT event::text FROM outbox"
    )
    assert not any("192.0.2.7" in row["t"] for row in kept)


async def test_reauthentication(api: Api, rows: Rows, ada: int) -> None:
    made = await api.sign_in("ada")
    path = f"/sessions/{api.sha(made['secret'])}/reauthentication"
    await rows.do("UPDATE session SET reauthenticated_at = now() - interval '1 hour'")
    wrong = await api.post(path, {"password": "not the password"}, status=401)
    assert wrong["type"] == "wrong-credentials"
    fresh = "SELECT reauthenticated_at > now() - interval '1 minute' FROM session"
    assert not await rows.one(fresh)
    await api.post(path, {"password": api.PASSWORD})
    assert await rows.one(fresh)
    await api.post(
        f"/sessions/{api.sha('x')}/reauthentication", {"password": api.PASSWORD}, status=404
    )
    assert (await rows.actions(ada))[1:] == ["reauthentication_failed", "reauthenticated"]


async def test_expired_sessions_and_forgotten_accounts_are_pruned(
    api: Api, rows: Rows, ada: int, context: TaskContext
) -> None:
    await api.sign_up("ghost")
    await api.sign_up("newcomer")
    made = [await api.sign_in("ada"), await api.sign_in("ada")]
    await rows.do(
        "UPDATE session SET expires = now() - interval '1 day' WHERE id = :id",
        id=made[0]["session"]["id"],
    )
    await rows.do(
        "UPDATE account SET created = now() - interval '31 days' WHERE username <> 'newcomer'"
    )
    ghost = await rows.user("ghost")
    said = await tasks.prune_accounts(context)
    assert said.startswith("deleted 1 accounts")
    assert [
        row["username"] for row in await rows.all("SELECT username FROM account ORDER BY 1")
    ] == ["Ada", "newcomer"]
    assert await rows.one("SELECT id FROM session") == made[1]["session"]["id"]
    assert ("user.deleted", str(ghost), 2) in await rows.told()
    assert ada
