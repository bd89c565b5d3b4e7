"""What every dialect of the API shares: callers, limits, what is kept, and how it is sent."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qsl, unquote

import structlog
from litestar import HttpMethod
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from gateway.api.sending import LimitedEntry, Plain, limit_headers
from gateway.api.store import Store
from gateway.api.wire import Answer, Ask, Caller, Elsewhere, Refused
from gateway.backends.errors import BackendError, BackendRefused, BackendUnavailable
from gateway.backends.policy import deadline
from gateway.cache.entry import Entry, raw_headers
from gateway.cache.memory import Alias
from gateway.cache.store import Served
from gateway.web.client import caller as address_of
from gateway.web.client import network_of
from gateway.web.routing import EntryResponse
from servicekit import telemetry

if TYPE_CHECKING:
    from litestar import Request
    from litestar.types import HTTPScope

    from gateway.auth.keys import Keys
    from gateway.auth.visitor import Visitor
    from gateway.backends.client import BackendClient
    from gateway.backends.tokens import Tokens
    from gateway.cache.responder import EntryResponder
    from gateway.cache.store import PageStore
    from gateway.metrics import GatewayMetrics
    from gateway.settings import Settings
    from gateway.web.errors import ErrorPages
    from gateway.web.limits import RateLimits, Spent

#: Bytes of a body.
MAX_BODY: Final = 1024 * 1024
#: Seconds after which it is worth asking again where a service is away.
RETRY_AFTER: Final = 5
_FRESH: Final = 600.0
_REVALIDATE: Final = 3600.0
_STALE: Final = 7 * 86400.0
_METHODS: Final = [
    *(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH),
    *(HttpMethod.DELETE, HttpMethod.OPTIONS),
]
_KEY: Final = "pydotorg-app api"
#: Anybody's page may read what anybody may read; nothing that a browser keeps is sent along.
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Trace-Id"
    ),
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

_log = structlog.get_logger("gateway.api")


class Dialect[P](Protocol):
    """What a dialect has to offer; `P` is what it knows of an address."""

    @property
    def prefix(self) -> str:
        """Where its addresses begin."""

    @property
    def kind(self) -> str:
        """A word for it."""

    def find(self, ask: Ask) -> P | None:
        """Return what is at an address, None where nothing is. Raises Elsewhere."""

    def check(self, place: P, ask: Ask) -> None:
        """Raise Refused for what may be refused before anything is known of the caller."""

    def kept(self, place: P, ask: Ask) -> str | None:
        """Return under which name an answer to anybody may be kept, None where it may not be."""

    def variant(self, ask: Ask) -> str:
        """Return by what answers at one address differ, of the headers."""

    async def caller(self, place: P, ask: Ask, keys: Keys) -> tuple[str, Visitor] | None:
        """Return name and visitor of who sends a key, None for a guest. Raises Refused."""

    async def answer(self, place: P, ask: Ask, store: Store) -> Answer:
        """Answer. Raises Refused, BackendError."""

    def refused(self, error: BackendRefused, place: P) -> Answer:
        """Tell that the service said no."""

    def unavailable(self, place: P, seconds: int) -> Answer:
        """Tell that a service is away."""

    def throttled(self, place: P, seconds: int) -> Answer:
        """Tell that somebody asks too often."""

    def unreadable(self, place: P, status: int) -> Answer:
        """Tell that a body cannot be taken."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an answer is kept: what its address says, and by what it differs beside that."""

    key: str
    variant: str

    @property
    def whole(self) -> str:
        return f"{self.key}|{self.variant}"


class ApiServer:
    """Serves all dialects at `/api/…`."""

    def __init__(  # noqa: PLR0913 - what it is wired with
        self,
        dialects: Sequence[Dialect[Any]],
        *,
        settings: Settings,
        clients: Mapping[str, BackendClient],
        tokens: Tokens | None,
        keys: Keys,
        store: PageStore,
        responder: EntryResponder,
        limits: RateLimits,
        metrics: GatewayMetrics,
        errors: ErrorPages,
    ) -> None:
        self._dialects = dialects
        self._settings = settings
        self._clients = clients
        self._tokens = tokens
        self._keys = keys
        self._store = store
        self._responder = responder
        self._limits = limits
        self._metrics = metrics
        self._errors = errors
        host = settings.origin.partition("://")[2].lower()
        self._hosts = frozenset({host, *settings.api_hosts})

    def handlers(self) -> list[HTTPRouteHandler]:
        """Return the Litestar handlers."""

        async def answer(request: Request[Any, Any, Any]) -> ASGIResponse:
            return await self._answer(request)

        return [
            HTTPRouteHandler(
                [f"/api/{name}", f"/api/{name}/{{rest:path}}"],
                http_method=_METHODS,
                name=f"api:{name}",
                include_in_schema=False,
                status_code=200,
                request_max_body_size=MAX_BODY,
            )(answer)
            for name in sorted({dialect.prefix.rpartition("/")[2] for dialect in self._dialects})
        ]

    async def _answer(self, request: Request[Any, Any, Any]) -> ASGIResponse:
        ask = self._ask(request)
        for dialect in self._dialects:
            if not ask.path.startswith((dialect.prefix + "/", dialect.prefix + ".")) and (
                ask.path != dialect.prefix
            ):
                continue
            try:
                place = dialect.find(ask)
            except Elsewhere as elsewhere:
                return Plain(_moved(elsewhere, ask))
            if place is not None:
                return await self._serve(dialect, place, ask, request.scope)
        body = self._errors.render(404, path=ask.path, trace_id=telemetry.current_trace_id() or "")
        headers = {"Cache-Control": "max-age=300", "Vary": "Cookie"}
        return Plain(self._dressed(Answer(404, body, "text/html; charset=utf-8", headers), ask))

    async def _serve[P](
        self, dialect: Dialect[P], place: P, ask: Ask, scope: HTTPScope
    ) -> ASGIResponse:
        spent: Spent | None = None
        try:
            dialect.check(place, ask)
            caller = await self._caller(dialect, place, ask, scope)
            name = dialect.kept(place, ask) if ask.reads and not caller.known else None
            spot = _Spot(f"api:{dialect.kind}|{ask.path}|{name}", dialect.variant(ask))
            if name is None or not self._store.holds(spot.whole):
                spent = await self._spend(dialect, place, caller)
            store = Store(self._clients, self._tokens, caller)
            if name is not None:
                served = await self._kept(dialect, place, ask, store, spot)
                return LimitedEntry(self._responder, served, limit_headers(spent))
            answer = await self._compose(dialect, place, ask, store)
        except Refused as refused:
            answer = refused.answer
        except BackendRefused as error:
            answer = dialect.refused(error, place)
        except BackendError as error:
            _log.warning("api.unavailable", path=ask.path, error=str(error))
            answer = dialect.unavailable(place, RETRY_AFTER)
        except HTTPException as error:
            if error.status_code >= 500:
                raise
            answer = dialect.unreadable(place, error.status_code)
        answer = self._dressed(answer, ask, spent, private=True)
        if answer.status == 200 and ask.reads:
            entry = self._entry(answer, ask, "", began=time.monotonic(), fresh=0)
            return EntryResponse(self._responder, Served(entry, "uncached"))
        return Plain(answer, silent=ask.method == "HEAD")

    async def _kept[P](
        self, dialect: Dialect[P], place: P, ask: Ask, store: Store, spot: _Spot
    ) -> Served:
        """Return what is kept, or what is made now and kept."""

        async def compose() -> Entry:
            began = time.monotonic()
            try:
                answer = await self._compose(dialect, place, ask, store)
                fresh = _FRESH if answer.fresh is None else answer.fresh
            except Refused as refused:
                # No is an answer for all who wait for it, and for nobody after them.
                answer, fresh = refused.answer, 0.0
            except BackendRefused as error:
                answer, fresh = dialect.refused(error, place), 0.0
            self._metrics.composed.labels(f"api.{dialect.kind}").observe(time.monotonic() - began)
            told = self._dressed(answer, ask)
            return self._entry(told, ask, spot.whole, began=began, fresh=fresh)

        served = await self._store.fetch(spot.whole, compose)
        if served.entry.fresh_for > 0:
            by = partial(self._variant, dialect, ask)
            address = ask.raw_path.encode("latin-1"), ask.raw_query.encode("latin-1")
            self._store.memory.alias(address, Alias(spot.key, varies=False, by=by))
        return served

    def _variant(
        self, dialect: Dialect[Any], first: Ask, headers: Mapping[bytes, bytes]
    ) -> str | None:
        """Return what completes the key of a kept answer for another request to its address."""
        if b"authorization" in headers:
            return None
        return dialect.variant(replace(first, headers=headers, origin=self._origin(headers)))

    async def _compose[P](self, dialect: Dialect[P], place: P, ask: Ask, store: Store) -> Answer:
        with deadline(self._settings.page_timeout):
            try:
                return await dialect.answer(place, ask, store)
            except TimeoutError as error:
                raise BackendUnavailable("api", "not answered in time") from error

    async def _caller[P](self, dialect: Dialect[P], place: P, ask: Ask, scope: HTTPScope) -> Caller:
        found = await dialect.caller(place, ask, self._keys)
        if found is not None:
            return Caller(*found)
        address = address_of(scope, self._settings.trusted_proxies)
        return Caller(network_of(address))

    async def _spend[P](self, dialect: Dialect[P], place: P, caller: Caller) -> Spent | None:
        """Count a call; Refused where there were too many. Where nobody can count, all may call."""
        settings = self._settings
        rule = settings.api_limit_key if caller.known else settings.api_limit
        what = "api.key" if caller.known else "api"
        who = caller.visitor.subject if caller.known else caller.name
        spent = await self._limits.spend(rule, what, who)
        if spent is not None and not spent.allowed:
            answer = dialect.throttled(place, spent.reset)
            headers = {**answer.headers, **limit_headers(spent)}
            raise Refused(replace(answer, headers=headers))
        return spent

    # --- requests and answers ---

    def _ask(self, request: Request[Any, Any, Any]) -> Ask:
        scope = request.scope
        raw = scope["raw_path"].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        headers = dict(scope["headers"])
        return Ask(
            method=scope["method"],
            path=unquote(raw),
            raw_path=raw,
            query=tuple(parse_qsl(query, keep_blank_values=True, errors="replace")),
            raw_query=query,
            headers=headers,
            origin=self._origin(headers),
            read=request.body,
        )

    def _origin(self, headers: Mapping[bytes, bytes]) -> str:
        """Return scheme and host for links: those that were asked, where the host is the site's.

        That a proxy took https is believed of anybody: it changes nobody's answer but their own.
        """
        host = headers.get(b"host", b"").decode("latin-1").lower()
        public = self._settings.origin
        if host not in self._hosts:
            return public
        told = headers.get(b"fastly-ssl") == b"1" or headers.get(b"x-forwarded-proto") == b"https"
        if public == f"https://{host}" or told:
            return f"https://{host}"
        return f"http://{host}"

    def _dressed(
        self, answer: Answer, ask: Ask, spent: Spent | None = None, *, private: bool = False
    ) -> Answer:
        """Return an answer with what all of them have."""
        own = dict(answer.headers)
        if "Cache-Control" not in own:
            own["Cache-Control"] = "private, no-cache" if private else "no-cache"
        own = {**limit_headers(spent), **own}
        cors = {**_CORS, **(_PREFLIGHT if ask.method == "OPTIONS" else {})}
        shared = cors if ask.reads or ask.method == "OPTIONS" else {}
        return replace(answer, headers={"Surrogate-Key": _KEY, **shared, **own})

    def _entry(self, answer: Answer, ask: Ask, spot: str, *, began: float, fresh: float) -> Entry:
        headers = {"Content-Type": answer.media_type, **answer.headers}
        return Entry(
            key=spot,
            path=ask.raw_path,
            status=answer.status,
            headers=raw_headers(headers.items()),
            body=answer.body,
            keys=frozenset({"api", *answer.keys}),
            composed=began,
            fresh_for=fresh,
            revalidate_for=_REVALIDATE,
            stale_for=_STALE,
        )


def _moved(elsewhere: Elsewhere, ask: Ask) -> Answer:
    location = elsewhere.path + (f"?{ask.raw_query}" if ask.raw_query else "")
    headers = {"Location": location, "Vary": "Cookie", "Cache-Control": "public, max-age=3600"}
    return Answer(301, b"", "text/html; charset=utf-8", headers)
