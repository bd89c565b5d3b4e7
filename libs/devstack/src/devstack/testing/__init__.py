"""Pytest fixtures on real servers (loaded through the entry point `pytest11`).

Nothing is started, and next to nothing imported, before a test asks for it.
"""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

import pytest

from devstack.waiting import until as wait_for

if TYPE_CHECKING:
    from devstack.servers import Nats, Postgres, Valkey
    from devstack.testing.backends import Services
    from devstack.testing.command import Command
    from devstack.testing.databases import Databases, Migrate
    from devstack.testing.shared import Embedded
    from servicekit.tokens import SigningKey


class DatabaseFactory(Protocol):
    """What the fixture `database_factory` gives."""

    def __call__(self, name: str, migrate: "Migrate" = None) -> str:
        """Return the address of a new database, owned by the role `name`, migrated by `migrate`."""


class TokenFactory(Protocol):
    """What the fixture `issue_token` gives."""

    def __call__(
        self,
        service: str,
        *,
        permissions: Iterable[str] = (),
        subject: str = "user:1",
        staff: bool = True,
        ttl: float = 60.0,
    ) -> str:
        """Return a token for `service`, good for `ttl` seconds (services refuse more than 60)."""


class PostgresFactory(Protocol):
    """What the fixture `private_postgres` gives."""

    def __call__(self, *, durable: bool = False) -> "Postgres":
        """Return a started server; `durable=True` has it sync to disk as in production."""


class ValkeyFactory(Protocol):
    """What the fixture `private_valkey` gives."""

    def __call__(self, *, keep: bool = False) -> "Valkey":
        """Return a started server; `keep=True` has it remember its keys over a restart."""


class Until(Protocol):
    """What the fixture `until` gives (`devstack.waiting.until`).

    Returns the first true value of a condition, plain or async; AssertionError after `timeout`
    seconds.
    """

    @overload
    async def __call__[T](
        self,
        condition: Callable[[], Coroutine[Any, Any, T]],
        timeout: float = ...,  # noqa: ASYNC109 - the message tells what was last seen
        *,
        message: str = ...,
    ) -> T: ...

    @overload
    async def __call__[T](
        self,
        condition: Callable[[], T],
        timeout: float = ...,  # noqa: ASYNC109 - as above
        *,
        message: str = ...,
    ) -> T: ...


def pytest_unconfigure() -> None:
    """Let go of the watchdog, if one was started."""
    from devstack.processes import watchdog  # noqa: PLC0415 - not at the start of every pytest run

    watchdog.close()


@pytest.fixture(scope="session")
def embedded() -> "Iterator[Embedded]":
    """The servers of the run, each started when it is first asked for; stopped at its end."""
    from devstack.testing.shared import Embedded  # noqa: PLC0415 - as above

    servers = Embedded(os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(6))
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def _databases(embedded: "Embedded") -> "Iterator[Databases]":
    from devstack.testing.databases import Databases  # noqa: PLC0415 - as above

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    databases = Databases(embedded.postgres, embedded.background, worker)
    yield databases
    databases.close()


@pytest.fixture
def database_factory(_databases: "Databases") -> Iterator[DatabaseFactory]:
    """Make databases for this test: clones, 30 ms each, of one migrated once in the run."""
    made: list[str] = []

    def make(name: str, migrate: "Migrate" = None) -> str:
        url = _databases.create(name, migrate)
        made.append(url)
        return url

    yield make
    for url in made:
        _databases.drop(url)


@pytest.fixture(scope="session")
def kept_database(_databases: "Databases") -> Iterator[DatabaseFactory]:
    """Give databases for the whole run: the same one for the same service, whatever is in it."""
    made: dict[str, str] = {}

    def make(name: str, migrate: "Migrate" = None) -> str:
        if name not in made:
            made[name] = _databases.create(name, migrate)
        return made[name]

    yield make
    for url in made.values():
        _databases.drop(url)


@pytest.fixture
def nats_url(embedded: "Embedded") -> str:
    """Address of a NATS server without a stream, for this test alone."""
    embedded.empty_nats()
    return embedded.nats_url


@pytest.fixture
def valkey_url(embedded: "Embedded") -> str:
    """Address of a Valkey server without a key, for this test alone."""
    embedded.empty_valkey()
    return embedded.valkey_url


@pytest.fixture
def private_nats(embedded: "Embedded") -> "Iterator[Callable[[], Nats]]":
    """Start NATS servers that this test may kill, stop, pause and start again."""
    from devstack.testing.shared import new_nats, start_somewhere  # noqa: PLC0415 - as above

    started: list[Nats] = []

    def start() -> "Nats":
        server = start_somewhere(lambda: new_nats(embedded.folder))
        started.append(server)
        return server

    yield start
    for server in started:
        server.discard()


@pytest.fixture
def private_valkey(embedded: "Embedded") -> Iterator[ValkeyFactory]:
    """Start Valkey servers that this test may kill, stop, pause and start again."""
    from devstack.testing.shared import new_valkey, start_somewhere  # noqa: PLC0415 - as above

    started: list[Valkey] = []

    def start(*, keep: bool = False) -> "Valkey":
        server = start_somewhere(lambda: new_valkey(embedded.folder, keep=keep))
        started.append(server)
        return server

    yield start
    for server in started:
        server.discard()


@pytest.fixture
def private_postgres(embedded: "Embedded") -> Iterator[PostgresFactory]:
    """Start PostgreSQL servers (0.8 s each) that this test may kill, stop, pause, start again."""
    from devstack.testing.shared import new_postgres, start_somewhere  # noqa: PLC0415 - as above

    started: list[Postgres] = []

    def start(*, durable: bool = False) -> "Postgres":
        server = start_somewhere(lambda: new_postgres(embedded.folder, durable=durable))
        started.append(server)
        return server

    yield start
    for server in started:
        server.discard()


@pytest.fixture(scope="session")
def _signing_key() -> "SigningKey":
    from devstack.keys import ISSUER, generate  # noqa: PLC0415 - as above

    return generate(ISSUER)


@pytest.fixture(scope="session")
def jwks(_signing_key: "SigningKey") -> str:
    """Public keys, as JSON, that verify what `issue_token` signs: the value of PYDOTORG_JWKS."""
    from servicekit.tokens import jwks  # noqa: PLC0415 - as above

    return json.dumps(jwks(_signing_key))


@pytest.fixture(scope="session")
def signing_key(_signing_key: "SigningKey") -> str:
    """The private key of `jwks`, a JWK in JSON: the value of PYDOTORG_SIGNING_KEY."""
    return json.dumps(_signing_key.private())


@pytest.fixture(scope="session")
def issue_token(_signing_key: "SigningKey") -> TokenFactory:
    """Sign tokens that a service with `jwks` accepts."""

    def issue(
        service: str,
        *,
        permissions: Iterable[str] = (),
        subject: str = "user:1",
        staff: bool = True,
        ttl: float = 60.0,
    ) -> str:
        return _signing_key.mint(
            subject=subject,
            audience=service,
            permissions=permissions,
            staff=staff,
            lifetime=ttl,
        )

    return issue


@pytest.fixture(scope="session")
def services(
    embedded: "Embedded",
    _databases: "Databases",
    jwks: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Services]":
    """Run services as they ship: `services.take("downloads")` (devstack.testing.backends)."""
    from devstack.testing.backends import Services  # noqa: PLC0415 - as above

    made = Services(embedded, _databases, jwks, tmp_path_factory.mktemp("services"))
    yield made
    made.close()


@pytest.fixture
def pydotorg() -> "Iterator[Command]":
    """The `pydotorg` command on a data folder and ports of its own; ends what it left running."""
    from devstack.testing.command import Command  # noqa: PLC0415 - as above

    folder = Path(tempfile.mkdtemp(prefix="pydotorg-run-")).resolve()
    command = Command(folder)
    yield command
    command.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Find ports that are free now, below the range of outgoing connections."""
    from devstack.ports import free_port  # noqa: PLC0415 - as above

    return free_port


@pytest.fixture
def until() -> Until:
    """Wait for a condition, as `devstack.waiting.until` does."""
    return wait_for
