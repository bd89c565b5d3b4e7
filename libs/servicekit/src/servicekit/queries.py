"""Query parameters: one that its route does not know is refused; a misspelt one is not lost.

A route knows the parameters that its handler and their dependencies declare. One that reads the
query itself, and refuses what it does not know, says so in its `opt`: `**free_query()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute, HTTPRoute

from servicekit.problems import FieldError, Invalid

_OPT: Final = "query"
_MOST_TOLD: Final = 10


def free_query() -> dict[str, Any]:
    """Let every parameter through to the handler."""
    return {_OPT: None}


def learn_queries(routes: Iterable[BaseRoute]) -> None:
    """Note at every route what it declares; once, when the app is made."""
    for route in routes:
        if isinstance(route, HTTPRoute):
            for handler, model in route.route_handler_map.values():
                known = sorted(one.field_alias for one in model.expected_query_params)
                handler.opt.setdefault(_OPT, tuple(known))


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raise Invalid naming the parameters that the route does not know, and those it does.

    A coroutine although it waits for nothing: other guards are run in a thread, at every request.
    """
    known: tuple[str, ...] | None = handler.opt[_OPT]
    if known is None or not connection.scope["query_string"]:
        return
    unknown = [name for name in dict.fromkeys(connection.query_params) if name not in known]
    if not unknown:
        return
    told = f"there are: {', '.join(known)}" if known else "there are none here"
    raise Invalid(
        "The request is not valid.",
        errors=[
            FieldError(
                loc=["query", name[:100]],
                msg=f"There is no such parameter; {told}.",
                code="unknown",
            )
            for name in unknown[:_MOST_TOLD]
        ],
    )
