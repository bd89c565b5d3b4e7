"""Who may call a route. Denied unless the route says who may.

Every route carries one of these in its `opt` (a controller's counts for its handlers):

    @get("/releases", opt=access.public())
    @post("/releases", opt=access.permission("downloads.add_release"))

`require_access` refuses to start an app that has a route without one; `guard` decides each call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute, WebSocketRoute

from servicekit.problems import Forbidden, Unauthorized
from servicekit.tokens import Claims, KeySet, TokenError

OPT: Final = "access"
_STATE: Final = "servicekit.principal"


class MissingAccess(RuntimeError):
    """A route does not say who may call it."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who calls: the subject of a verified token, or nobody."""

    subject: str
    staff: bool = False
    permissions: frozenset[str] = field(default_factory=frozenset)
    anonymous: bool = False

    @property
    def user_id(self) -> int | None:
        """The caller's user id, where the subject is a user (`user:<id>`)."""
        kind, _, number = self.subject.partition(":")
        return int(number) if kind == "user" and number.isascii() and number.isdecimal() else None

    def may(self, permission: str) -> bool:
        """Tell whether the caller holds `permission`."""
        return permission in self.permissions

    def require(self, *permissions: str) -> None:
        """Raise Unauthorized (nobody) or Forbidden (naming all) where permissions are lacking."""
        if self.anonymous:
            raise Unauthorized("This needs a token.")
        if lacking := [name for name in permissions if not self.may(name)]:
            many = "s" if len(lacking) > 1 else ""
            raise Forbidden(f"This needs the permission{many} {', '.join(lacking)}.")


ANONYMOUS: Final = Principal(subject="", anonymous=True)


@dataclass(frozen=True)
class Access:
    """The rule of one route: open to all, to any token, or to those with permissions.

    All of `permissions` are needed, and one of `alternatives` where there are any.
    """

    open: bool = False
    permissions: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()

    def check(self, principal: Principal) -> None:
        """Raise Unauthorized or Forbidden where `principal` may not."""
        if self.open:
            return
        principal.require(*self.permissions)
        if self.alternatives and not any(principal.may(name) for name in self.alternatives):
            raise Forbidden(f"This needs one of the permissions {', '.join(self.alternatives)}.")


def public() -> dict[str, Any]:
    """Open to everybody."""
    return {OPT: Access(open=True)}


def authenticated() -> dict[str, Any]:
    """Open to whoever brings a valid token."""
    return {OPT: Access()}


def permission(*names: str) -> dict[str, Any]:
    """Open to those who hold every one of `names`."""
    if not names:
        raise ValueError("permission() without a name would let every token in")
    return {OPT: Access(permissions=names)}


def one_of(*names: str) -> dict[str, Any]:
    """Open to those who hold at least one of `names`."""
    if not names:
        raise ValueError("one_of() without a name would let every token in")
    return {OPT: Access(alternatives=names)}


def operator() -> dict[str, Any]:
    """Open to operators: parked messages, replay."""
    return permission("system.operate")


async def identify(connection: ASGIConnection[Any, Any, Any, Any], keys: KeySet) -> Principal:
    """Return who calls, from the Authorization header.

    No header means nobody. Raises Unauthorized for a token that is there and does not hold,
    also on public routes: a caller who believes to be known must not be answered as a stranger.
    """
    header = connection.headers.get("authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("The Authorization header must be: Bearer <token>.")
    try:
        claims: Claims = await keys.verify(token.strip())
    except TokenError as error:
        raise Unauthorized(str(error)) from error
    return Principal(
        subject=claims.subject, staff=claims.staff, permissions=frozenset(claims.permissions)
    )


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let the call through or raise; the app's one guard, in front of every route."""
    keys: KeySet = connection.app.state.runtime.keys
    principal = await identify(connection, keys)
    connection.scope["state"][_STATE] = principal
    if _is_automatic_options(handler):
        return
    rule = handler.opt.get(OPT)
    if not isinstance(rule, Access):
        raise Forbidden("This route is open to nobody.")
    rule.check(principal)


async def provide_principal(request: Request[Any, Any, Any]) -> Principal:
    """Give a handler its `principal`."""
    principal: Principal = request.scope["state"][_STATE]
    return principal


def require_access(routes: Iterable[BaseRoute]) -> None:
    """Raise MissingAccess naming every route that does not say who may call it."""
    missing = [
        f"{','.join(sorted(_methods(handler)))} {route.path}"
        for route in routes
        for handler in _handlers(route)
        if not isinstance(handler.opt.get(OPT), Access) and not _is_automatic_options(handler)
    ]
    if missing:
        raise MissingAccess("no access declared for: " + "; ".join(sorted(missing)))


def rules(routes: Iterable[BaseRoute]) -> Mapping[tuple[str, str], Access]:
    """Return the rule of every (method, path), for the tests that walk them."""
    return {
        (method, route.path): handler.opt[OPT]
        for route in routes
        for handler in _handlers(route)
        if OPT in handler.opt
        for method in _methods(handler)
    }


def _handlers(route: BaseRoute) -> list[BaseRouteHandler]:
    if isinstance(route, HTTPRoute):
        return list(route.route_handlers)
    if isinstance(route, ASGIRoute | WebSocketRoute):
        return [route.route_handler]
    raise TypeError(f"unknown kind of route: {route!r}")


def _methods(handler: BaseRouteHandler) -> frozenset[str]:
    return frozenset(str(getattr(m, "value", m)) for m in getattr(handler, "http_methods", ["*"]))


def _is_automatic_options(handler: BaseRouteHandler) -> bool:
    """Whether Litestar made the handler: it tells the allowed methods and nothing else."""
    return _methods(handler) == {"OPTIONS"} and handler.handler_name.endswith("options_handler")
