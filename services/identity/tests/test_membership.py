"""Memberships, subscriptions and user groups: their lives, and who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity.memberships import tasks

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, Rows

    from servicekit.service import TaskContext

STAFF: dict[str, Any] = {
    "as_": (
        *("identity.view_membership", "identity.change_membership", "identity.delete_membership"),
        *("identity.view_usergroup", "identity.add_usergroup", "identity.change_usergroup"),
        "identity.delete_usergroup",
    ),
    "subject": "user:900",
}
FIELDS = {
    "legal_name": "Augusta Ada King",
    "preferred_name": "Ada",
    "email_address": "ada@post.example",
    "city": "London",
    "region": "London",
    "country": "England",
    "postal_code": "SW1",
}
GROUP = {"name": "Evenings", "location": "Utrecht", "url": "https://evenings.example/"}


def who(user_id: int) -> dict[str, Any]:
    return {"as_": (), "subject": f"user:{user_id}"}


async def test_life_of_a_membership(api: Api, rows: Rows, ada: int, context: TaskContext) -> None:
    me, path = who(ada), "/own/membership"
    await api.get(path, status=404, **me)
    await api.get(path, status=401, as_=None)
    await api.get(path, status=403)
    await api.post(f"{path}/affirmations", status=404, **me)
    sent = {**FIELDS, "psf_code_of_conduct": False}
    refused = await api.post(path, sent, status=400, **me)
    assert refused["errors"][0]["loc"] == ["body", "psf_code_of_conduct"]
    sent |= {"psf_code_of_conduct": True, "psf_announcements": True}
    await api.post(path, {**sent, "city": ""}, status=400, **me)
    made = await api.post(path, sent, status=201, **me)
    assert (made["membership_type"], made["votes"], made["can_vote"]) == (0, False, False)
    await api.post(path, sent, status=409, **me)
    await api.post(f"{path}/affirmations", status=409, **me)
    await api.put(path, FIELDS, status=412, match=9, **me)
    changed = await api.put(path, {**FIELDS, "city": "Marylebone"}, match=1, **me)
    assert changed["city"] == "Marylebone"

    admin = f"/admin-api/membership/{made['id']}"
    shown = await api.get(admin, **STAFF)
    await api.put(admin, {"membership_type": 0, "votes": True}, status=409, **STAFF)
    assert "Augusta Ada King" in str(shown)
    await api.put(admin, {"membership_type": 1, "votes": False}, **STAFF)
    affirmed = await api.post(f"{path}/affirmations", **me)
    assert (affirmed["votes"], affirmed["needs_affirmation"]) == (True, False)
    assert str(await tasks.remind(context)) == "0 members asked"
    await rows.do("UPDATE membership SET last_vote_affirmation = now() - interval '367 days'")
    assert (await api.get(path, **me))["needs_affirmation"] is True
    assert str(await tasks.remind(context)) == "1 members asked"
    assert str(await tasks.remind(context)) == "0 members asked"
    csv = await api.call("GET", "/admin-api/membership/export.csv", **STAFF)
    assert "Augusta Ada King" in csv.text
    exported = await api.get(f"/users/{ada}/export")
    assert exported["membership"]["city"] == "Marylebone"
    await api.delete(path, **me)
    await api.delete(path, status=404, **me)
    told = [name for name, _, _ in await rows.told() if name.startswith("membership")]
    assert told == [
        *("membership.created", "membership.updated", "membership.updated"),
        *("membership.updated", "membership.deleted"),
    ]
    # Neither events nor the trail say where somebody lives.
    assert "Marylebone" not in str(await rows.events()) + str(await rows.audit())


async def test_a_list_is_asked_for_confirmed_addresses_only(api: Api, rows: Rows, ada: int) -> None:
    me, path = who(ada), "/own/subscriptions"
    asked = {"mailing_list": "psf-members-announce", "email": "Ada@Example.org"}
    await api.post(path, {**asked, "email": "bob@example.org"}, status=400, **me)
    await rows.do(
        "INSERT INTO email_address (user_id, email) VALUES (:id, 'new@example.org')", id=ada
    )
    await api.post(path, {**asked, "email": "new@example.org"}, status=400, **me)
    made = await api.post(path, asked, **me)
    assert made["state"] == "asked"
    await api.post(path, asked, status=409, **me)
    await rows.do("UPDATE email_address SET verified = true")
    await api.post(path, {**asked, "email": "new@example.org"}, **me)
    await api.delete(f"{path}/other", status=400, **me)
    assert (await api.delete(f"{path}/psf-members-announce", status=200, **me))["state"] == (
        "withdrawn"
    )
    await api.delete(f"{path}/psf-members-announce", status=404, **me)
    await api.post(path, asked, **me)
    await api.delete(f"/users/{ada}/account")
    mails = [row for row in await rows.mails() if row["kind"].startswith("list-")]
    assert {row["recipient"] for row in mails} == {"psf-members-announce-request@python.org"}
    assert [row["text"].splitlines()[0] for row in mails] == [
        "join address=ada@example.org",
        "leave address=ada@example.org",
        "join address=new@example.org",
        "leave address=new@example.org",
        "join address=ada@example.org",
        "leave address=ada@example.org",
    ]
    assert "example.org" not in str([row["data"] for row in await rows.events()])


async def test_life_of_a_user_group(api: Api, rows: Rows, ada: int) -> None:
    me = who(ada)
    await api.post("/own/user-groups", GROUP, status=401, as_=None)
    for wrong in ({"url": ""}, {"url": "javascript:x"}, {"approved": True}, {"url_type": "x"}):
        await api.post("/own/user-groups", {**GROUP, **wrong}, status=400, **me)
    made = await api.post("/own/user-groups", GROUP, status=201, **me)
    path = f"/user-groups/{made['id']}"
    await api.get(path, status=404, as_=None)
    assert (await api.get("/user-groups", as_=None))["total"] == 0
    assert (await rows.data("user_group.created"))[0]["user_group"] is None
    sent = {"ids": [made["id"]]}
    await api.post("/admin-api/user-group/actions/approve", sent, **STAFF)
    assert (await api.get("/user-groups?q=utr", as_=None))["items"][0]["name"] == "Evenings"
    assert (await api.get("/user-groups?q=nowhere", as_=None))["total"] == 0
    again = await api.post("/own/user-groups", GROUP, status=409, **me)
    assert again["errors"][0]["loc"] == ["body", "url"]
    whole = {**GROUP, "start_date": "2013-01-02", "approved": True, "trusted": True}
    await api.put(path, whole, status=403, **me)
    await api.put(path, whole, match=2, **STAFF)
    await api.post("/admin-api/user-group/actions/withdraw", sent, **STAFF)
    await api.get(path, status=404, as_=None)
    await api.delete(path, **STAFF)
    assert [name for name, _, _ in await rows.told()] == [
        *("user_group.created", "user_group.approved", "user_group.updated"),
        *("user_group.withdrawn", "user_group.deleted"),
    ]
