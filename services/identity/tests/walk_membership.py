"""How routes of memberships, user groups and elections are called so that they change something."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.identity.tests.test_audit_walk import Step, Walker

#: Whoever calls, with an account of their own.
CALLER = 900
SIGNED = re.compile(r"/nominations/[\w-]+/\d+/answer/([\w-]{43})/")
MEMBER = {
    "legal_name": "C",
    "preferred_name": "C",
    "email_address": "c@post.example",
    "city": "C",
    "region": "C",
    "country": "C",
    "postal_code": "1",
}
FIELDS = {"name": "Grace", "served": False, "employer": "E", "statement": "S", "own": False}
type Made = tuple[dict[str, Any], Any]


def as_caller(who: Walker) -> dict[str, Any]:
    return {"as_": who.api.ALL, "subject": f"user:{CALLER}"}


async def no_member(who: Walker) -> Made:
    await who.rows.do("DELETE FROM membership")
    return {}, {**MEMBER, "psf_code_of_conduct": True}


async def member(who: Walker) -> Made:
    _, body = await no_member(who)
    made = await who.api.post("/own/membership", body, status=201, **as_caller(who))
    return {"id": made["id"]}, {**MEMBER, "city": "D"}


async def typed_member(who: Walker) -> Made:
    found, _ = await member(who)
    return found, {"membership_type": 1, "votes": True}


async def voter(who: Walker) -> Made:
    found, _ = await member(who)
    await who.rows.do("UPDATE membership SET membership_type = 5")
    return found, None


async def no_subscription(who: Walker) -> Made:
    await who.rows.do("DELETE FROM subscription")
    return {}, {"mailing_list": "psf-members-announce", "email": "root@example.org"}


async def subscription(who: Walker) -> Made:
    _, body = await no_subscription(who)
    await who.api.post("/own/subscriptions", body, **as_caller(who))
    return {"mailing_list": "psf-members-announce"}, None


async def new_group(who: Walker) -> Made:
    await who.rows.do("DELETE FROM user_group")
    return {}, {"name": "G", "location": "L", "url": f"https://g{who.count}.example/"}


async def group(who: Walker) -> Made:
    _, body = await new_group(who)
    made = await who.api.post("/user-groups", body, status=201, **as_caller(who))
    return {"id": made["id"]}, {**body, "name": "H", "ids": [made["id"]]}


async def changed_group(who: Walker) -> Made:
    found, body = await group(who)
    del body["ids"]
    return found, body


async def chosen_group(who: Walker) -> Made:
    found, _ = await group(who)
    return {}, {"ids": [found["id"]]}


async def approved_group(who: Walker) -> Made:
    _, body = await chosen_group(who)
    await who.rows.do("UPDATE user_group SET approved = true")
    return {}, body


async def new_kind(who: Walker) -> Made:
    return {}, {"name": f"Kind {who.count}"}


async def kind(who: Walker) -> Made:
    _, body = await new_kind(who)
    made = await who.api.post("/election-kinds", body, status=201, **as_caller(who))
    return {"id": made["id"]}, {"name": f"Other {who.count}"}


async def new_election(who: Walker) -> Made:
    found, _ = await kind(who)
    now = datetime.now(UTC)
    times = {
        "date": (now + timedelta(days=9)).date().isoformat(),
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
    }
    return {}, {"name": f"Election {who.count}", "kind_id": found["id"], **times}


async def election(who: Walker) -> Made:
    _, body = await new_election(who)
    made = await who.api.post("/elections", body, status=201, **as_caller(who))
    return {"id": made["id"], "slug": made["slug"]}, {**body, "name": "Another"}


async def new_nomination(who: Walker) -> Made:
    found, _ = await election(who)
    return {"slug": found["slug"]}, {**FIELDS, "email": f"grace{who.count}@else.example"}


async def nomination(who: Walker) -> Made:
    found, body = await new_nomination(who)
    path = f"/own/elections/{found['slug']}/nominations"
    made = await who.api.post(path, body, status=201, **as_caller(who))
    del body["own"]
    return {"id": made["id"]}, {**body, "employer": "F"}


async def received(who: Walker) -> Made:
    found, _ = await nomination(who)
    await who.rows.do(
        "UPDATE nominee SET user_id = :id WHERE id = (SELECT max(id) FROM nominee)", id=CALLER
    )
    return found, {"reply": "accepted"}


async def decided(who: Walker) -> Made:
    found, _ = await nomination(who)
    return found, {"decision": "approved", "reason": ""}


async def chosen(who: Walker) -> Made:
    found, _ = await nomination(who)
    return {}, {"ids": [found["id"]]}


async def invited(who: Walker) -> Made:
    found, _ = await nomination(who)
    signed = SIGNED.search((await who.rows.mails())[-1]["text"])
    assert signed is not None
    who.secrets.add(signed[1])
    return {**found, "sha256": who.api.sha(signed[1])}, {"reply": "declined"}


async def nominee(who: Walker) -> Made:
    await nomination(who)
    number = await who.rows.one("SELECT max(id) FROM nominee")
    return {"id": number}, {"user_id": who.id}


WALK: dict[tuple[str, str], Step] = {
    ("POST", "/own/membership"): no_member,
    ("PUT", "/own/membership"): member,
    ("DELETE", "/own/membership"): member,
    ("POST", "/own/membership/affirmations"): voter,
    ("PUT", "/admin-api/membership/{id:int}"): typed_member,
    ("DELETE", "/admin-api/membership/{id:int}"): member,
    ("POST", "/own/subscriptions"): no_subscription,
    ("DELETE", "/own/subscriptions/{mailing_list:str}"): subscription,
    ("POST", "/own/user-groups"): new_group,
    ("POST", "/user-groups"): new_group,
    ("PUT", "/user-groups/{id:int}"): changed_group,
    ("DELETE", "/user-groups/{id:int}"): group,
    ("POST", "/admin-api/user-group"): new_group,
    ("PUT", "/admin-api/user-group/{id:int}"): changed_group,
    ("DELETE", "/admin-api/user-group/{id:int}"): group,
    ("POST", "/admin-api/user-group/actions/approve"): chosen_group,
    ("POST", "/admin-api/user-group/actions/withdraw"): approved_group,
    ("POST", "/election-kinds"): new_kind,
    ("PUT", "/election-kinds/{id:int}"): kind,
    ("DELETE", "/election-kinds/{id:int}"): kind,
    ("POST", "/admin-api/election-kind"): new_kind,
    ("PUT", "/admin-api/election-kind/{id:int}"): kind,
    ("DELETE", "/admin-api/election-kind/{id:int}"): kind,
    ("POST", "/elections"): new_election,
    ("PUT", "/elections/{id:int}"): election,
    ("DELETE", "/elections/{id:int}"): election,
    ("POST", "/admin-api/election"): new_election,
    ("PUT", "/admin-api/election/{id:int}"): election,
    ("DELETE", "/admin-api/election/{id:int}"): election,
    ("POST", "/own/elections/{slug:str}/nominations"): new_nomination,
    ("PUT", "/own/nominations/{id:int}"): nomination,
    ("POST", "/own/nominations/{id:int}/answers"): received,
    ("POST", "/nominations/{id:int}/decisions"): decided,
    ("POST", "/nominations/{id:int}/invitations/{sha256:str}"): invited,
    ("PUT", "/admin-api/nomination/{id:int}"): decided,
    ("DELETE", "/admin-api/nomination/{id:int}"): nomination,
    ("POST", "/admin-api/nomination/actions/approve"): chosen,
    ("POST", "/admin-api/nomination/actions/invite-again"): chosen,
    ("PUT", "/admin-api/nominee/{id:int}"): nominee,
}
