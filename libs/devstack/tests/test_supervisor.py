"""The order of a start, what programs are told, and what happens when one does not work."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from devstack import provision
from devstack.home import Home
from devstack.manifest import PROGRAMS, Program
from devstack.ports import free_port as find_port
from devstack.processes import ProcessError
from devstack.roles import database_url
from devstack.stack import Options, Stack, choose_ports
from devstack.state import Step, read
from devstack.supervisor import Supervisor
from devstack.testing import PostgresFactory
from devstack.waiting import wait_until

PROGRAM = """
import http.server, os, pathlib, sys
from urllib.parse import urlsplit

here = pathlib.Path(__file__).parent
word = sys.argv[1]
with (here / "called").open("a") as file:
    file.write(f"{word} {urlsplit(os.environ['PYDOTORG_DATABASE_URL']).path[1:]}\\n")
print(f"{word} did its work")
if (here / f"broken-{word}").exists():
    print("the reason why")
    sys.exit(3)
if word == "serve":
    address = ("127.0.0.1", int(os.environ["PYDOTORG_PORT"]))
    http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


class Run:
    """A supervisor in a thread, with one program of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "data")
        (folder / "tinyprogram.py").write_text(PROGRAM)
        self.program = Program(
            name="tiny",
            package="tinyprogram",
            offset=50,
            database=True,
            nats=True,
            health="/",
            environment={"PYTHONPATH": str(folder)},
        )
        self.steps: list[Step] = []
        self.error: Exception | None = None
        self.supervisor = self._new()
        self._thread = threading.Thread(target=self._run)

    def _new(self) -> Supervisor:
        options = Options(port_base=find_port())
        return Supervisor(self.home, options, programs=[self.program], watcher=self._heard)

    def _heard(self, step: Step) -> None:
        if step.done:
            self.steps.append(step.model_copy())

    def _run(self) -> None:
        try:
            self.supervisor.run()
        except ProcessError as error:
            self.error = error

    def start(self) -> None:
        self.supervisor = self._new()
        self.error = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def wait_for(self, phase: str) -> None:
        wait_until(
            lambda: self.supervisor.state.phase == phase or self.error,
            timeout=60,
            message=f"the run is {phase}",
        )

    def end(self) -> None:
        self.supervisor.end()
        self._thread.join(60)
        assert not self._thread.is_alive()

    @property
    def calls(self) -> list[str]:
        path = self.folder / "called"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def run(folder: Path) -> Iterator[Run]:
    made = Run(folder)
    yield made
    if made._thread.is_alive():
        made.end()


def test_a_service_is_migrated_and_once_seeded_before_it_serves(run: Run) -> None:
    run.start()
    run.wait_for("running")
    assert run.calls == ["migrate tiny", "seed tiny", "serve tiny"]
    notes = {step.name: step.note for step in run.steps}
    assert notes["tiny seed"] == "seed did its work"

    entry = run.supervisor.state.processes[-1]
    first = entry.pid
    assert first is not None
    managed = run.supervisor._managed[-1]
    managed.process.kill()
    wait_until(lambda: entry.state == "running" and entry.pid not in {None, first}, timeout=30)
    assert entry.restarts == 1
    wait_until(lambda: [step.failed for step in run.steps[-2:]] == [True, False], timeout=30)
    assert run.steps[-1].note == "runs again"
    run.end()
    written = read(run.home)
    assert written is not None
    assert written.phase == "stopped"

    run.start()
    run.wait_for("running")
    assert run.calls[-2:] == ["migrate tiny", "serve tiny"], "what is seeded is not seeded again"
    run.end()


@pytest.mark.parametrize("word", ["migrate", "serve"])
def test_a_program_that_fails_is_told_with_what_it_said_and_all_ends(
    run: Run, processes_of: Callable[[object], list[str]], word: str
) -> None:
    (run.folder / f"broken-{word}").touch()
    run.start()
    run.wait_for("failed")
    run._thread.join(60)
    assert run.error is not None
    assert "the reason why" in str(run.error)
    assert "code 3" in str(run.error)
    assert processes_of(run.folder) == []
    written = read(run.home)
    assert written is not None
    assert written.phase == "failed"
    assert "the reason why" in written.error


def test_a_run_that_is_ended_while_it_starts_leaves_nothing(
    run: Run, processes_of: Callable[[object], list[str]]
) -> None:
    run.start()
    wait_until(lambda: run.steps, timeout=30)
    run.end()
    assert run.error is None
    assert processes_of(run.folder) == []


async def test_a_role_reaches_its_own_database_and_no_other(
    private_postgres: PostgresFactory, folder: Path
) -> None:
    server, home = private_postgres(), Home(folder / "data")
    home.prepare([])
    services = ["alpha", "beta", "gamma"]
    assert await provision.provision(server, home, services) == services
    assert await provision.provision(server, home, services) == services, "idempotent"
    await provision.mark_seeded(server, "beta")
    assert await provision.provision(server, home, services) == ["alpha", "gamma"]

    for service in services:
        own = await asyncpg.connect(database_url(server, home, service))
        await own.execute("CREATE TABLE mine (id int)")
        await own.execute("CREATE EXTENSION pg_trgm")
        assert not await own.fetchval(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole "
            "FROM pg_roles WHERE rolname = current_user"
        )
        await own.close()
        for other in {*services, "postgres", "template1"} - {service}:
            url = database_url(server, home, service).rpartition("/")[0] + f"/{other}"
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(url)


def test_programs_are_told_where_everything_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "PYDOTORG_LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    home = Home(folder / "data")
    home.prepare(["gateway", "downloads"])
    ports = choose_ports(Options(port_base=find_port(), port=find_port(), replicas=1), PROGRAMS)
    stack = Stack(home, ports)
    gateway = stack.environment(stack.program("gateway"))
    downloads = stack.environment(stack.program("downloads"))
    assert gateway["PYDOTORG_DOWNLOADS_URL"] == f"http://127.0.0.1:{downloads['PYDOTORG_PORT']}"
    assert gateway["PYDOTORG_NATS_URL"] == downloads["PYDOTORG_NATS_URL"]
    assert gateway["PYDOTORG_SIGNING_KEY"] != downloads["PYDOTORG_SIGNING_KEY"]
    assert "PYDOTORG_DATABASE_URL" not in gateway
    assert len(gateway["PYDOTORG_FORM_KEY"]) >= 32
    assert gateway["OTEL_EXPORTER_OTLP_ENDPOINT"] == stack.url("traces")
    identity = stack.environment(stack.program("identity"))
    assert gateway["PYDOTORG_IDENTITY_URL"] == f"http://127.0.0.1:{identity['PYDOTORG_PORT']}"
    assert identity["PYDOTORG_PUBLIC_URL"] == stack.site
    assert len(identity["PYDOTORG_SECRET_KEY"]) >= 32
    assert identity["PYDOTORG_SECRET_KEY"] != gateway["PYDOTORG_FORM_KEY"]
    # Mail ends in the mailbox of the run.
    mailbox = stack.environment(stack.program("mailbox"))
    assert identity["PYDOTORG_SMTP_PORT"] == mailbox["PYDOTORG_SMTP_PORT"]
    assert identity["PYDOTORG_SMTP_SECURITY"] == "none"
    assert "PYDOTORG_SMTP_PORT" not in gateway

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://elsewhere:4318")
    monkeypatch.setenv("PYDOTORG_LOG_FORMAT", "json")
    told = stack.environment(stack.program("gateway"))
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" not in told, "what the person set stays"
    assert "PYDOTORG_LOG_FORMAT" not in told


def test_replicas_of_the_site_are_in_a_row(folder: Path) -> None:
    home = Home(folder / "data")
    home.prepare(["gateway", "downloads"])
    ports = choose_ports(Options(port_base=find_port(), replicas=3), PROGRAMS)
    sites = [each for each in Stack(home, ports, replicas=3).processes if each.program.is_site]
    assert [each.name for each in sites] == ["gateway", "gateway-1", "gateway-2"]
    assert [each.port for each in sites] == [ports["gateway"] + number for number in range(3)]
    assert [each.variables["PYDOTORG_PORT"] for each in sites] == [str(each.port) for each in sites]


def test_secrets_stay_the_same_for_a_folder(folder: Path) -> None:
    first, again = Home(folder / "data"), Home(folder / "data")
    first.prepare(["gateway"])
    key = first.signing_key("gateway").read_text()
    secret = first.secret("postgres")
    again.prepare(["gateway", "downloads"])
    assert again.secret("postgres") == secret
    assert again.secret("other") != secret
    assert again.signing_key("gateway").read_text() == key
    assert (first.folder / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_wait_that_fails_tells_what_was_last_seen() -> None:
    with pytest.raises(AssertionError, match="the number is two; last seen: 0"):
        wait_until(lambda: 0, timeout=0.05, message="the number is two")
