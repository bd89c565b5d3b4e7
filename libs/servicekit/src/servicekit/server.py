"""Serving: uvicorn on uvloop and httptools, and an end that loses no request.

On SIGTERM or SIGINT /readyz turns to 503 at once; for `drain_delay` seconds new requests are
still taken, so that whoever balances the load has time to notice; then the port is closed,
running requests get `shutdown_grace` seconds, and the parts of the process stop one by one.
A second signal ends the waiting.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Protocol

import structlog
import uvicorn
from litestar import Litestar

from servicekit import telemetry

if TYPE_CHECKING:
    # The gateway serves with this too and has no database layer to load.
    from servicekit.runtime import Runtime
    from servicekit.settings import ServiceSettings

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """A uvicorn server that drains before it stops, and ends with exit code 0 when told to."""

    def __init__(self, config: uvicorn.Config, *, drain: Callable[[], None], delay: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._delay = delay
        self._asked = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT while serving; uvicorn would raise them again afterwards."""
        self._loop = asyncio.get_running_loop()
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Begin to stop; a second signal stops at once."""
        if self._asked or self._loop is None:
            self.should_exit = True
            self.force_exit = self._asked
            return
        self._asked = True
        self._drain()
        log.info("stopping", signal=signal.Signals(sig).name, delay=self._delay)
        # A Python signal handler runs between two steps of the loop, which may sleep in select.
        self._loop.call_soon_threadsafe(self._loop.call_later, self._delay, self._stop)

    def _stop(self) -> None:
        self.should_exit = True


def run(create: Callable[[], Litestar], settings: ServiceSettings) -> None:
    """Serve the service that `create` makes, as `serve` does."""
    app = create()
    runtime: Runtime = app.state.runtime

    def drain() -> None:
        runtime.draining = True

    serve(app, settings, drain)


class Binding(Protocol):
    """Where a process listens and how it ends; settings of services and of the gateway have it."""

    @property
    def host(self) -> str:
        """Address of an interface."""

    @property
    def port(self) -> int:
        """0 for any free one."""

    @property
    def drain_delay(self) -> float:
        """Seconds for which requests are still taken after the signal."""

    @property
    def shutdown_grace(self) -> float:
        """Seconds that running requests then get."""


def serve(app: Litestar, settings: Binding, drain: Callable[[], None]) -> None:
    """Serve an app until a signal ends it; `drain` makes its /readyz say so.

    Raises SystemExit(3) where the port is taken or the start fails, as uvicorn does.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=round(settings.shutdown_grace),
    )
    server = Server(config, drain=drain, delay=settings.drain_delay)
    try:
        server.run()
    finally:
        telemetry.flush()
    if not server.started:
        raise SystemExit(3)
