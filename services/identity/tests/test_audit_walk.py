"""Every way to change something leaves one entry in the trail, in the transaction of the change.

And nothing that is logged on the way opens anything, or says where somebody is written to.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyotp
import pytest
from litestar import Litestar
from services.identity.tests import walk_membership

from identity import passwords
from identity.app import service
from servicekit import access
from servicekit.testing import Ledger

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from servicekit.database import Database

LINK: Final = re.compile(r"/(?:confirm-email|reset/key)/([A-Za-z0-9_-]{43})/")
PASSWORD: Final = "canary in the coal mine"
NEW: Final = "another canary, further down"
OWN: Final = "/users/{id:int}"
HOOK: Final = f"{OWN}/webhooks/{{webhook_id:int}}"
#: These make what is worth nothing alone: a mail to an address that somebody claims, a challenge,
#: the secret of an app that no code has proved yet, the way to a provider, a message told again.
QUIET: Final = {
    ("POST", "/email-confirmations"),
    ("POST", "/users/{id:int}/addresses/{address_id:int}/confirmation"),
    ("POST", "/users/{id:int}/totp"),
    ("POST", "/passkey-challenges"),
    ("POST", "/sessions/{sha256:str}/passkey-challenges"),
    ("POST", "/users/{id:int}/passkey-challenges"),
    ("POST", "/social/attempts"),
    ("POST", "/statement-previews"),
    ("POST", f"{HOOK}/tests"),
    ("POST", f"{HOOK}/deliveries/{{delivery_id:int}}/repetition"),
}
#: What the trail has for these is tested where there is an authenticator, a provider or a broker.
ELSEWHERE: Final = {
    ("POST", "/passkey-logins"),
    ("POST", "/sessions/{sha256:str}/reauthentication/passkey"),
    ("POST", "/sessions/{sha256:str}/second-factor/passkey"),
    ("POST", "/users/{id:int}/passkeys"),
    ("POST", "/social/answers"),
    ("POST", "/social/pending/{sha256:str}/signup"),
    ("POST", "/users/{id:int}/social-accounts"),
    ("POST", "/admin-api/parked/actions/redrive"),
    ("DELETE", "/admin-api/parked/{id:int}"),
    ("POST", "/admin-api/schedule/actions/run"),
}


@dataclass
class Walker:
    """Somebody new for each route, with what it takes."""

    api: Api
    rows: Rows
    make_user: MakeUser
    secrets: set[str] = field(default_factory=lambda: {PASSWORD, NEW})
    count: int = 0
    name: str = ""
    password: str = ""
    id: int = 0

    async def come(self) -> None:
        self.count += 1
        self.name = f"canary{self.count}"
        # Made once: to hash takes longer than all the rest.
        self.password = self.password or await passwords.hashed(PASSWORD)
        self.id = await self.make_user(self.name, password=self.password)

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"

    async def session(self) -> str:
        made = await self.api.sign_in(self.name, PASSWORD)
        self.secrets.add(made["secret"])
        return self.api.sha(made["secret"])

    async def key(self) -> int:
        body = {"kind": "bearer", "name": "k", "scopes": []}
        made = await self.api.post(f"/users/{self.id}/keys", body, status=201)
        self.secrets.add(made["secret"])
        return int(made["id"])

    async def app(self) -> list[str]:
        """Add an app that shows codes; returns recovery codes."""
        made = await self.api.post(f"/users/{self.id}/totp", status=201)
        self.secrets.add(made["secret"])
        sent = {"code": pyotp.TOTP(made["secret"]).now()}
        codes = await self.api.post(f"/users/{self.id}/totp/confirmation", sent, status=201)
        self.secrets.update(codes["codes"])
        return list(codes["codes"])

    async def address(self) -> int:
        """Add a confirmed address beside the primary one."""
        await self.rows.do(
            "INSERT INTO email_address (user_id, email, verified) VALUES (:id, :email, true)",
            id=self.id,
            email=f"second-{self.email}",
        )
        return int(await self.rows.one("SELECT max(id) FROM email_address"))

    async def mailed(self) -> str:
        """Return the hash of the secret that was mailed last."""
        mails = [row["text"] for row in await self.rows.mails()]
        secret = next(found[1] for text in reversed(mails) if (found := LINK.search(text)))
        self.secrets.add(secret)
        return self.api.sha(secret)


type Step = Callable[[Walker], Awaitable[tuple[dict[str, Any], Any]]]
"""Makes what is needed; returns what stands in the address, and the body."""


async def _own(_: Walker) -> tuple[dict[str, Any], Any]:
    return {}, None


def sent(body: Any) -> Step:
    async def step(_: Walker) -> tuple[dict[str, Any], Any]:
        return {}, body

    return step


async def _chosen(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.session()
    return {}, {"ids": [who.id]}


async def _closed(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.rows.do("UPDATE account SET is_active = false WHERE id = :id", id=who.id)
    return {}, {"ids": [who.id]}


async def _with_app(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.app()
    return {}, None


async def _chosen_with_app(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.app()
    return {}, {"ids": [who.id]}


async def _group(who: Walker) -> tuple[dict[str, Any], Any]:
    body = {"name": f"g{who.count}", "permissions": []}
    made = await who.api.post("/groups", body, status=201, **ROOT)
    return {"id": made["id"]}, {**body, "name": f"h{who.count}"}


async def _new_group(who: Walker) -> tuple[dict[str, Any], Any]:
    return {}, {"name": f"n{who.count}", "permissions": ["system.operate"]}


async def _account(who: Walker) -> tuple[dict[str, Any], Any]:
    flags = {"is_active": True, "is_staff": True, "is_superuser": False}
    return {}, {"username": f"{who.name}x", **flags, "groups": [], "permissions": []}


async def _key(who: Walker) -> tuple[dict[str, Any], Any]:
    number = await who.key()
    return {"id": number, "key_id": number}, {"ids": [number]}


async def _own_key(who: Walker) -> tuple[dict[str, Any], Any]:
    return {"key_id": await who.key()}, None


async def _switch(_: Walker) -> tuple[dict[str, Any], Any]:
    return {"id": service.switches[0].number}, {"mode": "everyone"}


async def _login(who: Walker) -> tuple[dict[str, Any], Any]:
    return {}, {"login": who.name, "password": PASSWORD}


async def _sign_up(who: Walker) -> tuple[dict[str, Any], Any]:
    name = f"new{who.count}"
    return {}, {"username": name, "email": f"{name}@example.org", "password": PASSWORD}


async def _confirm(who: Walker) -> tuple[dict[str, Any], Any]:
    added = {"email": f"third-{who.email}"}
    await who.api.post(f"/users/{who.id}/addresses", added, status=201)
    return {"sha256": await who.mailed()}, None


async def _reset(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.api.post("/password-resets", {"email": who.email}, status=202)
    return {"sha256": await who.mailed()}, {"password": NEW}


async def _session(who: Walker) -> tuple[dict[str, Any], Any]:
    return {"sha256": await who.session()}, {"password": PASSWORD}


async def _code(who: Walker) -> tuple[dict[str, Any], Any]:
    codes = await who.app()
    return {"sha256": await who.session()}, {"code": codes[0]}


async def _one_session(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.session()
    number = await who.rows.one("SELECT max(id) FROM session")
    return {"session_id": number}, None


async def _new_address(who: Walker) -> tuple[dict[str, Any], Any]:
    return {}, {"email": f"fourth-{who.email}"}


async def _address(who: Walker) -> tuple[dict[str, Any], Any]:
    return {"address_id": await who.address()}, None


async def _profile(who: Walker) -> tuple[dict[str, Any], Any]:
    return {}, {"username": who.name, "first_name": "Canary"}


async def _unproved_app(who: Walker) -> tuple[dict[str, Any], Any]:
    made = await who.api.post(f"/users/{who.id}/totp", status=201)
    who.secrets.add(made["secret"])
    return {}, {"code": pyotp.TOTP(made["secret"]).now()}


async def _no_password(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.rows.do("UPDATE account SET password = '' WHERE id = :id", id=who.id)
    return {}, {"password": NEW}


async def _passkey(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.rows.do(
        "INSERT INTO passkey (user_id, credential_id, public_key, user_handle, name) "
        "VALUES (:id, :raw, :raw, :raw, 'phone')",
        id=who.id,
        raw=who.name.encode(),
    )
    number = await who.rows.one("SELECT max(id) FROM passkey")
    return {"passkey_id": number}, {"name": "laptop"}


WEBHOOK: Final = {
    "url": "https://hooks.example.org/in",
    "events": ["downloads.release.published"],
}


async def _webhook(who: Walker) -> tuple[dict[str, Any], Any]:
    made = await who.api.post(f"/users/{who.id}/webhooks", WEBHOOK, status=201)
    who.secrets.add(made["secret"])
    return {"webhook_id": made["id"]}, {**WEBHOOK, "description": "other"}


async def _social(who: Walker) -> tuple[dict[str, Any], Any]:
    await who.rows.do(
        "INSERT INTO social_account (user_id, provider, subject) VALUES (:id, 'x', :name)",
        id=who.id,
        name=who.name,
    )
    number = await who.rows.one("SELECT max(id) FROM social_account")
    return {"account_id": number}, None


async def _linked(who: Walker) -> tuple[dict[str, Any], Any]:
    found, _ = await _social(who)
    return {}, {"ids": [found["account_id"]]}


async def _running_webhook(who: Walker) -> tuple[dict[str, Any], Any]:
    found, _ = await _webhook(who)
    return {}, {"ids": [found["webhook_id"]]}


#: How each route is called so that it changes something. A new route needs a line.
WALK: Final[dict[tuple[str, str], Step]] = {
    **walk_membership.WALK,
    ("POST", "/admin-api/group"): _new_group,
    ("PUT", "/admin-api/group/{id:int}"): _group,
    ("DELETE", "/admin-api/group/{id:int}"): _group,
    ("POST", "/admin-api/key/actions/revoke"): _key,
    ("POST", "/admin-api/linked-account/actions/unlink"): _linked,
    ("PUT", "/admin-api/switch/{id:int}"): _switch,
    ("POST", "/admin-api/user/actions/activate"): _closed,
    ("POST", "/admin-api/user/actions/deactivate"): _chosen,
    ("POST", "/admin-api/user/actions/end-sessions"): _chosen,
    ("POST", "/admin-api/user/actions/reset-second-factor"): _chosen_with_app,
    ("POST", "/admin-api/user/actions/send-password-reset"): _chosen,
    ("PUT", "/admin-api/user/{id:int}"): _account,
    ("POST", "/admin-api/webhook/actions/switch-off"): _running_webhook,
    ("DELETE", "/admin-api/user/{id:int}"): _own,
    ("POST", "/email-confirmations/{sha256:str}"): _confirm,
    ("POST", "/groups"): _new_group,
    ("PUT", "/groups/{id:int}"): _group,
    ("DELETE", "/groups/{id:int}"): _group,
    ("POST", "/logins"): _login,
    ("POST", "/password-resets"): lambda who: sent({"email": who.email})(who),
    ("POST", "/password-resets/{sha256:str}"): _reset,
    ("DELETE", "/sessions/{sha256:str}"): _session,
    ("POST", "/sessions/{sha256:str}/reauthentication"): _session,
    ("POST", "/sessions/{sha256:str}/second-factor"): _code,
    ("POST", "/signups"): _sign_up,
    ("PUT", OWN): _account,
    ("DELETE", OWN): _own,
    ("DELETE", f"{OWN}/account"): _own,
    ("POST", f"{OWN}/addresses"): _new_address,
    ("DELETE", f"{OWN}/addresses/{{address_id:int}}"): _address,
    ("POST", f"{OWN}/addresses/{{address_id:int}}/primary"): _address,
    ("POST", f"{OWN}/first-password"): _no_password,
    ("POST", f"{OWN}/keys"): sent({"kind": "token", "name": "n", "scopes": []}),
    ("DELETE", f"{OWN}/keys/{{key_id:int}}"): _own_key,
    ("PUT", f"{OWN}/passkeys/{{passkey_id:int}}"): _passkey,
    ("DELETE", f"{OWN}/passkeys/{{passkey_id:int}}"): _passkey,
    ("POST", f"{OWN}/password"): sent({"old_password": PASSWORD, "new_password": NEW}),
    ("PUT", f"{OWN}/profile"): _profile,
    ("POST", f"{OWN}/recovery-codes"): _with_app,
    ("POST", f"{OWN}/second-factor-resets"): _with_app,
    ("DELETE", f"{OWN}/second-factors"): _with_app,
    ("DELETE", f"{OWN}/sessions"): _session,
    ("DELETE", f"{OWN}/sessions/{{session_id:int}}"): _one_session,
    ("DELETE", f"{OWN}/social-accounts/{{account_id:int}}"): _social,
    ("DELETE", f"{OWN}/totp"): _with_app,
    ("POST", f"{OWN}/webhooks"): sent(WEBHOOK),
    ("PUT", HOOK): _webhook,
    ("DELETE", HOOK): _webhook,
    ("POST", f"{HOOK}/secret"): _webhook,
    ("POST", f"{OWN}/totp/confirmation"): _unproved_app,
}
ROOT: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _root(api: Api) -> None:
    ROOT.update(as_=api.ALL, subject=f"user:{walk_membership.CALLER}")


def test_every_route_that_changes_something_is_walked(app: Litestar) -> None:
    changing = {
        key for key in access.rules(app.routes) if key[0] in {"POST", "PUT", "PATCH", "DELETE"}
    }
    assert changing == WALK.keys() | QUIET | ELSEWHERE


async def test_one_entry_in_the_same_transaction(
    api: Api,
    rows: Rows,
    make_user: MakeUser,
    database: Database,
    capfd: pytest.CaptureFixture[str],
) -> None:
    ledger, who = Ledger(database), Walker(api, rows, make_user)
    await make_user("root", id=walk_membership.CALLER, password="")
    for (method, path), step in WALK.items():
        await who.come()
        values, body = await step(who)
        values = {"id": who.id, **values}
        address = re.sub(r"\{(\w+):\w+\}", lambda found: str(values[found[1]]), path)  # noqa: B023
        await ledger.begin()
        answer = await api.call(
            *(method, address),
            json=body if method != "DELETE" else None,
            match="*",
            **ROOT,
        )
        assert answer.is_success, (method, path, answer.text)
        assert await ledger.audited() == 1, (method, path)
        wrote = await ledger.transactions()
        assert len(set().union(*wrote.values())) == 1, (method, path, wrote)
        who.secrets.update(found for found in re.findall(r"pydotorg_[\w-]{20,}", answer.text))
    logged = capfd.readouterr()
    said = logged.err + logged.out
    assert "eyJ" not in said  # how every token begins
    assert "@example.org" not in said
    assert len(who.secrets) > 20
    assert [secret for secret in who.secrets if secret in said] == []
