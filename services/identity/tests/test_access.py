"""Who may call what: a walk of the route table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Litestar

from contracts.permissions import GRANTABLE, INTERNAL
from servicekit import access
from servicekit.tokens import SigningKey

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, Rows

SERVE = ("identity.serve_accounts",)
OWN = "/users/{id:int}"
SESSION = "/sessions/{sha256:str}"
HOOKS = f"{OWN}/webhooks"
#: What can be subscribed to is no secret.
OPEN = {
    ("GET", "/event-types"),
    ("GET", "/user-groups"),
    ("GET", "/user-groups/{id:int}"),
    ("GET", "/elections"),
    ("GET", "/elections/years"),
    ("GET", "/elections/{slug:str}"),
    ("GET", "/elections/{slug:str}/nominees"),
    ("GET", "/elections/{slug:str}/nominees/{nominee:str}"),
    ("GET", "/election-kinds"),
    ("GET", "/nominations/{id:int}"),
}
#: What is the caller's own, or shown as far as the caller sees it.
SIGNED_IN = {
    ("GET", "/own/membership"),
    ("POST", "/own/membership"),
    ("PUT", "/own/membership"),
    ("DELETE", "/own/membership"),
    ("POST", "/own/membership/affirmations"),
    ("GET", "/own/subscriptions"),
    ("POST", "/own/subscriptions"),
    ("DELETE", "/own/subscriptions/{mailing_list:str}"),
    ("POST", "/own/user-groups"),
    ("GET", "/own/nominations"),
    ("POST", "/own/elections/{slug:str}/nominations"),
    ("PUT", "/own/nominations/{id:int}"),
    ("POST", "/own/nominations/{id:int}/answers"),
    ("POST", "/statement-previews"),
}
#: What each route asks for. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("POST", "/signups"): SERVE,
    ("POST", "/email-confirmations"): SERVE,
    ("GET", "/email-confirmations/{sha256:str}"): SERVE,
    ("POST", "/email-confirmations/{sha256:str}"): SERVE,
    ("POST", "/logins"): SERVE,
    ("POST", "/password-resets"): SERVE,
    ("GET", "/password-resets/{sha256:str}"): SERVE,
    ("POST", "/password-resets/{sha256:str}"): SERVE,
    ("POST", f"{OWN}/password"): SERVE,
    ("GET", f"{OWN}/addresses"): SERVE,
    ("POST", f"{OWN}/addresses"): SERVE,
    ("DELETE", f"{OWN}/addresses/{{address_id:int}}"): SERVE,
    ("POST", f"{OWN}/addresses/{{address_id:int}}/primary"): SERVE,
    ("POST", f"{OWN}/addresses/{{address_id:int}}/confirmation"): SERVE,
    ("GET", SESSION): SERVE,
    ("DELETE", SESSION): SERVE,
    ("POST", f"{SESSION}/reauthentication"): SERVE,
    ("GET", f"{OWN}/sessions"): SERVE,
    ("DELETE", f"{OWN}/sessions"): SERVE,
    ("DELETE", f"{OWN}/sessions/{{session_id:int}}"): SERVE,
    ("GET", f"{OWN}/profile"): SERVE,
    ("PUT", f"{OWN}/profile"): SERVE,
    ("GET", f"{OWN}/export"): SERVE,
    ("DELETE", f"{OWN}/account"): SERVE,
    ("GET", f"{OWN}/security-log"): SERVE,
    ("GET", "/profiles/{username:str}"): SERVE,
    ("GET", "/user-summaries"): SERVE,
    ("GET", f"{OWN}/keys"): SERVE,
    ("POST", f"{OWN}/keys"): SERVE,
    ("DELETE", f"{OWN}/keys/{{key_id:int}}"): SERVE,
    ("GET", "/keys/{kind:str}/{sha256:str}"): SERVE,
    ("POST", f"{SESSION}/second-factor"): SERVE,
    ("GET", f"{OWN}/second-factors"): SERVE,
    ("DELETE", f"{OWN}/second-factors"): SERVE,
    ("POST", f"{OWN}/totp"): SERVE,
    ("POST", f"{OWN}/totp/confirmation"): SERVE,
    ("POST", f"{OWN}/recovery-codes"): SERVE,
    ("GET", f"{OWN}/totp"): SERVE,
    ("DELETE", f"{OWN}/totp"): SERVE,
    ("POST", f"{OWN}/passkey-challenges"): SERVE,
    ("POST", f"{OWN}/passkeys"): SERVE,
    ("PUT", f"{OWN}/passkeys/{{passkey_id:int}}"): SERVE,
    ("DELETE", f"{OWN}/passkeys/{{passkey_id:int}}"): SERVE,
    ("POST", "/passkey-challenges"): SERVE,
    ("POST", "/passkey-logins"): SERVE,
    ("POST", f"{SESSION}/passkey-challenges"): SERVE,
    ("POST", f"{SESSION}/second-factor/passkey"): SERVE,
    ("POST", f"{SESSION}/reauthentication/passkey"): SERVE,
    ("POST", f"{OWN}/second-factor-resets"): ("identity.change_user",),
    ("GET", "/providers"): SERVE,
    ("POST", "/social/attempts"): SERVE,
    ("POST", "/social/answers"): SERVE,
    ("GET", "/social/pending/{sha256:str}"): SERVE,
    ("POST", "/social/pending/{sha256:str}/signup"): SERVE,
    ("GET", f"{OWN}/ways-in"): SERVE,
    ("POST", f"{OWN}/social-accounts"): SERVE,
    ("DELETE", f"{OWN}/social-accounts/{{account_id:int}}"): SERVE,
    ("POST", f"{OWN}/first-password"): SERVE,
    ("GET", "/users"): ("identity.view_user",),
    ("GET", OWN): ("identity.view_user",),
    ("PUT", OWN): ("identity.change_user",),
    ("DELETE", OWN): ("identity.delete_user",),
    ("GET", "/groups"): ("identity.view_group",),
    ("GET", "/groups/{id:int}"): ("identity.view_group",),
    ("POST", "/groups"): ("identity.add_group",),
    ("PUT", "/groups/{id:int}"): ("identity.change_group",),
    ("DELETE", "/groups/{id:int}"): ("identity.delete_group",),
    ("GET", "/permissions"): ("identity.view_group",),
    ("GET", "/audit"): ("identity.view_audit",),
    ("GET", "/switches"): ("system.view_switches",),
    ("GET", HOOKS): SERVE,
    ("POST", HOOKS): SERVE,
    ("GET", f"{HOOKS}/{{webhook_id:int}}"): SERVE,
    ("PUT", f"{HOOKS}/{{webhook_id:int}}"): SERVE,
    ("DELETE", f"{HOOKS}/{{webhook_id:int}}"): SERVE,
    ("POST", f"{HOOKS}/{{webhook_id:int}}/secret"): SERVE,
    ("POST", f"{HOOKS}/{{webhook_id:int}}/tests"): SERVE,
    ("GET", f"{HOOKS}/{{webhook_id:int}}/deliveries"): SERVE,
    ("POST", f"{HOOKS}/{{webhook_id:int}}/deliveries/{{delivery_id:int}}/repetition"): SERVE,
    ("GET", "/internal/export/users"): ("system.export",),
    ("GET", "/internal/export/memberships"): ("system.export",),
    ("GET", "/internal/export/user-groups"): ("system.export",),
    ("GET", "/internal/export/elections"): ("system.export",),
    ("GET", "/internal/export/nominees"): ("system.export",),
    ("POST", "/user-groups"): ("identity.add_usergroup",),
    ("PUT", "/user-groups/{id:int}"): ("identity.change_usergroup",),
    ("DELETE", "/user-groups/{id:int}"): ("identity.delete_usergroup",),
    ("POST", "/elections"): ("identity.add_election",),
    ("PUT", "/elections/{id:int}"): ("identity.change_election",),
    ("DELETE", "/elections/{id:int}"): ("identity.delete_election",),
    ("POST", "/election-kinds"): ("identity.add_electionkind",),
    ("PUT", "/election-kinds/{id:int}"): ("identity.change_electionkind",),
    ("DELETE", "/election-kinds/{id:int}"): ("identity.delete_electionkind",),
    ("POST", "/nominations/{id:int}/decisions"): ("identity.can_review_nominations",),
    ("GET", "/nominations/{id:int}/invitations/{sha256:str}"): SERVE,
    ("POST", "/nominations/{id:int}/invitations/{sha256:str}"): SERVE,
}
FIELDS: dict[str, Any] = {
    "username": "x1",
    "email": "x1@example.org",
    "login": "x1",
    "password": "a stone in the river",
    "name": "x",
    "permissions": [],
}


def ours(app: Litestar) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the service's own routes declare; servicekit tests its own."""
    kit = ("/schema", "/livez", "/readyz", "/metrics", "/internal/", "/admin-api")
    return {
        key: () if rule.open else rule.permissions
        for key, rule in access.rules(app.routes).items()
        if key[0] != "OPTIONS" and (not key[1].startswith(kit) or "/export/" in key[1])
    }


def concrete(path: str) -> str:
    numbers = ("id", "address_id", "session_id", "key_id", "passkey_id", "account_id")
    for name in (*numbers, "webhook_id", "delivery_id"):
        path = path.replace(f"{{{name}:int}}", "1")
    return (
        path.replace("{sha256:str}", "0" * 64)
        .replace("{kind:str}", "token")
        .replace("{username:str}", "ada")
        .replace("{mailing_list:str}", "psf-members-announce")
        .replace("{slug:str}", "ada")
    )


def test_every_route_is_listed_and_open_to_nobody(app: Litestar) -> None:
    assert ours(app) == EXPECTED | dict.fromkeys(OPEN | SIGNED_IN, ())
    assert all(EXPECTED.values())


def test_no_person_can_have_what_the_gateway_has() -> None:
    assert not GRANTABLE.keys() & INTERNAL.keys()


async def test_matrix(api: Api, rows: Rows, ada: int) -> None:
    before = await rows.all("SELECT xmin::text, * FROM account")
    for (method, path), needed in EXPECTED.items():
        sent: dict[str, Any] = {"json": FIELDS} if method in {"POST", "PUT"} else {}
        answer = await api.call(method, concrete(path), as_=None, **sent)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        held = [name for name in api.ALL if name not in needed]
        answer = await api.call(method, concrete(path), as_=held, **sent)
        assert answer.status_code == 403, (method, path)
        assert needed[0] in answer.json()["detail"]
        # A signed-in user's own token opens none of what the gateway does for users.
        if needed == SERVE:
            answer = await api.call(
                method, concrete(path), as_=api.GRANTABLE, subject=f"user:{ada}", **sent
            )
            assert answer.status_code == 403, (method, path)
    for method, path in SIGNED_IN:
        sent = {"json": FIELDS} if method in {"POST", "PUT"} else {}
        answer = await api.call(method, concrete(path), as_=None, **sent)
        assert answer.status_code == 401, (method, path)
    assert await rows.all("SELECT xmin::text, * FROM account") == before
    assert await rows.one("SELECT count(*) FROM outbox") == 0
    for (method, path), needed in EXPECTED.items():
        answer = await api.call(method, concrete(path), as_=needed)
        assert answer.status_code not in {401, 403}, (method, path)
        assert answer.status_code < 500, (method, path)


async def test_a_token_that_does_not_hold_is_refused(api: Api) -> None:
    stranger = SigningKey.generate("stranger", "gateway").mint(
        subject="service:gateway", audience="identity", permissions=api.ALL
    )
    for token in ("abc", "", stranger, api.token("downloads", permissions=api.ALL)):
        headers = {"Authorization": f"Bearer {token}"}
        answer = await api.call("GET", "/users", as_=None, headers=headers)
        assert answer.status_code == 401
