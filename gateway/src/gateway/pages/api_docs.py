"""The documentation of the public API at /api/docs/, made from its OpenAPI document."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from contracts.integrations import EVENTS
from gateway.api.document import document
from gateway.api.document.webhooks import HEADERS
from gateway.api.routes import OPERATIONS, RESOURCES
from gateway.cache.policy import CachePolicy
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

_KEPT: Final = CachePolicy(fresh=86400)
_METHODS: Final = ("get", "post", "put", "patch", "delete")
#: Answers that any operation may have; the overview tells them.
_PLAIN: Final = frozenset({"304", "406", "413", "414", "415", "429", "431", "503"})


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that belong together."""

    slug: str
    name: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter, a field or an answer: what it is called, of what kind, and what it means."""

    name: str
    kind: str
    text: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """One operation.

    Attributes:
        fields: Of what is answered, unless another operation of the page tells the same.
        same: That other operation.
        sample: Safe HTML: a command to be pasted.
    """

    id: str
    method: str
    path: str
    summary: str
    text: str
    parameters: tuple[Row, ...]
    body: tuple[Row, ...]
    fields: tuple[Row, ...]
    answers: tuple[Row, ...]
    sample: str
    same: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """What the pages show: the overview, or the operations of one group."""

    description: tuple[str, ...]
    groups: tuple[Group, ...]
    group: Group | None
    operations: tuple[Described, ...]
    sample: str


@dataclass(frozen=True, slots=True)
class Telling:
    """How programs are told of events, and of which. `message` and `check` are safe HTML."""

    message: str
    check: str
    headers: tuple[Row, ...]
    events: tuple[Row, ...]


_MESSAGE: Final = """\
POST /hook HTTP/1.1
Content-Type: application/json
webhook-id: msg_01a20764-a855-7a04-bbc3-a4c5568ffb21
webhook-timestamp: 1795420345
webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=

{"type": "downloads.release.published", "timestamp": "2026-11-23T07:52:25Z", "data": {…}}"""
_CHECK: Final = """\
from standardwebhooks import Webhook

message = Webhook("whsec_…").verify(body, headers)  # raises WebhookVerificationError"""


@page("/api/v2/openapi.json", name="api.document", cache=_KEPT)
async def specification(ctx: PageContext) -> Page:
    """Answer the OpenAPI document, for tools."""
    body = json.dumps(_document(ctx.site.origin), ensure_ascii=False).encode()
    return Page(
        body, media_type="application/json", headers=(("access-control-allow-origin", "*"),)
    )


@page("/api/", name="api", cache=_KEPT)
async def index(_: PageContext) -> Page:
    """Lead to the documentation."""
    raise Redirect("/api/docs/", 302)


@page("/api/docs/", name="api.docs", cache=_KEPT)
async def overview(ctx: PageContext) -> Page:
    """Say what there is and how to begin."""
    return ctx.render("doc/api.html", _guide(_document(ctx.site.origin), ""))


@page("/api/docs/webhooks/", name="api.docs.webhooks", cache=_KEPT)
async def telling(ctx: PageContext) -> Page:
    """Say how a program is told of events, and of which."""
    model = Telling(
        message=html.escape(_MESSAGE, quote=False),
        check=html.escape(_CHECK, quote=False),
        headers=tuple(Row(name, "", text) for name, text in HEADERS.items()),
        events=tuple(Row(name, "", event.summary) for name, event in EVENTS.items()),
    )
    return ctx.render("doc/api_webhooks.html", model)


@page("/api/docs/{group:str}/", name="api.docs.group", cache=_KEPT)
async def group(ctx: PageContext) -> Page:
    """Describe the operations of one group."""
    return ctx.render(
        "doc/api_group.html", _guide(_document(ctx.site.origin), ctx.path_params["group"])
    )


@cache
def _document(origin: str) -> dict[str, Any]:
    return document(OPERATIONS, RESOURCES, origin)


def _guide(told: Mapping[str, Any], slug: str) -> Guide:
    found = [*_operations(told)]
    groups = tuple(
        Group(
            _slug(tag["name"]),
            tag["name"][:1].upper() + tag["name"][1:],
            tag["description"],
            sum(tag["name"] in operation["tags"] for *_, operation in found),
        )
        for tag in told["tags"]
    )
    chosen = next((item for item in groups if item.slug == slug), None)
    if slug and chosen is None:
        raise NotFound
    origin = told["servers"][0]["url"]
    return Guide(
        description=tuple(
            text.replace("\n", " ") for text in told["info"]["description"].strip().split("\n\n")
        ),
        groups=groups,
        group=chosen,
        operations=_once(
            _described(told, *operation)
            for operation in found
            if chosen is not None and chosen.slug in map(_slug, operation[2]["tags"])
        ),
        sample=_command([f"curl '{origin}/api/v2/downloads/releases?stable=true&series=3.14'"]),
    )


def _once(found: Iterable[Described]) -> tuple[Described, ...]:
    """Return operations, of which each tells fields that none before it has told."""
    told: dict[tuple[Row, ...], str] = {}
    sent: dict[tuple[str, ...], str] = {}
    shown = []
    for each in found:
        operation = each
        # Which of them have to be there, the text says.
        taken = sent.setdefault(tuple(row.name for row in operation.body), operation.id)
        if operation.body and taken != operation.id:
            text = f"{operation.text} It takes the fields that {taken} takes."
            operation = replace(operation, body=(), text=text)
        first = told.setdefault(operation.fields, operation.id)
        if operation.fields and first != operation.id:
            shown.append(replace(operation, fields=(), same=first))
        else:
            shown.append(operation)
    return tuple(shown)


def _operations(told: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in told["paths"].items():
        for method in _METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _described(
    told: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]
) -> Described:
    responses: Mapping[str, Any] = operation["responses"]
    made: Mapping[str, Any] = next(r for s, r in responses.items() if s.startswith("2"))
    content = (operation.get("requestBody") or {}).get("content", {}).get("application/json", {})
    shown = made.get("content", {}).get("application/json", {}).get("schema", {})
    text = str(operation.get("description", ""))
    return Described(
        id=str(operation["operationId"]),
        method=method,
        path=path,
        summary=str(operation["summary"]),
        text="" if text == operation["summary"] else text,
        parameters=tuple(
            Row(
                item["name"],
                f"{_kind(told, item['schema'])}, {item['in']}",
                str(item.get("description", "")),
                bool(item.get("required")),
            )
            for item in operation.get("parameters", ())
        ),
        body=_fields(told, content.get("schema", {})),
        fields=_fields(told, _row(told, shown)),
        answers=tuple(
            Row(status, "", str(answer["description"]))
            for status, answer in responses.items()
            if status not in _PLAIN
        ),
        sample=_sample(told, method, path, operation, content),
    )


def _resolved(told: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return _resolved(told, schema["anyOf"][0]) if "anyOf" in schema else schema


def _row(told: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of one row of what is answered, whatever is around it."""
    schema = _resolved(told, schema)
    properties = schema.get("properties", {})
    for name in ("data", "objects"):
        if name in properties:
            return _row(told, properties[name])
    return _row(told, schema["items"]) if "items" in schema else schema


def _fields(told: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Row, ...]:
    schema = _resolved(told, schema)
    required = schema.get("required", ())
    return tuple(
        Row(name, _kind(told, part), str(part.get("description", "")), name in required)
        for name, part in schema.get("properties", {}).items()
    )


def _kind(told: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return in a word or two what a value is."""
    if "anyOf" in schema:
        kinds = [_kind(told, part) for part in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    schema = _resolved(told, schema)
    kind = schema.get("type", "any")
    named = "/".join(kind) if isinstance(kind, list) else str(kind)
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if named == "array":
        return f"list of {_kind(told, schema.get('items', {}))}"
    return str(schema.get("format") or named)


def _sample(
    told: Mapping[str, Any],
    method: str,
    path: str,
    operation: Mapping[str, Any],
    content: Mapping[str, Any],
) -> str:
    """Return a command that does it."""
    origin = told["servers"][0]["url"]
    examples = {"slug": "python-3147", "id": "1", "ids": "1;2", "name": "guido"}
    for name, value in examples.items():
        path = path.replace(f"{{{name}}}", value)
    query = next(
        (
            f"{item['name']}={item['example']}"
            for item in operation.get("parameters", ())
            if item["in"] == "query" and "example" in item and " " not in str(item["example"])
        ),
        "",
    )
    parts = [f"curl '{origin}{path}{'?' + query if query else ''}'"]
    if method != "GET":
        parts[0] = f"curl -X {method} '{origin}{path}'"
        parts.append(f"-H 'Authorization: {_key(path)}'")
    if any(item["name"] == "If-Match" for item in operation.get("parameters", ())):
        parts.append("-H 'If-Match: \"7\"'")
    if content:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(
            f"-d '{json.dumps(content.get('example') or {'name': '…'}, ensure_ascii=False)}'"
        )
    return _command(parts)


def _key(path: str) -> str:
    if path.startswith("/api/v1/"):
        return "ApiKey $USER:$KEY"
    return "Token $KEY" if path.endswith("/") else "Bearer $KEY"


def _command(parts: list[str]) -> str:
    return '<span class="gp">$ </span>' + html.escape(" \\\n    ".join(parts), quote=False)


API_DOCS: Final = (specification, index, overview, telling, group)
