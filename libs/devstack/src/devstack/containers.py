"""The same servers in containers, for tests on a machine with a container engine.

`PYDOTORG_TEST_SERVERS=containers` chooses them; testcontainers must be installed. They have the
methods of the embedded ones; `kill`, `pause` and the others act on the container.
"""

import os
from contextlib import suppress
from typing import Any, ClassVar

from devstack.processes import Process, ProcessError
from devstack.servers import Nats, Postgres, Valkey
from devstack.servers.postgres import SUPERUSER

NATS_PORT, NATS_PAGES, VALKEY_PORT, POSTGRES_PORT = 4222, 8222, 6379, 5432


def wanted() -> bool:
    """Tell whether the tests are to use containers.

    Raises:
        ValueError: PYDOTORG_TEST_SERVERS is neither `embedded` nor `containers`.
    """
    told = os.environ.get("PYDOTORG_TEST_SERVERS", "embedded")
    if told not in {"embedded", "containers"}:
        raise ValueError(f"PYDOTORG_TEST_SERVERS is {told}; `embedded` and `containers` are known")
    return told == "containers"


class Contained(Process):
    """A server whose process is in a container; its ports are those of this machine."""

    image: ClassVar[str]
    _container: Any = None

    def published(self) -> dict[int, int]:
        """Return the port of this machine for each port of the container."""
        raise NotImplementedError

    def files(self) -> dict[str, str]:
        """Return the text of files the container gets, by their path in it."""
        return {}

    def variables(self) -> dict[str, str]:
        """Return the container's environment."""
        return {}

    def arguments(self) -> list[str]:
        """Return the command of the container."""
        raise NotImplementedError

    @property
    def running(self) -> bool:
        """Whether it runs, or is paused."""
        if self._container is None:
            return False
        wrapped = self._container.get_wrapped_container()
        wrapped.reload()
        return str(wrapped.status) in {"running", "paused"}

    @property
    def exit_code(self) -> int | None:
        """Exit code of the last run; none while it runs."""
        if self._container is None or self.running:
            return None
        return int(self._container.get_wrapped_container().attrs["State"]["ExitCode"])

    def tail(self, lines: int = 15) -> str:
        """Return the end of what it printed."""
        if self._container is None:
            return ""
        text: bytes = self._container.get_wrapped_container().logs(tail=lines)
        return text.decode(errors="replace")

    def spawn(self) -> None:
        """Start it without waiting for readiness.

        Raises:
            ProcessError: no container engine answers, or it refuses.
        """
        if self._container is not None:
            self._container.get_wrapped_container().start()
            return
        container = None
        try:
            from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - a dev tool

            container = DockerContainer(self.image).with_envs(**self.variables())
            container.with_command(self.arguments())
            for inside, outside in self.published().items():
                container.with_bind_ports(inside, outside)
            for path, text in self.files().items():
                container.with_copy_into_container(text.encode(), path)
            container.start()
        except Exception as error:
            if container is not None:
                with suppress(Exception):  # it may not even have been made
                    container.stop()
            raise ProcessError(f"{self.name} in a container ({self.image}): {error}") from error
        self._container = container

    def stop(self, timeout: float = 15.0) -> None:
        """End it politely, after `timeout` seconds by force."""
        if self.running:
            with suppress(Exception):  # not paused
                self._container.get_wrapped_container().unpause()
            self._container.get_wrapped_container().stop(timeout=round(timeout))

    def kill(self) -> None:
        """Kill it at once."""
        if self.running:
            self._container.get_wrapped_container().kill()

    def pause(self) -> None:
        """Freeze it: it keeps its port and answers nothing."""
        self._container.get_wrapped_container().pause()

    def resume(self) -> None:
        """Let a frozen one run on."""
        self._container.get_wrapped_container().unpause()

    def discard(self) -> None:
        """Remove the container with its data."""
        if self._container is not None:
            self._container.stop(force=True, delete_volume=True)
            self._container = None


class ContainedPostgres(Contained, Postgres):
    """PostgreSQL of the official image."""

    image: ClassVar[str] = "postgres:18"

    def prepare(self) -> None:
        """Nothing: the image makes the cluster."""

    def published(self) -> dict[int, int]:
        """Return its only port."""
        return {POSTGRES_PORT: self.port}

    def variables(self) -> dict[str, str]:
        """Return what the image makes the cluster with."""
        return {
            "POSTGRES_PASSWORD": self.password,
            "POSTGRES_INITDB_ARGS": "-E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 -N",
        }

    def arguments(self) -> list[str]:
        """Return the command with the settings of the embedded server."""
        settings = {"max_connections": str(self.max_connections), "timezone": "UTC"}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return ["postgres", *(x for pair in settings.items() for x in ("-c", "=".join(pair)))]

    def probe(self, timeout: float = 2.0) -> bool:
        """Tell whether it takes connections over TCP, as it does only when it is made."""
        words = ["pg_isready", "-q", "-h", "127.0.0.1", "-U", SUPERUSER, "-t", str(round(timeout))]
        return bool(self._container.exec(words).exit_code == 0)


class ContainedNats(Contained, Nats):
    """NATS of the official image."""

    image: ClassVar[str] = "nats:2.15"

    def prepare(self) -> None:
        """Nothing: the data are in the container."""

    def published(self) -> dict[int, int]:
        """Return the ports of clients and of the monitoring pages."""
        return {NATS_PORT: self.port, NATS_PAGES: self.http_port}

    def files(self) -> dict[str, str]:
        """Return the configuration of the embedded server with the ports of the image."""
        return {"/pydotorg.conf": self.configuration("0.0.0.0", NATS_PORT, NATS_PAGES, "/data")}

    def arguments(self) -> list[str]:
        """Return the arguments of the image's entry point."""
        return ["-c", "/pydotorg.conf"]


class ContainedValkey(Contained, Valkey):
    """Valkey of the official image."""

    image: ClassVar[str] = "valkey/valkey:9"

    def prepare(self) -> None:
        """Nothing: the data are in the container."""

    def published(self) -> dict[int, int]:
        """Return its only port."""
        return {VALKEY_PORT: self.port}

    def arguments(self) -> list[str]:
        """Return the command with the settings of the embedded server."""
        return ["valkey-server", *self.settings(bind="0.0.0.0", port=VALKEY_PORT, folder="/data")]
