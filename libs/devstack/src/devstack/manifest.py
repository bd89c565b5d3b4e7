"""What `pydotorg up` runs beside the servers, as data: a new service is one entry here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PORT_BASE = 8100
GATEWAY_PORT = 8000
#: The secret of links to private files: who signs them and who checks them share it.
FILES_KEY = "files key"


@dataclass(frozen=True, kw_only=True)
class ServerPorts:
    """Distances of the servers' ports from the base."""

    postgres: int = 1
    nats: int = 2
    nats_pages: int = 3
    valkey: int = 4
    smtp: int = 7


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process of this project.

    Attributes:
        name: What it is called; also of its database, its role and its audience in tokens.
        package: `python -m <package> <arguments>` starts it.
        arguments: What follows the package.
        offset: Its port's distance from the base; none = it listens on the port of the site.
        database: It owns a database: it is migrated and seeded before it starts.
        nats: It needs NATS.
        valkey: It needs Valkey.
        signs: It has a private key of its own for tokens.
        mails: It sends or takes mail: it is told where the mailbox listens.
        calls: Programs whose address it is told, as PYDOTORG_<NAME>_URL.
        health: Path that answers 200 when it can do its work.
        environment: Further variables; `{site}` is the site's address, `{files}` that of the
            store for files.
        secrets: Variables whose value is a secret of the data folder, by what that is called.
    """

    name: str
    package: str
    arguments: tuple[str, ...] = ("serve",)
    offset: int | None
    database: bool = False
    nats: bool = False
    valkey: bool = False
    signs: bool = False
    mails: bool = False
    calls: tuple[str, ...] = ()
    health: str = "/readyz"
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_site(self) -> bool:
        """Whether it is what visitors reach; only this one may have replicas."""
        return self.offset is None


SERVER_PORTS = ServerPorts()

TRACES = Program(
    name="traces",
    package="devstack.traces",
    arguments=(),
    offset=5,
    health="/healthz",
)

MAILBOX = Program(
    name="mailbox",
    package="devstack.mailbox",
    arguments=(),
    offset=6,
    mails=True,
    health="/healthz",
)

PROGRAMS: tuple[Program, ...] = (
    TRACES,
    MAILBOX,
    Program(
        name="downloads",
        package="downloads",
        offset=11,
        database=True,
        nats=True,
        signs=True,
    ),
    Program(
        name="identity",
        package="identity",
        offset=10,
        database=True,
        nats=True,
        signs=True,
        mails=True,
        environment={
            "PYDOTORG_PUBLIC_URL": "{site}",
            "PYDOTORG_STAFF_SECOND_FACTOR": "false",
            # So that a developer's own program can be told.
            "PYDOTORG_WEBHOOK_NETWORKS": '["127.0.0.0/8", "::1/128"]',
        },
        secrets={"PYDOTORG_SECRET_KEY": "identity secret key"},
    ),
    Program(
        name="content",
        package="content",
        offset=12,
        database=True,
        nats=True,
        signs=True,
        mails=True,
        environment={"PYDOTORG_FILES_URL": "{files}", "PYDOTORG_PUBLIC_URL": "{site}"},
    ),
    Program(
        name="events",
        package="events",
        offset=13,
        database=True,
        nats=True,
        signs=True,
        mails=True,
        environment={"PYDOTORG_PUBLIC_URL": "{site}"},
    ),
    Program(
        name="jobs",
        package="jobs",
        offset=14,
        database=True,
        nats=True,
        signs=True,
        mails=True,
        environment={"PYDOTORG_PUBLIC_URL": "{site}"},
    ),
    Program(
        name="sponsors",
        package="sponsors",
        offset=15,
        database=True,
        nats=True,
        signs=True,
        mails=True,
        environment={"PYDOTORG_FILES_URL": "{files}", "PYDOTORG_PUBLIC_URL": "{site}"},
        secrets={"PYDOTORG_FILES_KEY": FILES_KEY},
    ),
    Program(
        name="gateway",
        package="gateway",
        offset=None,
        nats=True,
        valkey=True,
        signs=True,
        calls=("content", "downloads", "events", "identity", "jobs", "sponsors"),
        environment={
            "PYDOTORG_PUBLIC_URL": "{site}",
            "PYDOTORG_HSTS": "false",
            "PYDOTORG_FILES_URL": "{files}",
        },
        secrets={"PYDOTORG_FILES_KEY": FILES_KEY},
    ),
)
