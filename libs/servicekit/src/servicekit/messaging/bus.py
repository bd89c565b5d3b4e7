"""The connection to NATS: begun while NATS is down, kept for ever, and healed.

A process starts, answers and writes without NATS; `ready` says whether messages flow. The bus

- connects in the background and reconnects without end: a client that gives up leaves pull
  consumers spinning, and waiting for NATS at the start would keep the HTTP API down with it;
- every few seconds makes anew what is declared and missing (`topology.ensure`): a store that was
  wiped leaves pull consumers connected and deaf, without an error, until their durable exists;
- publishes with the stream named and the acknowledgement awaited; without a stream name the
  client returns as soon as the message lies in its own memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

import structlog
from faststream.nats import NatsBroker, PubAck
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext

from servicekit.messaging import topology
from servicekit.messaging.topology import Ensured, Topology

_log: Final = structlog.get_logger(__name__)

_RECONNECT: Final = 0.25
"""Seconds between tries to connect."""
_HEAL: Final = 5.0
"""Seconds between looks at whether streams and durables are still there."""
_RETRY: Final = 0.25
_API_TIMEOUT: Final = 2.0
_PUBLISH_TIMEOUT: Final = 3.0
_STOP_TIMEOUT: Final = 5.0
_HANDSHAKE: Final = 0.25
"""Seconds that a connection may still take to be made when the bus stops."""


class NotReady(Exception):
    """NATS is away, or its streams are not there yet."""


type Hook = Callable[[Ensured], Awaitable[None]]
"""Called after each look at streams and durables, for more that must be there (schedules)."""


class Bus:
    """One connection, the FastStream broker on it, and what it needs on the server.

    Subscribers are declared on `broker` before `running` is entered.
    """

    def __init__(self, url: str, *, name: str, needs: Topology) -> None:
        self.broker = NatsBroker(
            url,
            name=name,
            apply_types=False,
            logger=None,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RECONNECT,  # type: ignore[arg-type] # seconds, any number
            connect_timeout=2,
            # Nothing is kept in memory while NATS is away: a publish fails at once and its row
            # waits in the outbox, and asking for messages does not pile up (see _patient).
            pending_size=0,
            max_outstanding_pings=2,
            ping_interval=10,
            error_cb=_quiet,
            disconnected_cb=self._disconnected,
            reconnected_cb=self._reconnected,
        )
        self.needs = needs
        self.error: str | None = "not connected yet"
        self.ensured = Ensured(made=(), born={})
        self.connections = 0
        self._client: Client | None = None
        self._started = False
        self._healthy = self._stopping = False
        self._hooks: list[Hook] = []
        self._watchers: list[Callable[[], None]] = []
        self._look = asyncio.Event()
        self._connected = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether messages flow: connected, and streams and durables were there when last seen."""
        return self._healthy and self._client is not None and self._client.is_connected

    @property
    def connection(self) -> Client:
        """Return the client under the broker; raises NotReady before the first connection."""
        if self._client is None:
            raise NotReady("NATS has not been reached yet")
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """Return a JetStream context with short requests; raises NotReady."""
        return self.connection.jetstream(timeout=_API_TIMEOUT)

    def born(self, stream: str) -> datetime | None:
        """Return when a stream was made, as last seen; another stamp means another stream."""
        return self.ensured.born.get(stream)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have `watcher` called whenever messages begin or cease to flow."""
        self._watchers.append(watcher)

    def after_ensure(self, hook: Hook) -> None:
        """Have `hook` called after each look at streams and durables; its error is a bus error."""
        self._hooks.append(hook)

    async def publish(
        self, subject: str, body: bytes, *, stream: str, headers: Mapping[str, str]
    ) -> PubAck:
        """Publish and await the acknowledgement, which NATS sends when the message is stored.

        Raises NotReady while NATS is away, and what the client raises where the message was
        refused or not acknowledged in time (it may have been stored all the same).
        """
        if not self.ready:
            raise NotReady(self.error or "NATS is away")
        return await self.broker.publish(
            body, subject, headers=dict(headers), stream=stream, timeout=_PUBLISH_TIMEOUT
        )

    async def wait_ready(self) -> None:
        """Return as soon as messages flow."""
        changed = asyncio.Event()
        self.watch(changed.set)
        try:
            while not self.ready:
                changed.clear()
                await changed.wait()
        finally:
            self._watchers.remove(changed.set)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Bus]:
        """Keep the bus alive in the background for the length of the block."""
        task = asyncio.create_task(self._run(), name="bus")
        try:
            yield self
        finally:
            # A client that is cancelled while it connects leaves its socket open.
            if not self._connected.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_HANDSHAKE):
                        await self._connected.wait()
            task.cancel()
            await asyncio.wait([task])
            self._stopping, self._healthy = True, False
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_STOP_TIMEOUT):
                    await self.broker.stop()

    async def _run(self) -> None:
        while True:
            try:
                # Waits for as long as it takes where NATS is down, hence the task.
                client = await self.broker.connect()
                self._connected.set()
                if self._client is None:
                    self._client, self.connections = client, 1
                if client.is_connected:
                    await self._ensure()
                    if not self._started:
                        await self.broker.start()
                        for subscriber in self.broker.subscribers:
                            _be_patient(subscriber.subscription, client)  # type: ignore[attr-defined] # pull subscribers have one
                        self._started = True
                    self._tell(None)
            except Exception as error:  # noqa: BLE001 - whatever it is, try again
                self._tell(repr(error))
            self._look.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_HEAL if self.ready else _RETRY):
                    await self._look.wait()

    async def _ensure(self) -> None:
        self.ensured = await topology.ensure(self.jetstream, self.needs)
        if self.ensured.made:
            _log.info("made what was missing in NATS", made=self.ensured.made)
        for hook in self._hooks:
            await hook(self.ensured)

    async def _disconnected(self) -> None:
        if not self._stopping:
            self._tell("the connection was lost")

    async def _reconnected(self) -> None:
        # Whether streams and durables outlived the server is seen before messages flow again.
        self.connections += 1
        self._look.set()

    def _tell(self, error: str | None) -> None:
        if error != self.error:
            if error is None:
                _log.info("messages flow")
            else:
                _log.warning("messages do not flow", reason=error)
        self.error, self._healthy = error, error is None
        for watcher in list(self._watchers):
            watcher()


def _be_patient(subscription: JetStreamContext.PullSubscription, client: Client) -> None:
    """Keep FastStream's endless asking for messages from spinning.

    It asks again at once whatever happens. While NATS is away each question fails at once, and so
    does each where the durable is missing: without a pause the event loop does nothing else.
    """
    ask = subscription.fetch

    async def fetch(
        batch: int = 1,
        timeout: float | None = None,  # noqa: ASYNC109 - the client's own
        heartbeat: float | None = None,
    ) -> list[Msg]:
        while not client.is_connected:  # noqa: ASYNC110 - the client tells its state only
            await asyncio.sleep(_RETRY)
        begun = time.monotonic()
        try:
            return await ask(batch, timeout, heartbeat)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            if timeout is None or time.monotonic() - begun < timeout / 2:
                await asyncio.sleep(_RETRY)
            # The one error that FastStream takes for "nothing there".
            raise NatsTimeout from error

    subscription.fetch = fetch  # type: ignore[method-assign]


async def _quiet(_: Exception) -> None:
    """Take the errors of the client: without this every failed attempt is a traceback in the log.

    `ready` and the log lines of `_tell` say what an operator needs.
    """
