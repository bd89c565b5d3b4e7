"""The OpenAPI document of a service: every error a route may answer, and who may call it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.router import Router
from litestar.routes import BaseRoute, HTTPRoute

from servicekit.access import OPT, Access, public
from servicekit.problems import ProblemDetails

_SCHEME: Final = "internal"
_PROBLEM: Final = "application/problem+json"
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def openapi_config(title: str, version: str, description: str) -> OpenAPIConfig:
    """Return the configuration of the document at /schema/openapi.json; no HTML, no CDN."""
    return OpenAPIConfig(
        title=title,
        version=version,
        description=description,
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        openapi_router=Router("/schema", route_handlers=[], opt=public(), include_in_schema=False),
        components=Components(
            security_schemes={
                _SCHEME: SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="JWT",
                    description="A short-lived token signed by the gateway or a worker",
                )
            }
        ),
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )


def document_errors(routes: Iterable[BaseRoute]) -> None:
    """Add to every documented route the problems that it may answer, and its security.

    What a handler says of a status itself stays. Call it before the document is first made.
    """
    for route in routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.resolve_include_in_schema():
                    _document(route, handler)


def openapi(app: Litestar) -> str:
    """Return the document as text that does not change from run to run."""
    return json.dumps(app.openapi_schema.to_schema(), indent=2, sort_keys=True) + "\n"


def _document(route: HTTPRoute, handler: HTTPRouteHandler) -> None:
    rule = handler.opt.get(OPT)
    needs = rule if isinstance(rule, Access) and not rule.open else None
    methods = frozenset(str(getattr(m, "value", m)) for m in handler.http_methods)
    if needs is not None:
        handler.security = [*(handler.security or ()), {_SCHEME: list(needs.permissions)}]
    spec = dict(handler.responses or {})
    for status in _statuses(
        methods, restricted=needs is not None, with_path=bool(route.path_parameters)
    ):
        spec.setdefault(
            status,
            ResponseSpec(
                data_container=ProblemDetails,
                generate_examples=False,
                description=HTTPStatus(status).phrase,
                media_type=_PROBLEM,
            ),
        )
    handler.responses = spec


def _statuses(methods: frozenset[str], *, restricted: bool, with_path: bool) -> list[int]:
    found = [400, 401, 503]
    if restricted:
        found.append(403)
    if with_path:
        found.append(404)
    if methods & _CHANGING:
        found += [409, 413]
        if with_path:
            found += [412, 428]
    return sorted(found)
