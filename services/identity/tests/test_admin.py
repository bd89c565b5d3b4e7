"""People, groups and keys in the staff admin: through the rules of the API, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.permissions import GRANTABLE

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

#: Somebody who looks after accounts, and holds little else.
CLERK: dict[str, Any] = {
    "as_": ("identity.view_user", "identity.change_user", "identity.view_group"),
    "subject": "user:900",
}
ROOT: dict[str, Any] = {"as_": tuple(GRANTABLE), "subject": "user:901"}


async def record(api: Api, name: str, key: int, who: dict[str, Any] | None = None) -> Any:
    return await api.get(f"/admin-api/{name}/{key}", **(who or ROOT))


async def act(api: Api, action: str, ids: list[int], **who: Any) -> Any:
    return await api.call(
        "POST", f"/admin-api/user/actions/{action}", json={"ids": ids}, **(who or CLERK)
    )


async def test_everybody_sees_what_they_may_of_it(api: Api) -> None:
    async def names(*held: str) -> list[str]:
        told = await api.get("/admin-api", as_=held, subject="user:900")
        return [one["name"] for one in told["resources"]]

    assert await names() == []
    assert await names("identity.change_user") == ["user"]
    assert await names("identity.view_group") == ["group"]
    assert await names("identity.view_key") == ["key"]
    assert await names("identity.view_webhook") == ["webhook"]
    assert await names(*GRANTABLE) == [
        *("user", "group", "linked-account", "key", "webhook"),
        *("membership", "user-group", "nomination", "nominee", "election", "election-kind"),
        *("switch", "parked", "schedule"),
    ]
    [users] = (await api.get("/admin-api", as_=("identity.view_user",)))["resources"]
    assert users["can"] == {"view": True, "add": False, "change": False, "delete": False}
    fields = {one["name"]: one for part in users["fieldsets"] for one in part["fields"]}
    assert (
        fields["groups"] | {"ref": "group", "widget": "ref", "multiple": True} == fields["groups"]
    )
    assert {one["value"] for one in fields["permissions"]["choices"]} == set(GRANTABLE)
    assert fields["last_login"]["read_only_on_change"]
    assert users["inlines"][0]["can"] == {
        "view": True,
        "add": False,
        "change": False,
        "delete": False,
    }


async def test_people_are_found_by_name_address_group_and_day(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    await make_user("Bob", is_staff=True, first_name="Robert")
    await rows.do("UPDATE account SET created = '2020-02-02' WHERE username = 'Bob'")
    group = await api.post("/groups", {"name": "g", "permissions": []}, status=201, **ROOT)
    await rows.do("INSERT INTO account_group_member VALUES (:g, :u)", g=group["id"], u=ada)

    async def found(query: str) -> list[str]:
        listed = await api.get(f"/admin-api/user{query}", **CLERK)
        return [row["title"] for row in listed["items"]]

    assert await found("") == ["Ada", "Bob"]
    assert await found("?q=robert") == ["Bob"]
    assert await found("?q=ada@example.org") == ["Ada"]
    assert await found("?is_staff=true") == ["Bob"]
    assert await found(f"?group={group['id']}") == ["Ada"]
    assert await found("?date=2020-02") == ["Bob"]
    assert await found("?joined__to=2020-02-01") == []


async def test_an_account_is_changed_and_what_is_only_shown_stays(
    api: Api, rows: Rows, ada: int
) -> None:
    group = await api.post("/groups", {"name": "g", "permissions": []}, status=201, **ROOT)
    told = await record(api, "user", ada)
    assert told["inlines"]["addresses"][0]["values"] == {
        "email": "ada@example.org",
        "verified": True,
        "primary": True,
    }
    sent = {
        **told["values"],
        "first_name": "Augusta",
        "groups": [str(group["id"])],
        "permissions": ["downloads.view_release"],
        "last_login": "2001-01-01T00:00:00Z",
        "addresses": [{"id": "1", "version": 1, "delete": True}],
    }
    saved = await api.put(f"/admin-api/user/{ada}", sent, match=told["version"], **ROOT)
    # What one is given in vain, one's helper is told.
    assert "until Staff is ticked" in saved["advice"]
    now = await record(api, "user", ada)
    assert now["values"]["groups"] == [group["id"]]
    assert now["values"]["last_login"] is None
    assert now["inlines"] == told["inlines"]
    [entry] = await rows.all("SELECT * FROM audit WHERE entity = 'user'")
    assert (entry["actor"], entry["action"]) == ("user:901", "updated")
    assert entry["after"] == {
        "first_name": "Augusta",
        "groups": [group["id"]],
        "permissions": ["downloads.view_release"],
    }
    assert ("user.updated", str(ada), 2) in await rows.told()


async def test_nobody_gives_in_the_admin_what_they_do_not_hold(
    api: Api, rows: Rows, ada: int
) -> None:
    told = (await record(api, "user", ada, CLERK))["values"]
    for change in ({"permissions": ["downloads.add_release"]}, {"is_staff": True}):
        answer = await api.call(
            "PUT", f"/admin-api/user/{ada}", json={**told, **change}, match=1, **CLERK
        )
        assert answer.status_code == 403, change
    wrong = await api.put(
        f"/admin-api/user/{ada}", {**told, "permissions": ["a.b"]}, match=1, status=400, **ROOT
    )
    assert wrong["errors"][0]["loc"] == ["body", "permissions", 0]
    assert await rows.actions(ada) == []


async def test_accounts_are_closed_and_opened(api: Api, rows: Rows, ada: int) -> None:
    await api.sign_in("ada")
    before = len(await rows.actions(ada))
    assert (await act(api, "deactivate", [ada])).json() == {"message": "1 account deactivated"}
    assert await rows.one("SELECT count(*) FROM session") == 0
    await api.sign_in("ada", status=403)
    # Closed is closed: a second time is no change, and is not told as one.
    told = (await act(api, "deactivate", [ada])).json()["message"]
    assert told == "0 accounts deactivated; 1 was so already"
    assert (await act(api, "activate", [ada])).status_code == 200
    await api.sign_in("ada")
    assert (await rows.actions(ada))[before:] == ["deactivated", "activated", "signed_in"]
    myself = {**CLERK, "subject": f"user:{ada}"}
    assert (await act(api, "deactivate", [ada], **myself)).status_code == 409


async def test_what_staff_do_for_people(api: Api, rows: Rows, ada: int) -> None:
    await api.sign_in("ada")
    assert (await act(api, "end-sessions", [ada])).status_code == 200
    assert await rows.one("SELECT count(*) FROM session") == 0
    assert (await act(api, "send-password-reset", [ada])).json()["message"] == "1 mail sent"
    secret = await rows.mailed_key()
    await api.post(
        f"/password-resets/{api.sha(secret)}", {"password": "a stone elsewhere"}, status=204
    )
    assert (await act(api, "reset-second-factor", [ada])).status_code == 200
    await rows.do("UPDATE account SET is_active = false")
    assert (await act(api, "send-password-reset", [ada])).status_code == 409
    await rows.do("DELETE FROM email_address")
    await rows.do("UPDATE account SET is_active = true")
    assert (await act(api, "send-password-reset", [ada])).status_code == 409
    done = await rows.actions(ada)
    assert done == ["signed_in", "sessions_ended", "password_reset_sent", "password_reset"]


async def test_superusers_are_helped_by_superusers(
    api: Api, rows: Rows, make_user: MakeUser
) -> None:
    boss = await make_user("boss", is_superuser=True)
    for action in ("deactivate", "end-sessions", "reset-second-factor"):
        assert (await act(api, action, [boss])).status_code == 403, action
    assert await rows.actions(boss) == []
    assert (await act(api, "deactivate", [boss], **ROOT)).status_code == 200


async def test_an_action_on_all_that_a_filter_matches(
    api: Api, rows: Rows, make_user: MakeUser
) -> None:
    for number in range(3):
        await make_user(f"spam{number}")
    keep = await make_user("honest")
    path = "/admin-api/user/actions/deactivate"

    async def asked(count: object, **query: Any) -> Any:
        return await api.call("POST", path, json={"filter": query, "count": count}, **CLERK)

    for wrong in (None, "3", True):
        assert (await asked(wrong, q="spam")).status_code == 400
    assert (await asked(3, colour="red")).status_code == 400
    assert (await asked(3, q=5)).status_code == 400
    # One more came meanwhile: nothing is done to what nobody was asked about.
    refused = await asked(2, q="spam")
    assert refused.status_code == 409
    assert "3 users" in refused.json()["detail"]
    assert await rows.one("SELECT count(*) FROM account WHERE NOT is_active") == 0
    assert (await asked(3, q="spam", order="-username")).json()["message"].startswith("3 accounts")
    closed = await rows.all("SELECT id FROM account WHERE is_active")
    assert [row["id"] for row in closed] == [keep]


async def test_groups_are_made_with_permissions(api: Api, rows: Rows) -> None:
    body = {"name": "Editors", "permissions": ["downloads.view_release", "system.operate"]}
    made = await api.post("/admin-api/group", body, status=201, **ROOT)
    listed = await api.get("/admin-api/group", **ROOT)
    assert (
        listed["items"][0]["values"] | {"members": 0, "permissions": 2}
        == (listed["items"][0]["values"])
    )
    refused = await api.post("/admin-api/group", {**body, "name": "b"}, status=403, **CLERK)
    assert "identity.add_group" in refused["detail"]
    await api.delete(f"/admin-api/group/{made['id']}", **ROOT)
    assert [name for name, _, _ in await rows.told()] == ["group.created", "group.deleted"]
    # What was done to it outlives it.
    history = await api.get(f"/admin-api/group/{made['id']}/history", **ROOT)
    assert [entry["action"] for entry in history["items"]] == ["deleted", "created"]
    await api.get("/admin-api/group/999/history", status=404, **ROOT)


async def test_keys_are_listed_and_revoked_and_never_told(api: Api, rows: Rows, ada: int) -> None:
    sent = {"kind": "bearer", "name": "laptop", "scopes": []}
    made = await api.post(f"/users/{ada}/keys", sent, status=201)
    viewer: dict[str, Any] = {"as_": ("identity.view_key",), "subject": "user:900"}
    listed = await api.call("GET", "/admin-api/key", **viewer)
    page = await api.call("GET", f"/admin-api/key/{made['id']}", **viewer)
    table = await api.call("GET", "/admin-api/key/export.csv", **viewer)
    assert listed.json()["items"][0]["title"] == "Ada: laptop"
    for answer in (listed, page, table):
        assert answer.status_code == 200
        assert made["secret"] not in answer.text
        assert api.sha(made["secret"]) not in answer.text
    path, sent = "/admin-api/key/actions/revoke", {"ids": [made["id"]]}
    await api.post(path, sent, status=403, **viewer)
    told = await api.post(path, sent, as_=("identity.delete_key",), subject="user:9")
    assert told["message"] == "1 key revoked"
    await api.post(path, sent, status=400, **ROOT)
    assert [mail["kind"] for mail in await rows.mails()] == ["key-made", "key-revoked"]
    assert (await rows.told())[-1] == ("key.revoked", str(made["id"]), 1)
    entry = (await rows.all("SELECT * FROM audit ORDER BY id"))[-1]
    assert (entry["actor"], entry["action"]) == ("user:9", "key_revoked")


async def test_linked_accounts_are_looked_at_and_unlinked(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    boss = await make_user("boss", is_superuser=True)
    # Nothing else signs in to hers: who helps her does not wait until something does.
    await rows.do("UPDATE account SET password = '' WHERE id = :id", id=ada)
    for owner in (ada, boss):
        await rows.do(
            "INSERT INTO social_account (user_id, provider, subject, username, email) "
            "VALUES (:id, 'github', :subject, 'octo', 'octo@example.net')",
            id=owner,
            subject=str(owner),
        )
    viewer: dict[str, Any] = {"as_": ("identity.view_socialaccount",), "subject": "user:900"}
    helper = {**viewer, "as_": ("identity.delete_socialaccount",)}
    listed = await api.get("/admin-api/linked-account?q=octo@example.net", **viewer)
    assert [one["title"] for one in listed["items"]] == ["Ada: github", "boss: github"]
    mine, theirs = (one["id"] for one in listed["items"])
    shown = await record(api, "linked-account", mine, viewer)
    assert shown["values"] | {"owner": "Ada", "username": "octo"} == shown["values"]

    path = "/admin-api/linked-account/actions/unlink"
    await api.post(path, {"ids": [mine]}, status=403, **viewer)
    await api.post(path, {"ids": [theirs]}, status=403, **helper)
    await api.post(path, {"ids": [mine]}, **helper)
    await api.post(path, {"ids": [mine]}, status=400, **helper)
    assert [row["user_id"] for row in await rows.all("SELECT * FROM social_account")] == [boss]
    [entry] = await rows.all("SELECT * FROM audit")
    assert (entry["actor"], entry["action"]) == ("user:900", "social_account_unlinked")
    assert [mail["recipient"] for mail in await rows.mails()] == ["ada@example.org"]


async def test_webhooks_are_looked_at_and_switched_off(api: Api, rows: Rows, ada: int) -> None:
    sent = {"url": "https://example.net/hook", "events": ["downloads.release.published"]}
    made = await api.post(f"/users/{ada}/webhooks", sent, status=201)
    viewer: dict[str, Any] = {"as_": ("identity.view_webhook",), "subject": "user:900"}
    listed = await api.get("/admin-api/webhook?enabled=true", **viewer)
    values = listed["items"][0]["values"]
    assert (values["owner"], values["waiting"]) == ("Ada", 0)
    shown = await record(api, "webhook", made["id"], viewer)
    assert shown["values"]["events"] == sent["events"]
    assert made["secret"] not in str(shown)

    path, ids = "/admin-api/webhook/actions/switch-off", {"ids": [made["id"]]}
    await api.post(path, ids, status=403, **viewer)
    helper = {**viewer, "as_": ("identity.change_webhook",)}
    assert (await api.post(path, ids, **helper))["message"] == "1 webhook switched off"
    told = (await api.post(path, ids, **helper))["message"]
    assert told == "0 webhooks switched off; 1 was so already"
    [row] = await rows.all("SELECT enabled, trouble FROM webhook")
    assert (row["enabled"], row["trouble"]) == (False, "The staff of the site switched it off.")
    assert (await rows.actions(ada))[-1] == "webhook_switched_off"
    assert [mail["kind"] for mail in await rows.mails()] == ["webhook-switched-off"]
    await api.post(path, {"ids": [999]}, status=400, **ROOT)


async def test_schedules_say_when_they_are_due(api: Api) -> None:
    listed = (await api.get("/admin-api/schedule", **ROOT))["items"]
    due = {one["title"]: one["values"]["next_run"] for one in listed}
    assert due["prune-mail"].endswith(" 03:55")
    table = await api.call("GET", "/admin-api/schedule/export.csv", **ROOT)
    assert due["prune-mail"] in table.text


async def test_people_are_called_by_name(api: Api, ada: int, make_user: MakeUser) -> None:
    bob = await make_user("bob", first_name="Bob", last_name="Ross")
    found = await api.get(f"/user-summaries?id={ada}&id={bob}&id=999&id=-1")
    assert {(one["id"], one["name"]) for one in found} == {(ada, "Ada"), (bob, "Bob Ross")}
    assert [one["id"] for one in await api.get("/user-summaries?username=BOB")] == [bob]
    assert await api.get("/user-summaries") == []
    many = "&".join(f"id={number}" for number in range(101))
    await api.get(f"/user-summaries?{many}", status=400)
