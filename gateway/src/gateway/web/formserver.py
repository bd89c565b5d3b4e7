"""How a form becomes a route."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel

from gateway.auth.cookies import read as read_cookie
from gateway.cache.paths import canonical_path
from gateway.web.errors import Refusal
from gateway.web.failures import redirection
from gateway.web.forms import (
    TOKEN,
    TRAP,
    Fields,
    FormErrors,
    FormGuard,
    FormRoute,
    FormState,
    Refused,
    read_fields,
    validate,
)
from gateway.web.pages import Page, PageContext, Redirect
from gateway.web.routing import PageServer, declared_params, settle_slash
from gateway.web.uploading import MULTIPART, read_parts

_AGAIN = {
    "old": "The form lay open for too long. Nothing is lost: please send it once more.",
    "fast": "That was faster than people type. Nothing is lost: please send it once more.",
}


@dataclass(frozen=True, slots=True)
class FormServer:
    """Serves forms with what pages are served with."""

    pages: PageServer
    guard: FormGuard

    def handlers(self, route: FormRoute[Any]) -> list[HTTPRouteHandler]:
        """Return the Litestar handlers of a form: one that shows it and one that takes it."""

        async def show(request: Request[Any, Any, Any]) -> Response[bytes]:
            scope = request.scope
            settle_slash(route.path, canonical_path(scope), scope["query_string"])
            return await self._show(route, request)

        async def take(request: Request[Any, Any, Any]) -> Response[bytes]:
            return await self._take(route, request)

        options: dict[str, Any] = {"include_in_schema": False, "media_type": "text/html"}
        return [
            HTTPRouteHandler(
                route.path, http_method=["GET", "HEAD"], name=f"form:{route.name}", **options
            )(show),
            HTTPRouteHandler(
                route.path,
                http_method="POST",
                name=f"form:{route.name}:send",
                status_code=200,
                request_max_body_size=route.size,
                **options,
            )(take),
        ]

    async def _show(
        self,
        route: FormRoute[Any],
        request: Request[Any, Any, Any],
        values: Fields | None = None,
        errors: dict[str, str] | None = None,
        status: int = 422,
    ) -> Response[bytes]:
        visitor, cookie = self.guard.visitor(request.scope)
        ctx = await self._context(route, request, visitor)
        state = replace(ctx.form, values=values or Fields(), errors=errors or {})
        page = await route.show(ctx, state)
        response = _respond(page, status if errors else page.status)
        if cookie is not None:
            response.headers["Set-Cookie"] = cookie
        return response

    async def _take(
        self, route: FormRoute[Any], request: Request[Any, Any, Any]
    ) -> Response[bytes]:
        media = request.headers.get("content-type", "")
        try:
            if route.files and media.startswith(MULTIPART):
                fields = await read_parts(request)
            else:
                fields = read_fields(media, await request.body())
        except HTTPException as error:
            if error.status_code != 413:
                raise
            raise Refused(Refusal(413)) from error
        freshness = await self.guard.check(route, request.scope, fields)
        typed = fields.without(TOKEN, TRAP)
        if freshness != "good":
            return await self._show(route, request, typed, {"": _AGAIN[freshness]})
        try:
            data: BaseModel = validate(route.model, fields)
            visitor, _ = self.guard.visitor(request.scope)
            done = await route.accept(await self._context(route, request, visitor), data)
        except FormErrors as error:
            return await self._show(route, request, typed, error.errors, error.status)
        except Redirect as other:
            done = other
        if isinstance(done, Page):
            return _respond(done, done.status)
        # 303: what follows is a page to look at, and loading it again sends nothing again.
        done.kept = False
        return redirection(done, 303)

    async def _context(
        self, route: FormRoute[Any], request: Request[Any, Any, Any], value: str
    ) -> PageContext:
        """Return what a form's functions work with; `value` is what the visitor's cookie has."""
        scope = request.scope
        visitor = await self.pages.sessions.visitor(scope) if route.personal else None
        params = declared_params(scope["query_string"], route.params)
        path = canonical_path(scope)
        ctx = self.pages.context(route.name, path, request, params=params, visitor=visitor)
        ctx.cookies = {
            name: found for name in route.cookies if (found := read_cookie(scope, name)) is not None
        }
        query = f"?{urlencode(params)}" if params else ""
        ctx.blank = FormState(
            action=path + query,
            token=self.guard.token(route.name, value),
            tokens={name: self.guard.token(name, value) for name in route.beside},
            sender=self.guard.sender(scope),
        )
        return ctx


def _respond(page: Page, status: int) -> Response[bytes]:
    return Response(
        page.body,
        status_code=status,
        media_type=page.media_type,
        headers={**dict(page.headers), "Cache-Control": "no-store"},
    )
