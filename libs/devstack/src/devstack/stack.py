"""All processes of a run, with their ports and environments; starts nothing."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devstack.home import Home
from devstack.manifest import GATEWAY_PORT, PORT_BASE, PROGRAMS, SERVER_PORTS, TRACES, Program
from devstack.ports import LOOPBACK, holder, is_free, next_free
from devstack.processes import PortTaken, Process
from devstack.programs import ProgramProcess
from devstack.roles import database_url
from devstack.servers import Nats, Postgres, Valkey

SHUTDOWN_GRACE = "5"
"""Seconds a program may take for requests under way when it is told to end."""


class UnknownName(ValueError):
    """No program has that name; the message tells which there are."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a person chose for a run.

    `port` none = the next free one from the usual on; `only` none = all programs, empty = the
    servers alone.
    """

    port: int | None = None
    port_base: int = PORT_BASE
    replicas: int = 1
    only: tuple[str, ...] | None = None
    seed: bool = True


def chosen(programs: Sequence[Program], only: Sequence[str] | None) -> list[Program]:
    """Return the programs named by `only`, or all if it is none.

    Raises:
        UnknownName: one of them does not exist.
    """
    names = [program.name for program in programs]
    for name in only or ():
        if name not in names:
            raise UnknownName(f"there is no program {name}; there are {', '.join(names)}")
    return [program for program in programs if only is None or program.name in only]


def choose_ports(options: Options, programs: Sequence[Program]) -> dict[str, int]:
    """Choose a free port for everything, each its usual one if that is free.

    Raises:
        PortTaken: a port of the site that was asked for is taken.
    """
    ports: dict[str, int] = {}
    taken: set[int] = set()

    def take(name: str, start: int, count: int = 1) -> None:
        ports[name] = next_free(start, count=count, avoid=taken)
        taken.update(range(ports[name], ports[name] + count))

    for program in programs:
        if not program.is_site:
            continue
        if options.port is None:
            take(program.name, GATEWAY_PORT, options.replicas)
            continue
        for port in range(options.port, options.port + options.replicas):
            if not is_free(port):
                raise PortTaken(
                    f"port {port} for the site is taken by {holder(port)}; "
                    "end that process, or choose another port with --port"
                )
        take(program.name, options.port, options.replicas)
    take("postgres", options.port_base + SERVER_PORTS.postgres)
    take("nats", options.port_base + SERVER_PORTS.nats)
    take("nats_pages", options.port_base + SERVER_PORTS.nats_pages)
    take("valkey", options.port_base + SERVER_PORTS.valkey)
    take("smtp", options.port_base + SERVER_PORTS.smtp)
    for program in programs:
        if program.offset is not None:
            take(program.name, options.port_base + program.offset)
    return ports


def site_at(port: int) -> str:
    """Return the address of the site by name.

    Passkeys belong to a name, and a browser that came by the number is somebody else: so links in
    mails and pages lead to the name too.
    """
    return f"http://localhost:{port}"


class Stack:
    """The processes of one data folder on given ports.

    Args:
        home: The data folder, prepared.
        ports: A port for every name that `choose_ports` gives.
        replicas: Number of processes of the site.
        only: Programs that are run; the others have their port and environment all the same, so
            that one can be started by hand. None = all.
        programs: What there is.
    """

    def __init__(
        self,
        home: Home,
        ports: Mapping[str, int],
        *,
        replicas: int = 1,
        only: Sequence[str] | None = None,
        programs: Sequence[Program] = PROGRAMS,
    ) -> None:
        self.home = home
        self.ports = dict(ports)
        self.programs = [program for program in programs if program.name in ports]
        self.postgres = Postgres(
            home.folder / "postgres",
            port=ports["postgres"],
            password=home.secret("postgres"),
            log=home.log("postgres"),
        )
        self.nats = Nats(
            home.folder / "nats",
            port=ports["nats"],
            http_port=ports["nats_pages"],
            log=home.log("nats"),
        )
        self.valkey = Valkey(home.folder / "valkey", port=ports["valkey"], log=home.log("valkey"))
        self.started = chosen(self.programs, only)
        self.processes = [
            process for program in self.programs for process in self._processes(program, replicas)
        ]

    @property
    def servers(self) -> list[Process]:
        """PostgreSQL, NATS and Valkey."""
        return [self.postgres, self.nats, self.valkey]

    @property
    def services(self) -> list[Program]:
        """The programs that own a database."""
        return [program for program in self.programs if program.database]

    @property
    def site(self) -> str:
        """Address of the site; of its first process where there are replicas."""
        for program in self.programs:
            if program.is_site:
                return site_at(self.ports[program.name])
        return site_at(GATEWAY_PORT)

    def url(self, name: str) -> str:
        """Return the address of a program."""
        return f"http://{LOOPBACK}:{self.ports[name]}"

    def program(self, name: str) -> Program:
        """Return the program of that name.

        Raises:
            UnknownName: there is none.
        """
        for program in self.programs:
            if program.name == name:
                return program
        names = ", ".join(program.name for program in self.programs)
        raise UnknownName(f"there is no program {name} in this run; there are {names}")

    def environment(self, program: Program, port: int | None = None) -> dict[str, str]:
        """Return the variables a process of the program gets, beside those we have ourselves."""
        variables = {
            "PYDOTORG_ENVIRONMENT": "development",
            "PYDOTORG_HOST": LOOPBACK,
            "PYDOTORG_PORT": str(port or self.ports[program.name]),
            "PYDOTORG_SHUTDOWN_GRACE": SHUTDOWN_GRACE,
        }
        if program.database:
            variables["PYDOTORG_DATABASE_URL"] = database_url(
                self.postgres, self.home, program.name
            )
        if program.nats:
            variables["PYDOTORG_NATS_URL"] = self.nats.url
        if program.valkey:
            variables["PYDOTORG_VALKEY_URL"] = self.valkey.url
        if program.database or program.signs:
            variables["PYDOTORG_JWKS"] = str(self.home.jwks)
        if program.signs:
            variables["PYDOTORG_SIGNING_KEY"] = str(self.home.signing_key(program.name))
        if program.is_site:
            variables["PYDOTORG_FORM_KEY"] = self.home.secret("form key")
        variables |= self._mail(program)
        for called in program.calls:
            if called in self.ports:
                variables[f"PYDOTORG_{called.upper()}_URL"] = self.url(called)
        for name, text in program.environment.items():
            variables[name] = text.format(site=self.site, files=self.home.files)
        variables |= {name: self.home.secret(what) for name, what in program.secrets.items()}
        return variables | _unless_set(self._preferences(program))

    def _mail(self, program: Program) -> dict[str, str]:
        """Return where mail goes: to the mailbox of the run, and nowhere else."""
        # A run that an older version of this left behind has no such port.
        if not program.mails or "smtp" not in self.ports:
            return {}
        return {
            "PYDOTORG_SMTP_HOST": LOOPBACK,
            "PYDOTORG_SMTP_PORT": str(self.ports["smtp"]),
            "PYDOTORG_SMTP_SECURITY": "none",
        }

    def _preferences(self, program: Program) -> dict[str, str]:
        """Return what a person may set otherwise by setting the variable before `up`."""
        preferences = {"PYDOTORG_LOG_FORMAT": "console", "PYDOTORG_TRACE_RATIO": "1"}
        telemetry = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        elsewhere = any(name in os.environ for name in telemetry)
        if TRACES in self.started and program.name != TRACES.name and not elsewhere:
            preferences["OTEL_EXPORTER_OTLP_ENDPOINT"] = self.url(TRACES.name)
            preferences["OTEL_BSP_SCHEDULE_DELAY"] = "500"  # milliseconds: seen soon after
            if program.is_site:
                preferences["PYDOTORG_TRACE_URL"] = f"{self.url(TRACES.name)}/trace/{{trace_id}}"
        return preferences

    def _processes(self, program: Program, replicas: int) -> list[ProgramProcess]:
        count = replicas if program.is_site else 1
        first = self.ports[program.name]
        names = [
            program.name if number == 0 else f"{program.name}-{number}" for number in range(count)
        ]
        return [
            ProgramProcess(
                program,
                name=name,
                port=first + number,
                environment=self.environment(program, first + number),
                log=self.home.log(name),
            )
            for number, name in enumerate(names)
        ]


def _unless_set(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in variables.items() if name not in os.environ}
