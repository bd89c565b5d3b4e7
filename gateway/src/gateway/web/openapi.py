"""The OpenAPI document of what the gateway answers: its pages, fragments, feeds and forms.

Made from the same declarations as the routes, so it cannot tell otherwise. It is what tools that
try every address read; the public API gets a document with examples of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gateway import __version__
from gateway.web.forms import MEDIA_TYPE, FormRoute
from gateway.web.pages import PageRoute
from gateway.web.routing import MAX_VALUE

if TYPE_CHECKING:
    from gateway.settings import Settings

_PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
_HEALTH = ("/livez", "/readyz", "/_health", "/metrics")


def document(pages: Sequence[PageRoute | FormRoute[Any]], settings: Settings) -> dict[str, Any]:
    """Return the document for `pages`, with the site's own address as its server."""
    paths: dict[str, Any] = {}
    for page in pages:
        if isinstance(page, FormRoute):
            paths[page.path] = {"get": _get(page.name, "", ()), "post": _post(page)}
            continue
        params = page.cache.params if page.cache is not None else ()
        for number, path in enumerate(page.paths):
            name = page.name if number == 0 else f"{page.name}@{path}"
            paths[_PARAMETER.sub(r"{\1}", path)] = {"get": _get(name, path, params)}
    for path in _HEALTH:
        paths[path] = {
            "get": {
                "operationId": path.strip("/_"),
                "responses": {"200": _answer("Well"), "503": _answer("Not ready")},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gateway",
            "version": __version__,
            "description": "Pages, fragments, feeds and forms of the site.",
        },
        "servers": [{"url": settings.origin}],
        "paths": paths,
    }


def _get(name: str, path: str, params: Sequence[str]) -> dict[str, Any]:
    inside = [
        {"name": found, "in": "path", "required": True, "schema": {"type": "string"}}
        for found, _ in _PARAMETER.findall(path)
    ]
    query = [
        {"name": name, "in": "query", "schema": {"type": "string", "maxLength": MAX_VALUE}}
        for name in params
    ]
    return {
        "operationId": name,
        "parameters": [*inside, *query],
        "responses": {
            "200": _answer("The page"),
            "301": _answer("It has another address"),
            "302": _answer("It is elsewhere at present"),
            "304": _answer("As the visitor has it"),
            "400": _answer("The address or a parameter cannot be used; the page names it"),
            "404": _answer("There is nothing at this address"),
            "414": _answer("The address is too long"),
            "431": _answer("The headers are too long"),
            "503": _answer("What the page is about cannot be had now, and was never seen"),
        },
    }


def _post(form: FormRoute[Any]) -> dict[str, Any]:
    schema = form.model.model_json_schema()
    return {
        "operationId": f"{form.name}.send",
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}},
        "responses": {
            "200": _answer("Taken, or shown again with what is wrong"),
            "303": _answer("Taken; what follows is elsewhere"),
            "400": _answer("It is no form, or values are wrong; each field says how"),
            "403": _answer("Without a token of this site, or not sent by a person"),
            "413": _answer("Too large"),
            "415": _answer("Not sent as a form"),
            "422": _answer("Values are wrong; each field says how"),
            "429": _answer("Too often from one address"),
            "503": _answer("The site takes no changes at the moment"),
        },
    }


def _answer(words: str) -> dict[str, Any]:
    return {"description": words}
