"""One HTTP client per service: every call takes the same gates and can only end in three ways.

An answer of the promised type, None (404, where the caller asked to find), or a `BackendError`.
What a service sends is not trusted to be small, complete, or what its headers say.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import TypeAdapter, ValidationError

from gateway.backends.errors import (
    BackendError,
    BackendGarbage,
    BackendRefused,
    BackendUnavailable,
)
from gateway.backends.policy import Policy, remaining
from servicekit import telemetry

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from gateway.metrics import GatewayMetrics

type Scalar = str | int | float | bool
#: A value of a query parameter: one, or several of the same name. None leaves it out.
type Query = Scalar | Sequence[Scalar] | None
#: Gives the internal token for a service, or None where the gateway has no key.
type TokenSource = Callable[[str], str | None]

#: Milliseconds that the caller will still wait, so that the service need not work for nobody.
DEADLINE_HEADER = "X-Deadline-Ms"
#: Below this a call cannot end in time and is not begun (seconds).
TOO_LATE = 0.005

_JSON = "application/json"
_RETRIED_STATUS = frozenset({502, 503, 504})
#: Characters of a key that services take (servicekit.idempotency).
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent to a service.

    Attributes:
        method: HTTP method.
        path: With a leading slash, percent-encoded.
        query: Parameters.
        body: JSON.
        token: Internal token of a visitor; None: the gateway's own.
        headers: Further ones, e.g. If-Match.
        media: What is answered. Of anything but JSON the bytes are handed on.
    """

    method: str
    path: str
    query: Mapping[str, Query] | None = None
    body: bytes | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = _JSON


class _Absent:
    """There is no such thing: 404. A value of its own, for what is there may be null."""


class _Retryable(Exception):
    """An attempt failed in a way that another may mend. `refused`: nobody listens there."""

    def __init__(self, error: BackendError, *, refused: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.refused = refused


class BackendClient:
    """Calls one service under a `Policy`. Use as an async context manager, on the serving loop.

    Args:
        service: Name of the context; also the audience of the token.
        base_url: Where it listens, without a trailing slash.
        policy: Deadline, retry budget, breaker and concurrency limit.
        metrics: Where each call is counted.
        token: Gives the internal identity token, where calls carry one.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        policy: Policy,
        metrics: GatewayMetrics,
        token: TokenSource | None = None,
    ) -> None:
        self.service = service
        self._metrics = metrics
        self.policy = policy
        self._token = token
        self._base_url = base_url.rstrip("/")
        self._http: httpx.AsyncClient | None = None
        self._reached = False

    async def __aenter__(self) -> Self:
        # The client belongs to the loop that serves, so it is made here and not with the object.
        transport = AiohttpTransport(client=self._session, trust_env=False)
        self._http = httpx.AsyncClient(
            base_url=self._base_url,
            transport=transport,
            timeout=httpx.Timeout(self.policy.timeout, connect=self.policy.connect),
            headers={"Accept-Encoding": "identity"},
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def _session(self) -> aiohttp.ClientSession:
        """Make the session below httpx: as many connections as calls, kept for half a minute."""
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.policy.limiter.limit, keepalive_timeout=30),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # It would send every read again by itself that meets a closed connection, and so make
        # four attempts of two, past the budget. There is no public switch.
        session._retry_connection = False  # noqa: SLF001
        return session

    async def get[T](
        self,
        path: str,
        kind: TypeAdapter[T],
        query: Mapping[str, Query] | None = None,
        *,
        token: str | None = None,
    ) -> T:
        """Return what the service answers to GET.

        Raises:
            BackendUnavailable: No answer in time, or none at all; also for a 404, which on a path
                that must exist means that another thing is listening there.
            BackendGarbage: An answer that is not a `kind`.
            BackendRefused: Any other 4xx.
        """
        found = await self.find(path, kind, query, token=token)
        if found is None:
            raise BackendUnavailable(self.service, f"404 at {path}", reason="missing-route")
        return found

    async def find[T](
        self,
        path: str,
        kind: TypeAdapter[T],
        query: Mapping[str, Query] | None = None,
        *,
        token: str | None = None,
        media: str = _JSON,
    ) -> T | None:
        """Return what the service answers to GET, or None for a 404. Raises as `get` does.

        `token` speaks for a visitor in place of the gateway. Of any other `media` than JSON `kind`
        gets the bytes.
        """
        policy = self.policy
        policy.budget.deposit()
        call = Call("GET", path, query, token=token, media=media)
        try:
            found = await self._attempt(call, kind)
        except _Retryable as first:
            if not policy.budget.withdraw():
                raise first.error from first
            try:
                found = await self._attempt(call, kind)
            except _Retryable as second:
                raise second.error from second
        return None if isinstance(found, _Absent) else found

    async def send[T](self, call: Call, kind: TypeAdapter[T]) -> T:
        """Return what the service answers to a call that changes something: sent once, never again.

        Raises:
            BackendUnavailable: No answer in time, or none at all. Whether the change was made is
                not known.
            BackendGarbage: An answer that is not a `kind`.
            BackendRefused: Any 4xx, with the problem that says why.
        """
        try:
            found = await self._attempt(call, kind)
        except _Retryable as failed:
            raise failed.error from failed
        if isinstance(found, _Absent):
            raise BackendRefused(self.service, 404, "there is no such thing")
        return found

    async def _attempt[T](self, call: Call, kind: TypeAdapter[T]) -> T | _Absent:
        policy = self.policy
        timeout = remaining(policy.timeout)
        if timeout < TOO_LATE:
            raise BackendUnavailable(self.service, "no time left", reason="deadline")
        if not policy.limiter.enter():
            raise BackendUnavailable(self.service, "too many calls at once", reason="shed")
        try:
            if not policy.breaker.admit():
                raise BackendUnavailable(self.service, "breaker is open", reason="breaker")
            return await self._measured(call, kind, timeout)
        finally:
            policy.limiter.leave()

    async def _measured[T](self, call: Call, kind: TypeAdapter[T], limit: float) -> T | _Absent:
        breaker = self.policy.breaker
        started = asyncio.get_running_loop().time()
        outcome = "cancelled"
        with telemetry.tracer().start_as_current_span(
            f"{call.method} {self.service}",
            kind=SpanKind.CLIENT,
            attributes={
                "peer.service": self.service,
                "http.request.method": call.method,
                "url.path": call.path,
            },
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                result = await self._exchange(call, kind, limit)
            except BackendRefused as error:
                breaker.record(ok=True)
                outcome = error.reason
                raise
            except (BackendError, _Retryable) as error:
                if not self._reached and isinstance(error, _Retryable) and error.refused:
                    # It starts beside us, and to be refused costs no time: whoever asks when it
                    # is there must not meet a breaker.
                    breaker.release()
                else:
                    breaker.record(ok=False)
                cause = error.error if isinstance(error, _Retryable) else error
                outcome = cause.reason
                span.set_status(StatusCode.ERROR, str(cause)[:200])
                raise
            except BaseException:
                breaker.release()
                raise
            else:
                breaker.record(ok=True)
                outcome = "ok"
                return result
            finally:
                span.set_attribute("outcome", outcome)
                seconds = asyncio.get_running_loop().time() - started
                self._metrics.calls.labels(self.service, outcome).observe(seconds)

    async def _exchange[T](self, call: Call, kind: TypeAdapter[T], limit: float) -> T | _Absent:
        try:
            async with asyncio.timeout(limit):
                status, headers, body = await self._fetch(call, limit)
        except TimeoutError as error:
            raise BackendUnavailable(
                self.service, f"no answer in {limit:.1f} s", reason="timeout"
            ) from error
        except httpx.ReadTimeout as error:
            raise BackendUnavailable(self.service, "stopped answering", reason="timeout") from error
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            # The transport calls every failed connection a ConnectTimeout; its cause says more.
            met = type(error.__cause__ or error).__name__
            failed = BackendUnavailable(self.service, met, reason="connection")
            raise _Retryable(failed, refused=_is_refused(error)) from error
        self._reached = True
        media = headers.get("content-type", "")
        if status == 404:
            return _Absent()
        if status >= 300:
            raise self._failure(status, headers, body)
        if status == 204:
            body = b"null"
        elif not media.startswith(call.media):
            raise BackendGarbage(self.service, f"answered {media or 'no content type'}")
        elif call.media != _JSON:
            return kind.validate_python(body)
        try:
            return kind.validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            told = f"{call.path}: {where} {first['type']}"
            raise BackendGarbage(self.service, told) from error

    async def _fetch(self, call: Call, limit: float) -> tuple[int, httpx.Headers, bytes]:
        if self._http is None:
            raise RuntimeError(f"the client of {self.service} is not open")
        headers = {DEADLINE_HEADER: str(int(limit * 1000)), "Accept": call.media, **call.headers}
        token = call.token or (self._token(self.service) if self._token is not None else None)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        telemetry.inject(headers)
        params = {name: value for name, value in (call.query or {}).items() if value is not None}
        request = self._http.build_request(
            call.method, call.path, params=params, headers=headers, content=call.body
        )
        response = await self._http.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise BackendGarbage(self.service, "sent an encoding nobody asked for")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self.policy.cap:
                    raise BackendGarbage(self.service, f"sent more than {self.policy.cap} bytes")
            return response.status_code, response.headers, bytes(body)
        finally:
            await response.aclose()

    def _failure(self, status: int, headers: httpx.Headers, body: bytes) -> Exception:
        """Turn a status that is not success into what it means."""
        problem: dict[str, object] = {}
        if headers.get("content-type", "").startswith("application/problem+json"):
            try:
                parsed = json.loads(body)
            except ValueError:
                parsed = None
            if isinstance(parsed, dict):
                problem = parsed
        detail = str(problem.get("detail") or problem.get("title") or "")[:200]
        # With a type of its own, 429 is about somebody and not about how busy the service is.
        busy = status == 408 or (status == 429 and problem.get("type") in {None, "about:blank"})
        if 400 <= status < 500 and not busy:
            after = headers.get("retry-after", "")
            return BackendRefused(
                *(self.service, status, detail, problem),
                retry_after=int(after) if after.isascii() and after.isdecimal() else 0,
            )
        error = BackendUnavailable(self.service, f"{status} {detail}".strip(), reason=f"{status}")
        return _Retryable(error) if status in _RETRIED_STATUS else error


def once(key: str) -> dict[str, str]:
    """Return the header that has a service make one thing for one form, however often it is sent.

    Keys of our forms stay as they are. What somebody else typed is spelled so that a header can
    carry it, and is as good a key.
    """
    return {"Idempotency-Key": quote(key, safe="")[:_LONGEST_KEY]}


def _is_refused(error: BaseException) -> bool:
    """Tell whether an attempt failed because nobody listens."""
    cause = error.__cause__ or error
    if isinstance(cause, aiohttp.ClientConnectorError):
        cause = cause.os_error
    return isinstance(cause, ConnectionRefusedError)
