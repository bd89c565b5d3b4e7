"""The service as it ships, on a migrated database that each test finds empty."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import structlog
from litestar import Litestar
from pydantic import SecretStr
from sqlalchemy.engine import RowMapping

from contracts.permissions import GRANTABLE
from identity import passwords
from identity.app import create_app, service
from identity.settings import Settings
from servicekit import log, testing
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Kept, client_of

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory, TokenFactory

SERVE = "identity.serve_accounts"
ALL = (*GRANTABLE, SERVE, "system.export", "system.view_switches")
PASSWORD = "a stone in the river"
LINK = re.compile(r"/accounts/(?:confirm-email|password/reset/key)/([A-Za-z0-9_-]{43})/")


def sha(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Api:
    """Calls the app in this process, as the gateway or as somebody."""

    ALL = ALL
    GRANTABLE = tuple(GRANTABLE)
    PASSWORD = PASSWORD
    sha = staticmethod(sha)

    def __init__(self, client: httpx.AsyncClient, token: Callable[..., str]) -> None:
        self.client = client
        self.token = token

    async def call(
        self,
        method: str,
        path: str,
        *,
        as_: Sequence[str] | None = (SERVE,),
        subject: str = "service:gateway",
        match: int | str | None = None,
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        """Call as the holder of some permissions, the gateway unless told; None is nobody."""
        sent = dict(headers or {})
        if as_ is not None:
            token = self.token("identity", permissions=as_, subject=subject)
            sent["Authorization"] = f"Bearer {token}"
        if match is not None:
            sent["If-Match"] = match if isinstance(match, str) else f'"{match}"'
        return await self.client.request(method, path, headers=sent, **kwargs)

    async def get(self, path: str, *, status: int = 200, **kwargs: Any) -> Any:
        answer = await self.call("GET", path, **kwargs)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, *, status: int = 200, **kwargs: Any) -> Any:
        answer = await self.call("POST", path, json=body, **kwargs)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def put(self, path: str, body: Any, *, status: int = 200, **kwargs: Any) -> Any:
        answer = await self.call("PUT", path, json=body, **{"match": "*", **kwargs})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def delete(self, path: str, *, status: int = 204, **kwargs: Any) -> Any:
        answer = await self.call("DELETE", path, **kwargs)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def sign_up(self, username: str, email: str | None = None, **fields: Any) -> None:
        sent = {"username": username, "email": email or f"{username}@example.org"}
        await self.post("/signups", {"password": PASSWORD, **sent, **fields}, status=202)

    async def sign_in(
        self, login: str, password: str = PASSWORD, *, status: int = 201, **fields: Any
    ) -> Any:
        sent = {"login": login, "password": password, **fields}
        return await self.post("/logins", sent, status=status)


class Rows(testing.Rows):
    """Looks into the database past the service."""

    async def user(self, username: str) -> int:
        found: int = await self.one("SELECT id FROM account WHERE username = :u", u=username)
        return found

    async def data(self, subject: str) -> list[dict[str, Any]]:
        """Return what the events of one kind carry."""
        found = await self.all(
            "SELECT event::jsonb -> 'data' AS data FROM outbox "
            "WHERE subject = :s ORDER BY sequence",
            s=f"identity.{subject}",
        )
        return [row["data"] for row in found]

    async def actions(self, user_id: int) -> list[str]:
        found = await self.all(
            "SELECT action FROM audit WHERE entity = 'user' AND entity_id = :id ORDER BY id",
            id=str(user_id),
        )
        return [row["action"] for row in found]

    async def mails(self) -> list[RowMapping]:
        return await self.all("SELECT * FROM mail ORDER BY id")

    async def mailed_key(self) -> str:
        """Return the secret in the link of the last mail."""
        mails = await self.mails()
        found = LINK.search(mails[-1]["text"])
        assert found is not None, mails[-1]["text"]
        assert found[0] in mails[-1]["html"]
        return found[1]


@pytest.fixture(scope="session", autouse=True)
def _log() -> None:
    """Log as the service does, so that what is logged is rendered in the tests, too."""
    log.configure("identity", level="INFO", form="json")


@pytest.fixture
def settings(kept_database: DatabaseFactory, jwks: str) -> Settings:
    return Settings(
        environment="test",
        database_url=SecretStr(kept_database("identity", service)),
        jwks=jwks,
        role="web",
        secret_key=SecretStr("x" * 32),
        public_url="https://site.example",
    )


@pytest.fixture(scope="session")
async def _kept() -> AsyncIterator[Kept[Settings]]:
    kept: Kept[Settings] = Kept(create_app)
    yield kept
    await kept.close()


@pytest.fixture
async def fresh(_kept: Kept[Settings]) -> AsyncIterator[None]:
    """Have an app for this test alone: what one remembers, the other never knew."""
    await _kept.close()
    yield
    await _kept.close()


@pytest.fixture
async def app(_kept: Kept[Settings], settings: Settings) -> Litestar:
    return await _kept.app(settings)


@pytest.fixture
async def api(app: Litestar, issue_token: TokenFactory) -> AsyncIterator[Api]:
    async with client_of(app) as client:
        yield Api(client, issue_token)


@pytest.fixture
def database(app: Litestar) -> Database:
    found: Database = app.state.runtime.database
    return found


@pytest.fixture
def rows(database: Database) -> Rows:
    return Rows(database, context="identity")


@pytest.fixture
def context(database: Database, settings: Settings) -> TaskContext:
    return TaskContext(database=database, settings=settings, log=structlog.get_logger())


type MakeUser = Callable[..., Any]


@pytest.fixture
def make_user(rows: Rows) -> MakeUser:
    """Make an account with a confirmed address, past the service."""

    async def make(username: str, **columns: Any) -> int:
        values = dict(columns)
        if "password" not in values:
            values["password"] = await passwords.hashed(PASSWORD)
        names = ", ".join(("username", *values))
        marks = ", ".join(f":{name}" for name in ("username", *values))
        await rows.do(
            f"INSERT INTO account ({names}) VALUES ({marks})", username=username, **values
        )
        user_id = await rows.user(username)
        await rows.do(
            'INSERT INTO email_address (user_id, email, verified, "primary") '
            "VALUES (:id, :email, true, true)",
            id=user_id,
            email=f"{username.lower()}@example.org",
        )
        return user_id

    return make


@pytest.fixture
async def ada(make_user: MakeUser) -> int:
    """Somebody."""
    found: int = await make_user("Ada")
    return found
