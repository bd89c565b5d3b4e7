"""People of every kind who come to a gateway, with sessions and keys made behind its back."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import asyncpg
import httpx
from litestar import Litestar

from gateway.settings import Settings

#: Each comes from a network of their own, so that nobody is counted with another.
_NETWORKS: Final = iter(range(1, 250))


@dataclass(kw_only=True)
class Person:
    """Somebody with a browser, which brings `cookies`, and programs, which bring a `key`."""

    name: str
    client: httpx.AsyncClient
    id: int = 0
    session: str = ""
    key: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self._headers())

    async def post(
        self, path: str, data: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.post(
            path, data=data, headers={**self._headers(), **(headers or {})}
        )

    async def call(self, method: str, path: str, *, with_key: bool = True) -> httpx.Response:
        """Call the API, as a program does or as a page would."""
        headers = {"Content-Type": "application/json"}
        if not with_key:
            headers |= self._headers()
        elif self.key:
            old = path.startswith("/api/v1")
            headers["Authorization"] = (
                f"ApiKey {self.name}:{self.key}" if old else f"Token {self.key}"
            )
        body = b"{}" if method in {"POST", "PUT", "PATCH"} else None
        return await self.client.request(method, path, headers=headers, content=body)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


class Town:
    """The gateway with what tells who may do what behind it."""

    def __init__(self, app: Litestar, settings: Settings, identity: str) -> None:
        self.app = app
        self._key = cast("Any", settings.form_key).get_secret_value()
        self._database = identity
        self._stack = contextlib.AsyncExitStack()
        self._pool: Any = None

    async def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Look into the database of identity, or change it behind its back."""
        pool = self._pool
        if pool is None:
            made = asyncpg.create_pool(self._database, min_size=1, max_size=4)
            pool = self._pool = await self._stack.enter_async_context(made)
        return [dict(row) for row in await pool.fetch(statement, *values)]

    async def stranger(self, name: str = "stranger") -> Person:
        """Let somebody come whom nobody knows."""
        transport = httpx.ASGITransport(
            app=cast("Any", self.app), client=(f"198.51.100.{next(_NETWORKS)}", 50000)
        )
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60)
        await self._stack.enter_async_context(client)
        return Person(name=name, client=client, cookies={"form": secrets.token_urlsafe(16)})

    async def account(
        self,
        name: str,
        permissions: tuple[str, ...] = (),
        *,
        staff: bool = False,
        superuser: bool = False,
    ) -> int:
        """Make an account with a confirmed address; one that nobody is called by is made unique."""
        name = name if "-" in name else f"{name}-{secrets.token_hex(6)}"
        [row] = await self.sql(
            "INSERT INTO account (username, first_name, is_staff, is_superuser, permissions) "
            "VALUES ($1, $1, $2, $3, $4) RETURNING id",
            *(name, staff, superuser, list(permissions)),
        )
        await self.sql(
            'INSERT INTO email_address (user_id, email, verified, "primary") '
            "VALUES ($1, $2, true, true)",
            *(row["id"], f"{name}@example.org"),
        )
        return int(row["id"])

    async def citizen(
        self,
        name: str,
        *,
        permissions: tuple[str, ...] = (),
        group: str = "",
        staff: bool = False,
        superuser: bool = False,
    ) -> Person:
        """Let somebody come who is signed in; the name is made unique, and easy to find."""
        person = await self.stranger(f"{name}-{secrets.token_hex(6)}")
        person.id = await self.account(person.name, permissions, staff=staff, superuser=superuser)
        if group:
            await self.sql(
                "INSERT INTO account_group_member (group_id, user_id) "
                "SELECT id, $1 FROM account_group WHERE name = $2",
                *(person.id, group),
            )
        await self.sign_in(person)
        return person

    async def sign_in(self, person: Person, *, days: int = 1) -> None:
        """Give somebody a session with the password given just now; negative days: an old one."""
        secret = secrets.token_urlsafe(32)
        person.session = hashlib.sha256(secret.encode()).hexdigest()
        await self.sql(
            "INSERT INTO session (sha256, user_id, expires) "
            "VALUES ($1, $2, now() + make_interval(days => $3))",
            *(bytes.fromhex(person.session), person.id, days),
        )
        person.cookies["session"] = secret

    async def give_key(
        self, person: Person, kinds: tuple[str, ...] = ("apikey", "token"), *, days: int = 1
    ) -> None:
        """Give somebody a key of the API; of negative days: an old one."""
        person.key = f"pydotorg_{secrets.token_urlsafe(32)}"
        await self.sql(
            "INSERT INTO api_key (sha256, kind, user_id, name, expires) "
            "SELECT sha256($1), kind, $3, 'test', now() + make_interval(days => $4) "
            "FROM unnest($2::text[]) AS kind",
            *(person.key.encode(), list(kinds), person.id, days),
        )

    def token(self, form: str, person: Person) -> str:
        """Return the token of a form as it was shown to somebody a minute ago."""
        moment = str(int(time.time() * 1000) - 60_000)
        message = f"{form}\n{person.cookies['form']}\n{moment}".encode()
        return f"{moment}.{hmac.new(self._key.encode(), message, hashlib.sha256).hexdigest()}"

    async def close(self) -> None:
        await self._stack.aclose()
