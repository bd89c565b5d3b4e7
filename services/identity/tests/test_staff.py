"""What staff do with accounts and groups, and what they cannot give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from identity.settings import Settings

#: A member of staff who looks after accounts and releases.
HELD = (
    *("identity.view_user", "identity.change_user", "identity.delete_user"),
    *("identity.view_group", "identity.add_group", "identity.change_group"),
    *("identity.delete_group", "downloads.change_release"),
)
STAFF: dict[str, Any] = {"as_": HELD, "subject": "user:900"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """What rights staff have, and not whether they have a second factor, is the point here."""
    return settings.model_copy(update={"staff_second_factor": False})


def root(api: Api) -> dict[str, Any]:
    return {"as_": api.GRANTABLE, "subject": "user:901"}


async def state(api: Api, user_id: int, **changes: Any) -> dict[str, Any]:
    """Return what PUT takes, as it is now but for `changes`."""
    found = await api.get(f"/users/{user_id}", **STAFF)
    fields = ("username", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
    kept = {name: found[name] for name in (*fields, "permissions")}
    return {**kept, "groups": [group["id"] for group in found["groups"]], **changes}


async def test_life_of_a_group(api: Api, rows: Rows, ada: int) -> None:
    sent = {"name": "Release managers", "permissions": ["downloads.change_release"]}
    made = await api.post("/groups", sent, status=201, **STAFF)
    path = f"/groups/{made['id']}"
    assert made["members"] == 0
    await api.put(f"/users/{ada}", await state(api, ada, groups=[made["id"]]), **STAFF)
    assert (await api.get(path, **STAFF))["members"] == 1
    user = (await api.sign_in("ada"))["user"]
    assert user["groups"] == ["Release managers"]
    assert user["permissions"] == ["downloads.change_release"]
    await api.put(path, sent, match=None, status=428, **STAFF)
    await api.put(path, sent, match=7, status=412, **STAFF)
    await api.put(path, {"name": "RMs", "permissions": []}, match=1, **STAFF)
    assert (await api.sign_in("ada"))["user"]["permissions"] == []
    await api.delete(path, **STAFF)
    assert (await api.sign_in("ada"))["user"]["groups"] == []
    number = str(made["id"])
    assert await rows.told() == [
        ("group.created", number, 1),
        ("user.updated", str(ada), 2),
        ("group.updated", number, 2),
        ("group.deleted", number, 3),
    ]


async def test_groups_have_names_of_their_own_and_permissions_that_exist(
    api: Api, rows: Rows
) -> None:
    await api.post("/groups", {"name": "a", "permissions": []}, status=201, **STAFF)
    clash = await api.post("/groups", {"name": "a", "permissions": []}, status=409, **STAFF)
    assert clash["errors"][0]["loc"] == ["body", "name"]
    for name in ("downloads.fly", "identity.serve_accounts", "system.export"):
        sent = {"name": "b", "permissions": [name]}
        refused = await api.post("/groups", sent, status=400, **root(api))
        assert refused["errors"][0]["loc"] == ["body", "permissions", 0]
    assert await rows.one("SELECT count(*) FROM account_group") == 1


async def test_nobody_gives_what_they_do_not_hold(api: Api, rows: Rows, ada: int) -> None:
    more = {"name": "more", "permissions": ["system.operate"]}
    assert "system.operate" in (await api.post("/groups", more, status=403, **STAFF))["detail"]
    made = await api.post("/groups", more, status=201, **root(api))
    group = f"/groups/{made['id']}"
    await api.put(group, {"name": "more", "permissions": []}, status=403, **STAFF)
    await api.put(group, {**more, "name": "Release managers"}, status=403, **STAFF)
    # What changes nothing takes nothing.
    await api.put(group, more, **STAFF)
    await api.delete(group, status=403, **STAFF)
    path = f"/users/{ada}"
    for change in (
        {"permissions": ["system.operate"]},
        {"groups": [made["id"]]},
        {"is_staff": True},
        {"is_superuser": True},
    ):
        await api.put(path, await state(api, ada, **change), status=403, **STAFF)
    assert await rows.one("SELECT count(*) FROM account_group_member") == 0
    assert await rows.told() == [("group.created", str(made["id"]), 1)]
    sent = await state(
        api, ada, groups=[made["id"]], permissions=["downloads.change_release"], is_staff=True
    )
    changed = await api.put(path, sent, **root(api))
    assert changed["groups"] == [{"id": made["id"], "name": "more"}]
    user = (await api.sign_in("ada"))["user"]
    assert user["is_staff"]
    assert user["permissions"] == ["downloads.change_release", "system.operate"]


async def test_superusers_are_for_superusers(api: Api, rows: Rows, make_user: MakeUser) -> None:
    boss = await make_user("boss", is_superuser=True, is_staff=True)
    path = f"/users/{boss}"
    await api.put(path, await state(api, boss, first_name="x"), status=403, **STAFF)
    await api.delete(path, status=403, **STAFF)
    assert set((await api.sign_in("boss"))["user"]["permissions"]) == set(api.GRANTABLE)
    myself: dict[str, Any] = {"as_": api.GRANTABLE, "subject": f"user:{boss}"}
    for change in ({"is_superuser": False}, {"is_active": False}):
        refused = await api.put(path, await state(api, boss, **change), status=409, **myself)
        assert refused["detail"].startswith("Nobody changes their own flags")
    await api.put(path, await state(api, boss, first_name="B"), **myself)
    await api.put(path, await state(api, boss, is_superuser=False), **root(api))
    assert not await rows.one("SELECT is_superuser FROM account")


async def test_closing_an_account_ends_its_sessions(api: Api, rows: Rows, ada: int) -> None:
    made = await api.sign_in("ada")
    session = f"/sessions/{api.sha(made['secret'])}"
    await api.get(session)
    await api.put(f"/users/{ada}", await state(api, ada, is_active=False), **STAFF)
    await api.get(session, status=404)
    assert (await api.sign_in("ada", status=403))["type"] == "inactive"
    assert len(await rows.data("session.ended")) == 1
    entry = (await rows.all("SELECT * FROM audit WHERE action = 'updated'"))[0]
    assert entry["actor"] == "user:900"
    assert (entry["before"], entry["after"]) == ({"is_active": True}, {"is_active": False})


async def test_renaming(api: Api, rows: Rows, ada: int, make_user: MakeUser) -> None:
    bob = await make_user("b\u00f6b")
    for name, status in (("ADA", 409), ("edit", 400), ("b\u00f6b", 200), ("Bob", 200)):
        sent = await state(api, bob, username=name)
        await api.put(f"/users/{bob}", sent, status=status, **STAFF)
    assert (await rows.data("user.updated"))[-1]["previous_usernames"] == ["b\u00f6b"]
    # What does not differ is no change.
    before = await rows.told()
    await api.put(f"/users/{bob}", await state(api, bob), **STAFF)
    assert await rows.told() == before
    assert ada


async def test_deleting(api: Api, rows: Rows, ada: int) -> None:
    await api.sign_in("ada")
    await api.delete(f"/users/{ada}", match=7, status=412, **STAFF)
    await api.delete(f"/users/{ada}", **STAFF)
    for table in ("account", "email_address", "session", "mailed_key"):
        assert await rows.one(f"SELECT count(*) FROM {table}") == 0
    assert [kind for kind, _, _ in await rows.told()] == ["session.ended", "user.deleted"]
    assert (await rows.data("user.deleted"))[0] == {
        "id": ada,
        "username": "Ada",
        "user": None,
        "previous_usernames": [],
    }
    await api.get(f"/users/{ada}", status=404, **STAFF)


async def test_lists(api: Api, ada: int, make_user: MakeUser) -> None:
    await make_user("bob", is_staff=True, first_name="Robert")
    await make_user("100%", is_active=False)
    made = await api.post("/groups", {"name": "g", "permissions": []}, status=201, **STAFF)
    await api.put(f"/users/{ada}", await state(api, ada, groups=[made["id"]]), **STAFF)

    async def names(query: str) -> list[str]:
        found = await api.get(f"/users?{query}", **STAFF)
        assert found["total"] == len(found["items"])
        return [item["username"] for item in found["items"]]

    assert await names("order=username") == ["100%", "Ada", "bob"]
    assert await names("order=-id") == ["100%", "bob", "Ada"]
    assert await names("q=ROBERT") == ["bob"]
    assert await names("q=ada@EXAMPLE") == ["Ada"]
    assert await names("q=%25") == ["100%"]
    assert await names("is_staff=true") == ["bob"]
    assert await names("is_active=false") == ["100%"]
    assert await names(f"group={made['id']}") == ["Ada"]
    assert (await api.get("/users?limit=1&offset=1&order=id", **STAFF))["total"] == 3
    assert [g["name"] for g in (await api.get("/groups?q=G", **STAFF))["items"]] == ["g"]


@pytest.mark.parametrize("query", ["order=password", "is_staff=maybe", "group=0", "limit=-1"])
async def test_bad_filters_are_named(api: Api, query: str) -> None:
    answer = await api.get(f"/users?{query}", status=400, **STAFF)
    assert answer["errors"][0]["loc"] == ["query", query.partition("=")[0]]
