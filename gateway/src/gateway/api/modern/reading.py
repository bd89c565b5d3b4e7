"""Reading the parameters and the body of a request, each mistake by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from contracts.base import words_of
from contracts.wording import in_words
from gateway.api.modern.declaration import MAX_PAGE_SIZE, PAGE_SIZE, Request
from gateway.api.modern.problems import refuse
from gateway.api.store import MAX_ID

if TYPE_CHECKING:
    from gateway.api.modern.declaration import Operation, Param
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

#: Pages that can be turned to; further on, a cursor leads.
_LAST_PAGE: Final = 1_000_000
#: Characters of a cursor of a service.
_LONGEST_MARK: Final = 200
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


class _Wrong(ValueError):
    """A value cannot be used; the text says why."""


async def read(operation: Operation, ask: Ask, inside: Mapping[str, str]) -> Request:
    """Return what is asked. Raises Refused that names everything that is wrong."""
    errors: dict[str, list[str]] = {}
    query: dict[str, Query] = {}
    given = ask.params
    known = set(accepted(operation))
    for name in given.keys() - known:
        errors[name] = [f"There is no such parameter; there are {', '.join(sorted(known))}."]
        if not known:
            errors[name] = ["This address takes no parameters."]
    for param in operation.params:
        if param.name in given:
            query |= _take(errors, param.name, partial(_value, param), given) or {}
    values: dict[str, Any] = {}
    own = {param.name for param in operation.params}
    for name, take in (
        ("page", partial(_number, least=1, most=_LAST_PAGE)),
        ("page_size", partial(_number, least=1, most=MAX_PAGE_SIZE)),
        ("cursor", _mark if operation.marked else _cursor),
        ("order", partial(_order, operation)),
        ("fields", partial(_fields, operation)),
    ):
        if name in given and name in known - own:
            values[name] = _take(errors, name, take, given)
    if "cursor" in given and ({"page", "order"} & given.keys()):
        errors.setdefault("cursor", []).append("Goes with neither page nor order.")
    if errors:
        raise refuse(400, "Parameters of the query cannot be used.", ask.path, errors)
    return Request(
        inside=inside,
        query=query,
        order=values.get("order", operation.order),
        page=values.get("page", 1),
        page_size=values.get("page_size", PAGE_SIZE),
        after=None if operation.marked else values.get("cursor"),
        mark=values.get("cursor", "") if operation.marked else "",
        fields=values.get("fields", frozenset()),
        body=await _body(operation, ask),
        headers={name: v for name in operation.handed if (v := ask.header(name)) is not None},
    )


def accepted(operation: Operation) -> list[str]:
    """Return the names of the parameters that an operation takes."""
    names = [param.name for param in operation.params]
    if operation.many and operation.marked:
        names += ["page_size", "cursor"]
    elif operation.many:
        names += ["page", "page_size", *(["order"] if operation.orders else [])]
        names += ["cursor"] if operation.cursor else []
    return [*names, *(["fields"] if operation.method == "GET" else [])]


def _take[T](
    errors: dict[str, list[str]], name: str, take: Callable[[str], T], given: Mapping[str, str]
) -> T | None:
    try:
        return take(given[name])
    except _Wrong as error:
        errors[name] = [str(error)]
        return None


def _cursor(text: str) -> int:
    return _number(text or "0", 0, MAX_ID)


def _mark(text: str) -> str:
    if not (text.isascii() and text.isprintable() and len(text) <= _LONGEST_MARK):
        raise _Wrong("Must be one that an answer had.")
    return text


def _value(param: Param, text: str) -> dict[str, Query]:
    kind, form = param.schema.get("type"), param.schema.get("format")
    value: Query = text
    if kind == "boolean":
        if text.lower() not in _BOOLEANS:
            raise _Wrong("Must be true or false.")
        value = _BOOLEANS[text.lower()] is not param.turned
    elif kind == "integer":
        value = _number(text, 1, param.schema.get("maximum", MAX_ID))
    elif form == "date-time":
        value = _moment(text)
    elif "enum" in param.schema:
        if text not in param.schema["enum"]:
            raise _Wrong(f"Must be one of {', '.join(map(str, param.schema['enum']))}.")
    elif "pattern" in param.schema:
        pattern = str(param.schema["pattern"])
        if not re.fullmatch(pattern, text):
            raise _Wrong(f"It {words_of(pattern) or pattern}.")
    elif not text.isprintable() or len(text) > param.schema.get("maxLength", 200):
        raise _Wrong("Must be printable and not that long.")
    return {param.to: value}


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise _Wrong(f"Must be a whole number from {least} to {most}.")
    return int(text)


def _moment(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).isoformat()
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _Wrong(
            "Must be a day or a time, such as 2026-10-07 or 2026-10-07T12:00:00Z."
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _order(operation: Operation, text: str) -> str:
    name = text.removeprefix("-")
    if name not in operation.orders:
        raise _Wrong(f"Must be one of {', '.join(operation.orders)}, or that with - in front.")
    return ("-" if text.startswith("-") else "") + operation.orders[name]


def _fields(operation: Operation, text: str) -> frozenset[str]:
    known = operation.out.model_fields if operation.out is not None else {}
    names = frozenset(part.strip() for part in text.split(","))
    if not names <= known.keys():
        raise _Wrong(f"There are {', '.join(known)}.")
    return names


async def _body(operation: Operation, ask: Ask) -> bytes:
    if operation.input is None:
        return b""
    media = (ask.header("content-type") or "").partition(";")[0].strip().lower()
    body = await ask.read()
    if media != "application/json":
        raise refuse(415, "Send application/json.", ask.path)
    try:
        sent = operation.input.model_validate_json(body)
    except ValidationError as error:
        errors: dict[str, list[str]] = {}
        for item in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in item["loc"]) or "body"
            errors.setdefault(name, []).append(in_words(item))
        raise refuse(400, "What was sent cannot be used.", ask.path, errors) from None
    return json.dumps(sent.model_dump(mode="json", exclude_unset=True)).encode()
