"""How a page becomes a route: canonical address, key, cache, response."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import HTTPScope, Receive, Scope, Send

from gateway.auth.sessions import Sessions
from gateway.auth.visitor import Visitor
from gateway.backends import Backends
from gateway.backends.errors import BackendError, BackendRefused, BackendUnavailable
from gateway.backends.policy import deadline
from gateway.backends.tokens import Tokens
from gateway.cache.entry import Entry, raw_headers
from gateway.cache.memory import Alias
from gateway.cache.paths import canonical_path
from gateway.cache.policy import CachePolicy
from gateway.cache.responder import EntryResponder
from gateway.cache.store import PageStore, Served
from gateway.metrics import GatewayMetrics
from gateway.settings import Settings
from gateway.web.client import System, caller, detect, network_of
from gateway.web.errors import Refusal
from gateway.web.forms import Refused
from gateway.web.headers import surrogate_key
from gateway.web.limits import RateLimits
from gateway.web.pages import (
    SIGNED_IN,
    BadInput,
    NotFound,
    Page,
    PageContext,
    PageRoute,
    Redirect,
    Site,
)
from gateway.web.templating import Templates
from servicekit import telemetry

#: A declared parameter is a word or two, not a text.
MAX_VALUE = 200


class EntryResponse(ASGIResponse):
    """Hands a cached entry to the server, past everything that Litestar does to a response."""

    def __init__(self, responder: EntryResponder, served: Served) -> None:
        super().__init__()
        self._responder = responder
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        await self._responder.send(self._served, cast("HTTPScope", scope), send)


@dataclass(frozen=True, slots=True)
class PageServer:
    """What all page routes share. `visitors` tells who asks for what is not the same for all."""

    settings: Settings
    site: Site
    backends: Backends
    templates: Templates
    store: PageStore
    responder: EntryResponder
    metrics: GatewayMetrics
    sessions: Sessions
    limits: RateLimits
    visitors: Callable[[HTTPScope], Awaitable[Visitor]]
    tokens: Tokens | None = None

    def handlers(self, route: PageRoute) -> list[HTTPRouteHandler]:
        """Return a Litestar handler for each address of a page."""
        return [self._handler(route, path) for path in route.paths]

    def _handler(self, route: PageRoute, path: str) -> HTTPRouteHandler:
        async def answer(request: Request[Any, Any, Any]) -> EntryResponse:
            return await self._answer(route, path, request)

        suffix = "" if path == route.paths[0] else f"@{path}"
        return HTTPRouteHandler(
            path,
            http_method=["GET", "HEAD"],
            name=f"page:{route.name}{suffix}",
            include_in_schema=False,
            media_type="text/html",
        )(answer)

    async def _answer(
        self, route: PageRoute, template: str, request: Request[Any, Any, Any]
    ) -> EntryResponse:
        scope = request.scope
        # Litestar has taken the final slash off scope["path"]; here it makes a difference.
        path = canonical_path(scope)
        if route.slash == "strict":
            settle_slash(template, path, scope["query_string"])
        policy = route.cache or CachePolicy()
        params = declared_params(scope["query_string"], route.declared, route.longest)
        variant = _system(scope) if "system" in policy.variants else None
        key = "|".join((route.name, path, urlencode(params)))
        place = f"{key}|{variant}" if variant else key
        await self._count(route, scope)
        visitor = await self.visitors(scope) if route.personal else None
        ctx = self.context(
            route.name, path, request, params=params, variant=variant, visitor=visitor
        )
        served = await self.serve(route, ctx, place)
        if served.entry.status == 404:
            return await self._draft(route, path, request)
        self.remember(scope, key, served, varies=variant is not None)
        return EntryResponse(self.responder, served)

    async def _draft(
        self, route: PageRoute, path: str, request: Request[Any, Any, Any]
    ) -> EntryResponse:
        """Answer whoever may see drafts with the one that is there.

        Raises NotFound to everybody else, and while nobody can tell who asks.
        """
        if route.draft is None:
            raise NotFound
        try:
            visitor = await self.visitors(request.scope)
        except BackendError:
            raise NotFound from None
        if visitor.anonymous or not (
            route.drafts_for == SIGNED_IN or visitor.may(route.drafts_for)
        ):
            raise NotFound
        ctx = self.context(route.name, path, request, visitor=visitor)
        own = replace(route, compose=route.draft, cache=None, draft=None, drafts_for="")
        served = await self.serve(own, ctx, "")
        if served.entry.status == 404:
            raise NotFound
        return EntryResponse(self.responder, served)

    async def _count(self, route: PageRoute, scope: HTTPScope) -> None:
        """Raise Refused where an address has asked for a page more often than it may.

        Where nobody can count, it may: what is read does no harm.
        """
        if not route.limit:
            return
        who = network_of(caller(scope, self.settings.trusted_proxies))
        spent = await self.limits.spend(route.limit, f"page:{route.name}", who)
        if spent is not None and not spent.allowed:
            raise Refused(Refusal(429, "", retry_after=spent.reset))

    async def serve(self, route: PageRoute, ctx: PageContext, place: str) -> Served:
        """Return the page of a route from the cache, or composed."""
        compose = self._composer(route, ctx, place)
        if route.cache is None or self.settings.reload:
            return Served(await compose(), "uncached")
        return await self.store.fetch(place, compose)

    def remember(self, scope: HTTPScope, key: str, served: Served, *, varies: bool = False) -> None:
        """Have the next request for the very same address answered from memory."""
        if served.outcome != "uncached" and served.entry.fresh_for > 0:
            address = scope["raw_path"], scope["query_string"]
            self.store.memory.alias(address, Alias(key, varies=varies))

    def context(  # noqa: PLR0913 - what a page may see of a request
        self,
        name: str,
        path: str,
        request: Request[Any, Any, Any],
        *,
        params: Mapping[str, str] | None = None,
        variant: System | None = None,
        visitor: Visitor | None = None,
    ) -> PageContext:
        """Return what the function of a page or a form works with."""
        return PageContext(
            route=name,
            path=path,
            path_params={name: str(value) for name, value in request.path_params.items()},
            params=params or {},
            backends=self.backends,
            site=self.site,
            templates=self.templates,
            blocks=self.store.blocks,
            variant=variant,
            sessions=self.sessions,
            known=visitor,
            limits=self.limits,
            tokens=self.tokens,
            caller={} if visitor is None else _caller(request.scope, self.settings),
            errand="" if visitor is None else self.sessions.errand.secret(request.scope) or "",
            block_timeout=self.settings.block_timeout,
        )

    def _composer(
        self, route: PageRoute, ctx: PageContext, place: str
    ) -> Callable[[], Awaitable[Entry]]:
        async def compose() -> Entry:
            began = time.monotonic()
            with telemetry.tracer().start_as_current_span(
                f"compose {route.name}",
                attributes={"gateway.route": route.name, "url.path": ctx.path},
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                page = await self._compose(route, ctx)
                span.set_attribute("gateway.degraded", ",".join(ctx.degraded))
            self.metrics.composed.labels(route.name).observe(time.monotonic() - began)
            for block in ctx.degraded:
                self.metrics.degraded.labels(block).inc()
            return self._entry(route, ctx, place, page, began)

        return compose

    async def _compose(self, route: PageRoute, ctx: PageContext) -> Page:
        limit = route.seconds or self.settings.page_timeout
        try:
            with deadline(limit):
                async with asyncio.timeout(limit):
                    return await route.compose(ctx)
        except NotFound:
            return Page(b"", 404)
        except Redirect as redirect:
            if route.personal:
                raise
            return Page(b"", redirect.status, headers=(("location", redirect.encoded),))
        except BackendRefused as error:
            if error.status in {400, 422}:
                raise BadInput("request", str(error.problem.get("detail") or "")) from error
            raise
        except TimeoutError as error:
            raise BackendUnavailable("page", f"not composed in {limit} s") from error

    def _entry(
        self, route: PageRoute, ctx: PageContext, place: str, page: Page, began: float
    ) -> Entry:
        policy = route.cache or CachePolicy(fresh=0, stale=0)
        fresh = policy.fresh
        if ctx.degraded:
            fresh = min(fresh, self.settings.cache_degraded)
        if page.status == 404:
            # Without a key nothing would tell that the page exists now.
            fresh = min(fresh, self.settings.cache_missing) if ctx.keys else 0
        own = {name.lower(): value for name, value in page.headers}
        kept = route.cache is not None and "set-cookie" not in own
        headers = {
            "content-type": page.media_type,
            **own,
            **(self._cache_headers(policy, ctx) if kept else {"cache-control": "no-store"}),
            "surrogate-key": surrogate_key(ctx.path, frozenset(ctx.keys)),
        }
        if not page.body:
            del headers["content-type"]
        return Entry(
            key=place,
            path=ctx.path,
            status=page.status,
            headers=raw_headers(headers.items()),
            body=page.body,
            keys=frozenset(ctx.keys),
            composed=began,
            # What sets a cookie is one visitor's own.
            fresh_for=fresh if kept else 0,
            revalidate_for=policy.revalidate,
            stale_for=policy.stale,
            degraded=bool(ctx.degraded),
        )

    def _cache_headers(self, policy: CachePolicy, ctx: PageContext) -> Mapping[str, str]:
        # What varies by visitor must not be shared by a cache that does not know by what.
        scope = "private" if policy.variants else "public"
        headers = {"cache-control": f"{scope}, max-age={policy.browser}, must-revalidate"}
        if self.settings.fastly_api_key and not policy.variants and not ctx.degraded:
            # Only a cache that is purged by key may keep a page for longer than a browser.
            headers["surrogate-control"] = (
                f"max-age={int(policy.fresh)}, stale-while-revalidate=60, stale-if-error=86400"
            )
        return headers


def _caller(scope: HTTPScope, settings: Settings) -> Mapping[str, str]:
    """Return what the security log of an account tells of a visitor."""
    address = caller(scope, settings.trusted_proxies)
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    shown = "".join(c for c in agent[:200].decode("latin-1") if c.isprintable() and c.isascii())
    return {
        **({"Client-Address": str(address)} if address else {}),
        **({"Client-Agent": shown} if shown else {}),
    }


def declared_params(
    query: bytes, declared: tuple[str, ...], longest: int = MAX_VALUE
) -> dict[str, str]:
    """Return the declared parameters of a query, sorted by name; the first value counts.

    Empty values are as good as absent. Raises BadInput where a value is too long or holds what no
    text does (control characters, bytes that are not UTF-8).
    """
    if not declared or not query:
        return {}
    found: dict[str, str] = {}
    pairs = parse_qsl(query.decode("latin-1"), errors="replace", max_num_fields=None)
    for name, value in pairs:
        if name not in declared or name in found:
            continue
        if len(value) > longest:
            raise BadInput(name, f"is longer than {longest} characters")
        if "\ufffd" in value or not value.isprintable():
            raise BadInput(name, "holds characters that no text has")
        found[name] = value
    return dict(sorted(found.items()))


def settle_slash(template: str, path: str, query: bytes) -> None:
    """Send the visitor to the spelling of the address that counts, or refuse the other."""
    if path == "/":
        return
    if template.endswith("/") and not path.endswith("/"):
        raise Redirect(path + "/" + (f"?{query.decode('latin-1')}" if query else ""), 301)
    if not template.endswith("/") and path.endswith("/"):
        raise NotFound


def _system(scope: HTTPScope) -> System:
    platform = agent = b""
    for name, value in scope["headers"]:
        if name == b"sec-ch-ua-platform":
            platform = value
        elif name == b"user-agent":
            agent = value
    return detect(platform, agent)
