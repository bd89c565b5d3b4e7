"""Accounts as people meet them: the gateway that ships, before the identity service that ships."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import html
import random
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
import httpx
import pyotp
import pytest
import pytest_asyncio
from litestar import Litestar

from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services, migrated
from devstack.testing.shared import Embedded
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from gateway.web.forms import TOKEN, TRAP
from servicekit.testing import started

PASSWORD = "a stone in the river"
FORM_KEY = "k" * 32
_KEY = re.compile(r"/accounts/(?:confirm-email|password/reset/key)/([A-Za-z0-9_-]{43})/")


@dataclass(kw_only=True)
class Identity:
    """The running service, and who may call it."""

    service: RunningService
    token: TokenFactory

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call the service as the gateway does."""
        token = self.token(
            "identity", permissions=("identity.serve_accounts",), subject="service:gateway"
        )
        async with httpx.AsyncClient(base_url=self.service.url, timeout=30) as client:
            headers = {"Authorization": f"Bearer {token}"}
            return await client.request(method, path, headers=headers, json=body)

    async def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Look into its database, or change it behind its back."""
        connection = await asyncpg.connect(self.service.database)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """Return what was mailed to an address, newest first."""
        return await self.sql(
            "SELECT kind, text FROM mail WHERE recipient = $1 ORDER BY created DESC, id DESC",
            address,
        )

    async def mailed_key(self, address: str) -> str:
        """Return the secret of the link that was mailed last."""
        found = _KEY.search((await self.mails(address))[0]["text"])
        assert found is not None
        return found[1]


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    """What the identity service is told besides; a module says its own."""
    return {}


@pytest.fixture(scope="module")
def staff_second_factor() -> bool:
    """Whether staff need a second factor; a module about that says yes."""
    return False


@pytest.fixture(scope="module")
def identity(
    embedded: Embedded,
    services: Services,
    issue_token: TokenFactory,
    more_environment: dict[str, str],
    staff_second_factor: bool,  # noqa: FBT001 - a fixture
) -> Identity:
    """The identity service without anybody in it."""
    told = {
        "PYDOTORG_CONFIRMATION_PAUSE": "0",
        "PYDOTORG_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
        "PYDOTORG_STAFF_SECOND_FACTOR": str(staff_second_factor),
        "PYDOTORG_PUBLIC_URL": "http://site.test",
        **more_environment,
    }
    # Users of other modules had the same numbers, and what they tried is counted by those.
    embedded.empty_valkey()
    return Identity(service=services.take("identity", migrated, **told), token=issue_token)


def hidden_fields(text: str, action: str = "") -> dict[str, str]:
    """Return the hidden fields of the first form of a page that has its token, and its action."""
    for opening, body in re.findall(
        r'(<form [^>]*method="post"[^>]*>)(.*?)</form>', text, re.DOTALL
    ):
        if action and f'name="action" value="{action}"' not in body:
            continue
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', body)
        to = re.search(r'action="([^"]*)"', opening)
        assert to is not None
        return {"": html.unescape(to[1]), **{name: html.unescape(v) for name, v in found}}
    raise AssertionError(f"no form in {text[:2000]}")


@dataclass
class Person:
    """A browser with its cookies, at an address of its own."""

    site: httpx.AsyncClient
    username: str = ""

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"

    @property
    def session(self) -> str:
        """What the session is named by everywhere but in its cookie."""
        return hashlib.sha256(self.site.cookies["session"].encode()).hexdigest()

    async def get(self, path: str, **params: str) -> httpx.Response:
        return await self.site.get(path, params=params or None)

    async def text(self, path: str, **params: str) -> str:
        """Return a page that must be there."""
        answer = await self.get(path, **params)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-3000:])
        assert answer.headers["cache-control"] == "no-store"
        return answer.text

    async def fill(self, path: str, button: str = "", **fields: str) -> tuple[str, dict[str, str]]:
        """Load a form and fill it in, as somebody who took a while; returns where it is sent."""
        found = hidden_fields(await self.text(path), button)
        to = found.pop("")
        cookie = next(c.value for c in self.site.cookies.jar if c.name.endswith("form"))
        found[TOKEN] = older(found[TOKEN], cookie or "", self.form_name(path))
        return to, {**found, TRAP: "", **fields}

    @staticmethod
    def form_name(path: str) -> str:
        """Return the name of the form at an address that is sent only by people who took time."""
        return {
            "/accounts/signup/": "accounts.signup",
            "/accounts/confirm-email/": "accounts.confirm_email",
            "/accounts/password/reset/": "accounts.password_reset",
            "/events/submit/": "events.submit",
            "/success-stories/create/": "stories.submit",
            "/jobs/create/": "jobs.create",
        }.get(path.partition("?")[0], "jobs.report" if path.endswith("/report/") else "")

    async def send(
        self,
        path: str,
        button: str = "",
        **fields: str,
    ) -> httpx.Response:
        """Load a form, fill it in and send it."""
        to, filled = await self.fill(path, button, **fields)
        return await self.site.post(to, data=filled)

    async def log_in(
        self, login: str = "", password: str = PASSWORD, **more: str
    ) -> httpx.Response:
        return await self.send(
            "/accounts/login/", login=login or self.username, password=password, **more
        )

    async def menu(self) -> str:
        return await self.text("/authenticated")


def older(token: str, cookie: str, form: str) -> str:
    """Return the token of a form as it was a minute ago, where the form asks for some time."""
    if not form:
        return token
    moment = str(int(time.time() * 1000) - 60_000)
    message = f"{form}\n{cookie}\n{moment}".encode()
    return f"{moment}.{hmac.new(FORM_KEY.encode(), message, hashlib.sha256).hexdigest()}"


class Town:
    """A gateway, and people who come to it."""

    def __init__(self, app: Litestar, identity: Identity) -> None:
        self.app = app
        self.identity = identity
        self._stack = contextlib.AsyncExitStack()

    async def stranger(self, address: str = "") -> Person:
        """Let somebody come who is not known; each from a network of their own."""
        origin = address or ".".join(str(random.randint(1, 250)) for _ in range(4))
        transport = httpx.ASGITransport(app=cast("Any", self.app), client=(origin, 50000))
        client = httpx.AsyncClient(
            transport=transport,
            base_url="http://site.test",
            headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"},
        )
        return Person(await self._stack.enter_async_context(client))

    async def citizen(self, username: str = "", *, signed_in: bool = True) -> Person:
        """Let somebody come who has an account."""
        person = await self.stranger()
        person.username = username or f"p{secrets.token_hex(6)}"
        sent = {"username": person.username, "email": person.email, "password": PASSWORD}
        answer = await self.identity.call("POST", "/signups", sent)
        assert answer.status_code == 202, answer.text
        await self.identity.sql(
            "UPDATE email_address SET verified = true WHERE email = $1", person.email
        )
        if signed_in:
            answer = await person.log_in()
            assert answer.status_code == 303, answer.text
        return person

    async def again(self, person: Person) -> Person:
        """Let the same person come with another browser."""
        other = await self.stranger()
        other.username = person.username
        assert (await other.log_in()).status_code == 303
        return other

    async def add_app(self, person: Person) -> list[str]:
        """Set up an app past the pages; returns the recovery codes."""
        statement = "SELECT id FROM account WHERE username = $1"
        user = (await self.identity.sql(statement, person.username))[0]["id"]
        made = (await self.identity.call("POST", f"/users/{user}/totp")).json()
        sent = {"code": pyotp.TOTP(made["secret"]).now(), "session": person.session}
        answer = await self.identity.call("POST", f"/users/{user}/totp/confirmation", sent)
        assert answer.status_code == 201, answer.text
        codes: list[str] = answer.json()["codes"]
        return codes

    async def eventually(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until what an event changes has changed here."""
        await until(condition, timeout=30, message=what)

    async def close(self) -> None:
        await self._stack.aclose()


def settings_for(identity: Identity, signing_key: str, valkey_url: str) -> Settings:
    """Settings of a gateway that has accounts, and the downloads service away."""
    return Settings.model_validate(
        {
            "environment": "test",
            "public_url": "http://site.test",
            "downloads_url": "http://127.0.0.1:9",
            "identity_url": identity.service.url,
            "nats_url": identity.service.nats,
            "valkey_url": valkey_url,
            "signing_key": signing_key,
            "form_key": FORM_KEY,
            "trace_url": "http://traces.test/trace/{trace_id}",
            "hsts": False,
            # What is tested is what is answered; how long that takes depends on who else tests.
            "page_timeout": 60,
            "backend_timeout": 30,
            "backend_connect_timeout": 10,
            "valkey_timeout": 5,
            "limits_timeout": 10,
        }
    )


@contextlib.asynccontextmanager
async def town_of(identity: Identity, settings: Settings) -> AsyncIterator[Town]:
    """Run a gateway."""
    app = create_app(settings)
    async with started(app):
        await until(lambda: app.state.invalidation.heard)
        found = Town(app, identity)
        yield found
        await found.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(identity: Identity, signing_key: str, embedded: Embedded) -> AsyncIterator[Town]:
    """One gateway before the identity service."""
    async with town_of(identity, settings_for(identity, signing_key, embedded.valkey_url)) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def towns(
    identity: Identity, signing_key: str, embedded: Embedded
) -> AsyncIterator[tuple[Town, Town]]:
    """Two replicas."""
    settings = settings_for(identity, signing_key, embedded.valkey_url)
    async with town_of(identity, settings) as one, town_of(identity, settings) as two:
        yield one, two
