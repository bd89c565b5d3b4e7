"""The composition root: settings in, one Litestar app out, with everything it needs wired."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.datastructures import State

from contracts.identity.dto import KeyState, SessionState
from gateway import __version__
from gateway.admin import calls
from gateway.admin.server import admin_handlers
from gateway.admin.visits import AdminSite
from gateway.api.routes import dialects
from gateway.api.server import ApiServer
from gateway.auth.cookies import SessionCookie
from gateway.auth.copies import GRACE
from gateway.auth.keys import Keys
from gateway.auth.sessions import Sessions
from gateway.auth.shared import Owned, SharedCopies
from gateway.backends import (
    Backends,
    Content,
    Downloads,
    Events,
    Identity,
    Jobs,
    Social,
    Sponsors,
    social,
)
from gateway.backends.client import BackendClient
from gateway.backends.policy import Limiter, Policy
from gateway.backends.tokens import Tokens
from gateway.cache.fastly import Fastly
from gateway.cache.invalidation import STREAMS, Invalidation
from gateway.cache.memory import MemoryCache
from gateway.cache.purging import PurgeEndpoint
from gateway.cache.responder import EntryResponder, FastPath
from gateway.cache.store import Limits, PageStore
from gateway.cache.valkey import ValkeyCache, connect
from gateway.metrics import GatewayMetrics
from gateway.pages import boxes, frame
from gateway.pages.blogs import latest as news
from gateway.pages.content import page as content
from gateway.pages.events import upcoming
from gateway.pages.routes import PAGES
from gateway.pages.stories import featured
from gateway.web.addresses import AddressServer, Unclaimed
from gateway.web.dismissing import dismissal_handlers
from gateway.web.edge import Edge
from gateway.web.errors import ErrorPages
from gateway.web.failures import exception_handlers
from gateway.web.forms import FormGuard
from gateway.web.formserver import FormServer
from gateway.web.furnishing import KEY, Cells, Furnishing
from gateway.web.guests import Guests
from gateway.web.headers import security_headers
from gateway.web.health import Health, health_routes
from gateway.web.limits import RateLimits
from gateway.web.media import media_handlers
from gateway.web.pages import PageRoute, Site
from gateway.web.routing import PageServer
from gateway.web.static import StaticFiles
from gateway.web.templating import Templates
from servicekit import telemetry
from servicekit.messaging import topology
from servicekit.messaging.bus import Bus
from servicekit.tokens import SigningKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from gateway.admin.visits import Visitors
    from gateway.settings import Settings
    from gateway.web.forms import FormRoute


def create_app(
    settings: Settings,
    pages: Sequence[PageRoute | FormRoute[Any]] = PAGES,
    visitors: Visitors | None = None,
) -> Litestar:
    """Make the gateway. Nothing is connected before its lifespan begins, nor waited for then.

    `visitors` tells who comes to the admin, to drafts and to pages of one's own; where absent, the
    sessions of the site do.
    """
    telemetry.configure("gateway", version=__version__, ratio=settings.trace_ratio)
    metrics = GatewayMetrics()
    guests = Guests.of(settings)
    always = security_headers(hsts=settings.hsts, guests=guests)
    static = StaticFiles(overlay=settings.static_overlay, reload=settings.reload)
    templates = Templates(
        frame=frame.ALONE.build, reload=settings.reload, static_url=static.url, guests=guests
    )
    site = Site(settings.origin, settings.ftp_url.rstrip("/") + "/")
    errors = ErrorPages(templates, site)
    key = settings.signing_key
    tokens = Tokens(SigningKey.load(key.get_secret_value())) if key is not None else None

    def client(
        service: str, url: str, timeout: float = settings.backend_timeout, places: int = 0
    ) -> BackendClient:
        policy = Policy(
            timeout=timeout,
            connect=settings.backend_connect_timeout,
            limiter=Limiter(places or settings.backend_concurrency),
        )
        return BackendClient(service, url, policy, metrics, tokens)

    people, written, dates = settings.identity_url, settings.content_url, settings.events_url
    backends = Backends(
        downloads=Downloads(client("downloads", settings.downloads_url)),
        content=Content(client("content", written)) if written else None,
        identity=Identity(client("identity", people)) if people else None,
        # Clients of their own: whoever waits for a provider takes nobody else's place.
        social=Social(client("identity", people, social.TIMEOUT, social.AT_ONCE))
        if people
        else None,
        events=Events(client("events", dates)) if dates else None,
        jobs=Jobs(client("jobs", settings.jobs_url)) if settings.jobs_url else None,
        sponsors=Sponsors(client("sponsors", settings.sponsors_url))
        if settings.sponsors_url
        else None,
    )
    # Staff have clients of their own: what they do takes longer, and keeps no reader waiting.
    addresses = {
        "content": written,
        "downloads": settings.downloads_url,
        "events": dates,
        "identity": people,
        "jobs": settings.jobs_url,
        "sponsors": settings.sponsors_url,
    }
    staff = {
        name: client(name, url, calls.TIMEOUT, calls.AT_ONCE)
        for name, url in addresses.items()
        if url and tokens is not None
    }
    shared = _shared(settings, static.fingerprint + templates.fingerprint)
    cookie = SessionCookie(secure=settings.origin.startswith("https://"))
    sessions = Sessions(
        backends.identity,
        cookie,
        lambda: invalidation.heard,
        _copies(settings, shared, SessionState),
    )
    keys = Keys(backends.identity, lambda: invalidation.heard, _copies(settings, shared, KeyState))

    bus = Bus(settings.nats_url, name="gateway", needs=topology.of_contexts(STREAMS))
    store = PageStore(
        MemoryCache(settings.cache_bytes),
        shared,
        lambda: invalidation.heard,
        Limits(patience=settings.cache_patience, unheard=settings.cache_unheard),
    )
    fastly = _fastly(settings, shared)
    furnishing = Furnishing(
        backends,
        shared,
        lambda: invalidation.heard,
        lambda made: invalidation.outdated({KEY}, f"frame:{made}"),
        Cells(
            downloads=lambda latest: boxes.menu_cell(templates, latest),
            events=lambda found: upcoming.menu_cell(templates, found),
            news=lambda found: news.menu_cell(templates, found),
            stories=lambda found: featured.menu_cell(templates, found),
        ),
    )
    templates.frame = furnishing.frame
    invalidation = Invalidation(store, bus, fastly, metrics, (sessions, keys, furnishing))
    health = Health(backends, invalidation, shared)
    limits = RateLimits(settings.valkey_url, settings.limits_timeout)
    responder = EntryResponder(metrics)
    server = PageServer(
        settings=settings,
        site=site,
        backends=backends,
        templates=templates,
        store=store,
        responder=responder,
        metrics=metrics,
        sessions=sessions,
        limits=limits,
        visitors=visitors or sessions.visitor,
        tokens=tokens,
    )
    guard = FormGuard(settings, limits)
    forms = FormServer(server, guard)
    api = ApiServer(
        dialects(),
        settings=settings,
        clients={
            "downloads": backends.downloads.client,
            **({"content": backends.content.client} if backends.content else {}),
            **({"events": backends.events.client} if backends.events else {}),
            **({"identity": backends.identity.client} if backends.identity else {}),
            **({"jobs": backends.jobs.client} if backends.jobs else {}),
            **({"sponsors": backends.sponsors.client} if backends.sponsors else {}),
        },
        tokens=tokens,
        keys=keys,
        store=store,
        responder=responder,
        limits=limits,
        metrics=metrics,
        errors=errors,
    )
    unclaimed = AddressServer(
        server, content.written, content.draft, tokens, visitors or sessions.visitor
    )
    admin = (
        AdminSite(
            site=site,
            templates=templates,
            guard=guard,
            clients=staff,
            tokens=tokens,
            visitors=visitors or sessions.visitor,
            identity=backends.identity,
            trace_url=settings.trace_url,
        )
        if tokens is not None
        else None
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            if shared is not None:
                stack.push_async_callback(shared.client.aclose)
            stack.push_async_callback(limits.close)
            for service in (*backends.clients(), *staff.values()):
                await stack.enter_async_context(service)
            if fastly is not None:
                await stack.enter_async_context(fastly.running())
            stack.push_async_callback(store.close)
            await stack.enter_async_context(invalidation.running())
            await stack.enter_async_context(furnishing.running())
            yield

    app = Litestar(
        route_handlers=[
            *(
                handler
                for page in pages
                for handler in (
                    server.handlers(page) if isinstance(page, PageRoute) else forms.handlers(page)
                )
            ),
            *(admin_handlers(admin) if admin is not None else ()),
            *dismissal_handlers(guard, secure=settings.origin.startswith("https://")),
            *api.handlers(),
            *media_handlers(settings),
            unclaimed.handler(),
            *health_routes(health, metrics, settings),
        ],
        exception_handlers=exception_handlers(errors),
        lifespan=[lifespan],
        state=State(
            {
                "health": health,
                "store": store,
                "invalidation": invalidation,
                "furnishing": furnishing,
            }
        ),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Edge(
        app=Unclaimed(app.asgi_handler, app.asgi_router.handle_routing),
        fast=FastPath(store, metrics, always),
        purge=PurgeEndpoint(settings, invalidation, limits),
        static=static,
        errors=errors,
        metrics=metrics,
        always=always,
        ftp_url=site.ftp_url,
        read_only=settings.read_only,
    )
    return app


def _shared(settings: Settings, build: str) -> ValkeyCache | None:
    if settings.valkey_url is None:
        return None
    client = connect(settings.valkey_url, settings.valkey_timeout)
    name = hashlib.sha256(f"{__version__} {build}".encode()).hexdigest()[:16]
    return ValkeyCache(client, name, settings.valkey_timeout)


def _copies[S: Owned](
    settings: Settings, shared: ValkeyCache | None, model: type[S]
) -> SharedCopies[S] | None:
    """Return what the replicas share of sessions or keys: without a secret of theirs, nothing."""
    if shared is None or settings.form_key is None:
        return None
    return SharedCopies(shared, settings.form_key.get_secret_value(), model, GRACE)


def _fastly(settings: Settings, shared: ValkeyCache | None) -> Fastly | None:
    if settings.fastly_api_key is None:
        return None

    async def always_first(_: str) -> bool:
        return True

    return Fastly(
        settings.fastly_url,
        settings.fastly_service_id,
        settings.fastly_api_key.get_secret_value(),
        origin=settings.origin,
        first=shared.first if shared is not None else always_first,
    )
