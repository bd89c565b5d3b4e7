"""Addresses that no route claims: what editors put there, asked of the content service.

`Unclaimed` sits before the router and leads what it would not find to one handler; so a page is
routed directly, and never by way of an error page. One answer is kept for each address, with or
without its final slash and whatever the query: slash and query of a redirect are seen to when it is
sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from litestar.utils import normalize_path

from contracts.content.taken import PREFIXES
from gateway.auth.visitor import Visitor
from gateway.backends.errors import BackendError
from gateway.backends.tokens import Tokens
from gateway.cache.entry import Entry
from gateway.cache.paths import canonical_path
from gateway.cache.store import Served
from gateway.web.pages import NotFound, PageRoute
from gateway.web.routing import EntryResponse, PageServer, settle_slash

#: Where the router finds the handler. Nobody asks for it under this name.
WITHIN: Final = "/-/address"
#: Longer ones are nothing that anybody could have put there.
_LONGEST: Final = 1500
#: What a page, or an answer in its place, is kept with where it depends on the query.
BY_QUERY: Final = "by-query"
_VIEW_DRAFTS: Final = "content.view_page"


class Unclaimed:
    """Leads what the router does not know to the handler of unclaimed addresses."""

    def __init__(self, app: ASGIApp, find: Callable[..., object]) -> None:
        self._app = app
        self._find = find

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == ScopeType.HTTP and not self._claimed(scope):
            scope["path"] = WITHIN
        await self._app(scope, receive, send)

    def _claimed(self, scope: HTTPScope) -> bool:
        try:
            self._find(path=normalize_path(scope["path"]), method=scope["method"])
        except NotFoundException:
            return False
        except HTTPException:
            return True
        return True


@dataclass(frozen=True, slots=True)
class AddressServer:
    """Answers at unclaimed addresses.

    Attributes:
        pages: What all pages are served with.
        page: The page that shows what is there to everybody, and is kept.
        draft: The page that shows it to those who see drafts, and is not.
        tokens: Speak for staff; None where the gateway has no key.
        visitors: Tells who asks.
    """

    pages: PageServer
    page: PageRoute
    draft: PageRoute
    tokens: Tokens | None
    visitors: Callable[[HTTPScope], Awaitable[Visitor]]

    def handler(self) -> HTTPRouteHandler:
        """Return the one Litestar handler."""
        return HTTPRouteHandler(
            WITHIN,
            http_method=["GET", "HEAD"],
            name=f"page:{self.page.name}",
            include_in_schema=False,
            media_type="text/html",
        )(self.answer)

    async def answer(self, request: Request[Any, Any, Any]) -> EntryResponse:
        """Answer with what is at the address that was asked for."""
        scope = request.scope
        path, query = canonical_path(scope), scope["query_string"].decode("latin-1")
        scope["path"] = unquote(path)
        bare = path.strip("/")
        if not bare or len(bare) > _LONGEST or bare.partition("/")[0] in PREFIXES:
            raise NotFound
        place = f"{self.page.name}|/{bare}/"
        served = await self._served(request, bare, place, "")
        entry = served.entry
        if query and BY_QUERY in entry.keys:
            # Few addresses have this, so that queries without number do not fill the memory.
            served = await self._served(request, bare, f"{place}?{query}", query)
            entry, place = served.entry, ""
        if entry.status == 404:
            return await self._draft(request, path, bare)
        if entry.status == 410:
            raise HTTPException(status_code=410)
        if entry.status == 200:
            settle_slash("/…/", path, scope["query_string"])
        elif query and place:
            return EntryResponse(self.pages.responder, replace(served, entry=_asking(entry, query)))
        if place and BY_QUERY not in entry.keys:
            self.pages.remember(scope, place, served)
        return EntryResponse(self.pages.responder, served)

    async def _served(
        self, request: Request[Any, Any, Any], bare: str, place: str, query: str
    ) -> Served:
        params = {"query": query} if query else {}
        ctx = self.pages.context(self.page.name, f"/{bare}/", request, params=params)
        return await self.pages.serve(self.page, ctx, place)

    async def _draft(self, request: Request[Any, Any, Any], path: str, bare: str) -> EntryResponse:
        """Answer staff with the draft that is there for them. Raises NotFound to everybody else."""
        visitor = await self._staff(request)
        if visitor is None or self.tokens is None:
            raise NotFound
        token = self.tokens.of_visitor(visitor, "content")
        ctx = self.pages.context(
            self.draft.name, f"/{bare}/", request, params={"token": token}, visitor=visitor
        )
        served = await self.pages.serve(self.draft, ctx, "")
        if served.entry.status == 404:
            raise NotFound
        settle_slash("/…/", path, request.scope["query_string"])
        return EntryResponse(self.pages.responder, served)

    async def _staff(self, request: Request[Any, Any, Any]) -> Visitor | None:
        """Return who asks, where they may see drafts; None also while nobody can tell."""
        try:
            visitor = await self.visitors(request.scope)
        except BackendError:
            return None
        return visitor if visitor.may(_VIEW_DRAFTS) else None


def _asking(entry: Entry, query: str) -> Entry:
    """Return a redirect that keeps the query of the request."""
    headers = tuple(
        (name, _with_query(value, query) if name == b"location" else value)
        for name, value in entry.headers
    )
    return replace(entry, headers=headers, _made={})


def _with_query(location: bytes, query: str) -> bytes:
    target, mark, fragment = location.partition(b"#")
    sign = b"&" if b"?" in target else b"?"
    return target + sign + query.encode("latin-1") + mark + fragment
