"""The modern resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.api.document.parts import EVERYWHERE, JSON, Part, answer, ref
from gateway.api.modern.declaration import MAX_PAGE_SIZE, PAGE_SIZE
from gateway.api.modern.problems import MEDIA

if TYPE_CHECKING:
    from gateway.api.modern.declaration import Operation

_PROBLEM: Final = {
    "type": "object",
    "description": "What went wrong (RFC 9457)",
    "required": ["type", "title", "status", "status_code", "detail", "instance", "extra"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "status_code": {"type": "integer", "description": "The same as status"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "trace_id": {"type": "string", "description": "To be quoted in a report"},
        "extra": {
            "type": "object",
            "description": "Messages by the name of the field or parameter",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
_PAGES: Final = {
    "type": "object",
    "required": ["total", "page", "page_size", "has_next", "has_previous"],
    "properties": {
        "total": {"type": "integer"},
        "page": {"type": "integer"},
        "page_size": {"type": "integer"},
        "has_next": {"type": "boolean"},
        "has_previous": {"type": "boolean"},
    },
}
_CURSOR: Final = {
    "type": "object",
    "description": "Of a walk by cursor",
    "required": ["page_size", "has_next", "next_cursor"],
    "properties": {
        "page_size": {"type": "integer"},
        "has_next": {"type": "boolean"},
        "next_cursor": {"type": ["string", "null"]},
    },
}
_MARKS: Final = {
    "type": "object",
    "description": "Of a list that is walked by cursor only",
    "required": ["page_size", "next_cursor", "previous_cursor"],
    "properties": {
        "page_size": {"type": "integer"},
        "next_cursor": {"type": ["string", "null"]},
        "previous_cursor": {"type": ["string", "null"]},
    },
}
_TOLD: Final = {
    "400": "Parameters or fields that cannot be used; each is named",
    "401": "The key does not hold, or one is needed",
    "404": "There is no such thing, or you may not know of it",
    "429": "Asked too often; Retry-After says when to ask again",
    "503": "A service is away; Retry-After says when to ask again",
}
_WRITES: Final = {
    "403": "The key lacks the permission",
    "409": "It clashes with another row, or with another request with this key",
    "413": "Too large",
    "415": "Not JSON",
}
_MATCHES: Final = {"412": "It was changed since", "428": "If-Match is missing"}
_LIMITS: Final = {
    "RateLimit": "What is left, where the answer was counted",
    "RateLimit-Policy": "The limit",
}
_HEADERS: Final = {
    "Idempotency-Key": "The same request with the same key is done once",
    "If-Match": 'The revision that was read, as `"7"`',
}


def describe(operations: Sequence[Operation]) -> Part:
    """Describe the operations."""
    part = Part(schemas={"Problem": _PROBLEM, "Pages": _PAGES, "Cursor": _CURSOR, "Marks": _MARKS})
    models: list[type[BaseModel]] = [
        model for op in operations for model in (op.out, op.input) if model is not None
    ]
    modes: list[Any] = [
        (model, "validation" if any(model is op.input for op in operations) else "serialization")
        for model in dict.fromkeys(models)
    ]
    names, whole = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    part.schemas.update(whole.get("$defs", {}))
    called = {model: found["$ref"].rpartition("/")[2] for (model, _), found in names.items()}
    for operation in operations:
        path = part.paths.setdefault(f"/api/v2{operation.path}", {})
        path[operation.method.lower()] = _operation(operation, called)
    return part


def _operation(operation: Operation, called: dict[Any, str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _words(operation),
        "parameters": [*_inside(operation), *_query(operation), *_handed(operation)],
        "responses": _responses(operation, called),
        # Anybody may, and whoever sends a key is known.
        "security": [{"bearer": []}] if operation.permission else [{}, {"bearer": []}],
    }
    if operation.input is not None:
        body: dict[str, Any] = {"schema": ref(called[operation.input])}
        if operation.example:
            body["example"] = dict(operation.example)
        described["requestBody"] = {"required": True, "content": {JSON: body}}
    return described


def _words(operation: Operation) -> str:
    needs = f"Needs the permission `{operation.permission}`." if operation.permission else ""
    return " ".join(text for text in (operation.description, needs) if text) or operation.summary


def _inside(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
        for name in operation.names
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for param in operation.params:
        # What is longer than it may be is refused, as is an address that becomes too long by it.
        schema = {name: value for name, value in param.schema.items() if name != "maxLength"}
        if schema.get("format") == "date-time":
            # A day will do as well, which the format does not know.
            schema = {"anyOf": [schema, {"type": "string", "format": "date"}]}
        told = {"name": param.name, "in": "query", "schema": schema}
        found.append({**told, "description": param.description, **_example(param.example)})
    if operation.many:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        page = {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1}
        if not operation.marked:
            found.append(_parameter("page", page, "Which page"))
        found.append(_parameter("page_size", size, "Rows"))
    if operation.marked:
        text = "`next_cursor` or `previous_cursor` of an answer to the same question"
        found.append(_parameter("cursor", {"type": "string"}, text))
    if operation.orders:
        names = [sign + name for name in operation.orders for sign in ("", "-")]
        found.append(_parameter("order", {"type": "string", "enum": names}, "A minus: descending"))
    if operation.cursor:
        text = "Walk the whole list by id: begin with an empty one, go on with `next_cursor`"
        schema = {"type": "string", "pattern": "^[0-9]{0,18}$"}
        found.append({**_parameter("cursor", schema, text), "allowEmptyValue": True})
    if operation.method == "GET" and operation.out is not None:
        names = list(operation.out.model_fields)
        schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}}
        told = _parameter("fields", schema, "Only these, with commas between")
        found.append({**told, "style": "form", "explode": False})
    return found


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": text}


def _example(value: object) -> dict[str, Any]:
    return {} if value is None else {"example": value}


def _handed(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": _HEADERS[name],
        }
        for name in operation.handed
    ]


def _responses(operation: Operation, called: dict[Any, str]) -> dict[str, Any]:
    told = dict(_TOLD)
    if operation.permission:
        told |= _WRITES
    if "If-Match" in operation.handed:
        told |= _MATCHES
    # What is asked without sense is refused as a page, before anybody knows what is asked.
    problems = {
        status: answer(
            text, ref("Problem"), *(["text/html"] if status in {"400", "404"} else []), media=MEDIA
        )
        for status, text in sorted(told.items())
    }
    status = str(operation.status)
    made = answer("Done")
    if operation.out is not None:
        schema = _envelope(operation, called[operation.out])
        where = {"Location": "Where it is"} if operation.status == 201 else {}
        made = answer(operation.summary, schema, headers={**_LIMITS, **where})
    same = {"304": answer("As you have it")} if operation.method == "GET" else {}
    return {status: made, **same, **problems, **EVERYWHERE}


def _envelope(operation: Operation, name: str) -> dict[str, Any]:
    item: dict[str, Any] = ref(name)
    if operation.method == "GET":
        # With `fields` there are only some.
        item = {"anyOf": [ref(name), {"type": "object"}]}
    data: dict[str, Any] = {"type": "array", "items": item} if operation.many else item
    properties: dict[str, Any] = {"data": data}
    if operation.many:
        metas = [ref("Marks")] if operation.marked else [ref("Pages")]
        metas += [ref("Cursor")] if operation.cursor else []
        properties["meta"] = {"anyOf": metas}
    return {"type": "object", "required": list(properties), "properties": properties}
