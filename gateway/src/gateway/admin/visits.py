"""Who comes to the admin and what for: the part of a request that every page of it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, unquote

from litestar import Request, Response
from litestar.datastructures import Cookie

from contracts.admin import AdminChoice
from gateway.admin.calls import AdminCalls
from gateway.backends.errors import BackendError, BackendRefused
from gateway.cache.paths import canonical_path
from gateway.web.errors import Refusal
from gateway.web.forms import Fields, FormGuard, Refused, read_fields
from gateway.web.pages import (
    HTML,
    BadInput,
    NotFound,
    PageInfo,
    Redirect,
    Site,
    sign_in_address,
)
from gateway.web.routing import MAX_VALUE
from gateway.web.templating import sentence
from gateway.web.uploading import MULTIPART, read_parts

if TYPE_CHECKING:
    from litestar.types import HTTPScope

    from contracts.admin import AdminDescriptor, AdminResource
    from gateway.admin.fields import Options
    from gateway.auth.visitor import Visitor
    from gateway.backends.client import BackendClient
    from gateway.backends.identity import Identity
    from gateway.backends.tokens import Tokens
    from gateway.web.templating import Templates

type Visitors = Callable[[HTTPScope], Awaitable[Visitor]]
"""Tells who visits; may raise BackendError."""

SAID: Final = "admin-said"
MOST_FIELDS: Final = 10_000
#: A form that lay open for longer is shown again, with what was typed.
_LIFETIME: Final = 12 * 3600


@dataclass(frozen=True, slots=True)
class AdminSite:
    """What all pages of the admin share."""

    site: Site
    templates: Templates
    guard: FormGuard
    clients: Mapping[str, BackendClient]
    tokens: Tokens
    visitors: Visitors
    identity: Identity | None
    trace_url: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """The token of a page's form, and the cookie that it goes with, where that is new."""

    token: str
    cookie: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who may come in."""

    admin: AdminSite
    request: Request[Any, Any, Any]
    visitor: Visitor
    path: str

    @classmethod
    async def begin(cls, admin: AdminSite, request: Request[Any, Any, Any]) -> Visit:
        """Let somebody in.

        Raises Redirect for nobody, and for staff who owe or lack a second factor; Refused for who
        is no staff.
        """
        path = canonical_path(request.scope)
        visitor = await admin.visitors(request.scope)
        if visitor.anonymous:
            raise Redirect(sign_in_address(visitor, path), 302, kept=False)
        if visitor.second_factor == "missing":
            raise Redirect(f"/accounts/2fa/?next={quote(path, safe='/')}", 302, kept=False)
        if not (visitor.staff or visitor.superuser):
            raise Refused(Refusal(403, "This part of the site is for its staff."))
        return cls(admin, request, visitor, path)

    def calls(self, service: str) -> AdminCalls:
        """Return what can be asked of a service. Raises NotFound where there is none."""
        client = self.admin.clients.get(service)
        if client is None:
            raise NotFound
        return AdminCalls(client, self.admin.tokens.of_visitor(self.visitor, service))

    @property
    def key(self) -> str:
        """The id of the row in the address."""
        return str(self.request.path_params["key"])

    @property
    def params(self) -> dict[str, str]:
        """The query parameters. Raises BadInput for what is no text."""
        query = self.request.scope["query_string"].decode("latin-1")
        found: dict[str, str] = {}
        for name, value in parse_qsl(query, errors="replace"):
            if len(value) > MAX_VALUE or "\ufffd" in value or not value.isprintable():
                raise BadInput(name, "holds what cannot be looked for")
            found.setdefault(name, value)
        return found

    async def place(self) -> Place:
        """Return the resource that the address names. Raises NotFound."""
        service = str(self.request.path_params["service"])
        calls = self.calls(service)
        descriptor = await calls.descriptor()
        name = self.request.path_params["resource"]
        resource = next((one for one in descriptor.resources if one.name == name), None)
        if resource is None:
            raise NotFound
        return Place(self, service, descriptor, resource, calls)

    def form(self) -> Form:
        """Return the token for a form of this page."""
        known, cookie = self.admin.guard.visitor(self.request.scope)
        return Form(self.admin.guard.token(self._name, known), cookie)

    async def fields(self) -> tuple[Fields, bool]:
        """Return what a form sent, and whether the form is too old to be taken. Raises Refused."""
        media = self.request.headers.get("content-type", "")
        if media.startswith(MULTIPART):
            fields = await read_parts(self.request)
        else:
            fields = read_fields(media, await self.request.body(), most=MOST_FIELDS)
        age = self.admin.guard.age(self._name, self.request.scope, fields)
        return fields, age > _LIFETIME

    @property
    def _name(self) -> str:
        """What tokens are for: the admin, and one session of one person."""
        return f"admin:{self.visitor.id}:{self.visitor.session}"

    def render(
        self, template: str, model: object, *, status: int = 200, form: Form | None = None
    ) -> Response[bytes]:
        """Return a page that nobody keeps, with what there is to be said, said once."""
        info = PageInfo("admin", self.path, self.admin.site.origin)
        body = self.admin.templates.render(template, model=model, page=info)
        response = self.respond(body, HTML, status=status)
        if form is not None and form.cookie is not None:
            response.headers["Set-Cookie"] = form.cookie
        if SAID in self.request.cookies:
            response.cookies.append(Cookie(SAID, value="", path="/admin/", max_age=0))
        return response

    def respond(self, body: bytes, media_type: str, *, status: int = 200) -> Response[bytes]:
        """Return an answer that nobody keeps."""
        return Response(
            body, status_code=status, media_type=media_type, headers={"Cache-Control": "no-store"}
        )

    @property
    def said(self) -> str:
        """What the page before this one did, as a sentence."""
        return unquote(self.request.cookies.get(SAID, ""))[:500]

    def go(self, location: str, said: str = "") -> Response[bytes]:
        """Lead to another page, which says what was done."""
        response = Response(
            b"",
            status_code=303,
            media_type="text/html",
            headers={"Location": location, "Cache-Control": "no-store"},
        )
        if said:
            response.cookies.append(
                Cookie(
                    SAID,
                    value=quote(said[:500], safe=""),
                    path="/admin/",
                    max_age=60,
                    httponly=True,
                    secure=self.admin.site.origin.startswith("https://"),
                    samesite="lax",
                )
            )
        return response


@dataclass(frozen=True, slots=True)
class Place:
    """The resource that a visit is about."""

    visit: Visit
    service: str
    descriptor: AdminDescriptor
    resource: AdminResource
    calls: AdminCalls

    @property
    def base(self) -> str:
        """The address of the list."""
        return f"/admin/{self.service}/{self.resource.name}/"

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        """What is above a page of the resource."""
        return (("Admin", "/admin/"), (sentence(self.resource.plural), self.base))

    async def options(self, refs: set[str], chosen: Mapping[str, str]) -> Options:
        """Return the rows that can be referred to. Where there are many, with the chosen one."""
        names = sorted(refs)
        found = await asyncio.gather(*(self._options(name, chosen.get(name, "")) for name in names))
        return dict(zip(names, found, strict=True))

    async def _options(self, name: str, chosen: str) -> tuple[tuple[AdminChoice, ...], bool]:
        try:
            found = await self.calls.options(name)
            items = list(found.items)
            if found.more and chosen and all(one.value != chosen for one in items):
                items += (await self.calls.options(name, key=chosen)).items
        except BackendError:
            # Without the names the ids can still be typed, and what is chosen stays chosen.
            return (), True
        return tuple(AdminChoice(value=one.value, label=one.label) for one in items), found.more


def refusal(error: BackendRefused) -> Exception:
    """Return what a refusal of a service is to a visitor."""
    detail = str(error.problem.get("detail") or "")
    if error.status == 404:
        return NotFound()
    if error.status == 400:
        errors = error.problem.get("errors")
        if isinstance(errors, list) and errors and isinstance(errors[0], dict):
            loc = errors[0].get("loc") or ["request"]
            return BadInput(str(loc[-1]), f"cannot be used: {errors[0].get('msg', '')}")
        return BadInput("request", detail)
    if error.status in {401, 403}:
        return Refused(Refusal(403, detail))
    return Refused(Refusal(400, detail))
