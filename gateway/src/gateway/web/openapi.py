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
            path = _PARAMETER.sub(r"{\1}", page.path)
            paths[path] = {"get": _get(page.name, page.path, page.params), "post": _post(page)}
            continue
        for number, path in enumerate(page.paths):
            name = page.name if number == 0 else f"{page.name}@{path}"
            get = _get(name, path, page.declared, page.longest)
            if page.seconds is not None:
                get["responses"].update(_ASKING)
            paths[_PARAMETER.sub(r"{\1}", path)] = {"get": get}
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


def _parameters(path: str, params: Sequence[str], longest: int = MAX_VALUE) -> list[dict[str, Any]]:
    inside = [
        {"name": found, "in": "path", "required": True, "schema": {"type": "string"}}
        for found, _ in _PARAMETER.findall(path)
    ]
    query = [
        {"name": name, "in": "query", "schema": {"type": "string", "maxLength": longest}}
        for name in params
    ]
    return [*inside, *query]


def _get(name: str, path: str, params: Sequence[str], longest: int = MAX_VALUE) -> dict[str, Any]:
    return {
        "operationId": name,
        "parameters": _parameters(path, params, longest),
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
    schema = _inlined(form.model.model_json_schema())
    return {
        "operationId": f"{form.name}.send",
        "parameters": _parameters(form.path, form.params),
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}},
        "responses": {
            "200": _answer("Taken, or shown again with what is wrong"),
            "303": _answer("Taken; what follows is elsewhere"),
            "400": _answer("It is no form, or values are wrong; each field says how"),
            "403": _answer("Without a token of this site, or not sent by a person"),
            "404": _answer("What it is about is not there"),
            "413": _answer("Too large"),
            "414": _answer("The address is too long"),
            "415": _answer("Not sent as a form"),
            "422": _answer("Values are wrong; each field says how"),
            "429": _answer("Too often from one address"),
            "431": _answer("The headers are too long"),
            "502": _answer("Another site did not answer as it should"),
            "503": _answer("The site, or the service that the form needs, takes nothing now"),
        },
    }


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what it refers to put in its place; a form holds no tree."""
    named: dict[str, Any] = schema.pop("$defs", {})

    def walk(part: object) -> object:
        if isinstance(part, dict):
            if "$ref" in part:
                target = named[str(part["$ref"]).rpartition("/")[2]]
                return {**walk_all(target), **{k: v for k, v in part.items() if k != "$ref"}}
            return walk_all(part)
        return [walk(item) for item in part] if isinstance(part, list) else part

    def walk_all(part: dict[str, Any]) -> dict[str, Any]:
        return {name: walk(value) for name, value in part.items()}

    return walk_all(schema)


def _answer(words: str) -> dict[str, Any]:
    return {"description": words}


#: What pages answer besides that ask another site.
_ASKING = {
    "409": _answer("What came back belongs to somebody else"),
    "429": _answer("Too often from one address"),
    "502": _answer("The other site did not answer as it should"),
}
