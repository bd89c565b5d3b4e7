"""Services that run as they ship, for the tests of whoever calls them.

Starting one takes seconds, so each is started once by a worker and kept; whoever takes it gets its
database as it was in the beginning.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from devstack import forking
from devstack.forking import Forked
from devstack.manifest import PROGRAMS
from devstack.ports import free_port
from devstack.programs import ProgramProcess
from devstack.servers import Nats
from devstack.testing.databases import Databases, Migrate
from devstack.testing.shared import Embedded, new_nats, start_somewhere

#: What a service needs to be told in a test, beside what it runs on.
TOLD: Final[dict[str, dict[str, str]]] = {
    "content": {},
    # The release cycle of the seed stays: tests ask nobody on the internet.
    "downloads": {"PYDOTORG_RELEASE_CYCLE_URL": ""},
    "identity": {
        "PYDOTORG_SECRET_KEY": "s" * 32,
        # Nobody listens: mails stay rows, where a test finds what they say.
        "PYDOTORG_SMTP_PORT": "9",
        "PYDOTORG_SMTP_SECURITY": "none",
    },
}


def migrated(url: str) -> None:
    """Migrate a service's database."""
    command(url, "migrate")


def seeded(url: str) -> None:
    """Migrate a service's database and put the seed into it."""
    command(url, "migrate")
    command(url, "seed")


def command(url: str, *words: str) -> None:
    """Run a command of the service whose database this is; RuntimeError with what it said."""
    name = urlsplit(url).username or ""
    with tempfile.NamedTemporaryFile(prefix=f"{name}-") as log:
        code = forked(
            name,
            *words,
            environment={
                **os.environ,
                **TOLD.get(name, {}),
                "PYDOTORG_ENVIRONMENT": "test",
                "PYDOTORG_JWKS": '{"keys": []}',
                "PYDOTORG_DATABASE_URL": url,
            },
            log=Path(log.name),
        ).wait()
        if code:
            raise RuntimeError(f"{name} {' '.join(words)}:\n{log.read().decode()}")


def forked(
    package: str, *arguments: str, environment: Mapping[str, str], log: Path | None = None
) -> Forked:
    """Start `python -m package arguments` without importing anew what our programs are made of."""
    forking.preload([program.package for program in PROGRAMS])
    return Forked(package, arguments, environment=environment, log=log)


@dataclass(kw_only=True)
class RunningService:
    """A service with what it runs on.

    Attributes:
        process: May be killed or stopped by a test: whoever takes the service next finds it again.
        database: Address of its database, as its own role.
        nats: Address of the NATS server that all services of this worker use.
    """

    process: ProgramProcess
    database: str
    nats: str

    @property
    def url(self) -> str:
        """Its address."""
        return self.process.url


class Services:
    """The services of one worker.

    Args:
        embedded: Servers to run on.
        databases: Where databases come from.
        jwks: Keys whose tokens the services accept.
        folder: Where logs go.
    """

    def __init__(self, embedded: Embedded, databases: Databases, jwks: str, folder: Path) -> None:
        self._embedded = embedded
        self._databases = databases
        self._jwks = jwks
        self._folder = folder
        self._kept: dict[tuple[object, ...], RunningService] = {}

    def take(self, name: str, migrate: Migrate = seeded, **told: str) -> RunningService:
        """Return a running service whose database is as `migrate` leaves it.

        It is the only one of its name: two that hear the same events would share them.

        Args:
            name: Name of the service.
            migrate: What makes its database; done once a run, and cloned.
            told: Variables beside the usual ones; with others it is another process.
        """
        key = (name, *sorted(told.items()))
        for (other, *more), rival in self._kept.items():
            if other == name and (other, *more) != key and rival.process.running:
                rival.process.kill()
        service = self._kept.get(key)
        if service is None:
            service = self._kept[key] = self._start(name, migrate, told)
            return service
        self._databases.renew(service.database, name, migrate)
        if service.process.running:
            service.process.wait_ready()
        else:
            service.process.start()
        return service

    def close(self) -> None:
        """Stop all of them."""
        for service in self._kept.values():
            service.process.kill()
            self._databases.drop(service.database)
        if "_nats" in self.__dict__:
            self._nats.discard()

    @cached_property
    def _nats(self) -> Nats:
        return start_somewhere(lambda: new_nats(self._embedded.folder))

    def _start(self, name: str, migrate: Migrate, told: dict[str, str]) -> RunningService:
        database = self._databases.create(name, migrate)
        forking.preload([program.package for program in PROGRAMS])
        program = next(program for program in PROGRAMS if program.name == name)

        def make() -> ProgramProcess:
            port = free_port()
            return ProgramProcess(
                program,
                name=name,
                port=port,
                log=self._folder / f"{name}-{port}.log",
                environment={
                    **TOLD.get(name, {}),
                    "PYDOTORG_ENVIRONMENT": "test",
                    "PYDOTORG_PORT": str(port),
                    "PYDOTORG_DATABASE_URL": database,
                    "PYDOTORG_NATS_URL": self._nats.url,
                    "PYDOTORG_JWKS": self._jwks,
                    **told,
                },
            )

        process = start_somewhere(make)
        return RunningService(process=process, database=database, nats=self._nats.url)
