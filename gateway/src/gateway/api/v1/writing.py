"""Making rows: what was sent becomes what the service takes, or a refusal that says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from gateway.api.legacy.declaration import Errors, Field, Kind
from gateway.api.v1.rows import address
from gateway.api.wire import Answer, Refused, parse

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Resource
    from gateway.api.store import Store
    from gateway.api.wire import Ask

#: Rows of one set.
MOST: Final = 100
_HTML: Final = "text/html; charset=utf-8"
_SORRY: Final = "Sorry, this request could not be processed. Please try again later."
_TRUE: Final = (True, "t", "True", "1", 1)
_FALSE: Final = (False, "f", "False", "0", 0)


class _Wrong(ValueError):
    """A value of one field cannot be used; the text says why."""


class NotTaken(Exception):
    """What was sent cannot be used."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


async def create(
    resource: Resource, ask: Ask, store: Store, resources: Mapping[str, Resource]
) -> Answer:
    """Make a row; the answer is empty and says where it is. Raises NotTaken, Refused."""
    if not store.caller.may(resource.permission("add")):
        raise Refused(Answer(401, b"", _HTML))
    sent = await _read(ask)
    values: dict[str, Any] = {}
    errors: Errors = {}
    for field in resource.writable:
        if field.kind is Kind.RELATION:
            values[field.source] = await _relation(field, sent, store, resources)
        elif sent.get(field.name) is not None:
            try:
                values[field.source] = _value(field, sent[field.name])
            except _Wrong as error:
                errors[field.name] = [str(error)]
    for field in resource.writable:
        if (
            field.required
            and field.kind is not Kind.SLUG
            and values.get(field.source) in (None, "")
        ):
            errors.setdefault(field.name, ["This field is required."])
    if resource.check is not None and "url" not in errors:
        whole = {field.source: values.get(field.source, field.default) for field in resource.fields}
        errors |= resource.check(whole, None)
    if errors:
        raise NotTaken(400, {resource.name: told(errors)})
    made = await store.create(resource, {k: v for k, v in values.items() if v is not None})
    where = {"Location": address(resource.name, made.id), "Vary": "Accept"}
    return Answer(201, b"", _HTML, where)


def told(errors: Errors) -> Errors:
    """Return errors under the names of this API; those about the whole row have one, too."""
    return {name or "__all__": messages for name, messages in errors.items()}


async def _read(ask: Ask) -> dict[str, Any]:
    body = await ask.read()
    media = (ask.header("content-type") or "application/json").partition(";")[0].strip()
    if media != "application/json":
        raise NotTaken(415, {"error_message": _SORRY})
    try:
        found = parse(body)
    except ValueError:
        raise NotTaken(400, {"error": "Request is not valid JSON."}) from None
    if not isinstance(found, dict):
        raise NotTaken(400, {"error": "An object with the fields of a row is needed."})
    return found


async def _relation(
    field: Field, sent: Mapping[str, Any], store: Store, resources: Mapping[str, Resource]
) -> object:
    """Return what the service keeps of the row that an address leads to.

    One of the second API will do.
    """
    value = sent.get(field.name)
    if value is None:
        if field.null:
            return None
        text = f"The '{field.name}' field has no data and doesn't allow a default or null value."
        raise NotTaken(400, {"error": text})
    if not isinstance(value, str):
        text = (
            f"The '{field.name}' field was given data that was not a URI, not a dictionary-alike "
            f"and does not have a 'pk' attribute: {value}."
        )
        raise NotTaken(400, {"error": text})
    found = re.fullmatch(rf".*/{re.escape(field.to)}/([0-9]{{1,19}})/?", value)
    target = resources.get(field.to)
    number = int(found[1]) if found else 0
    row = await store.one(target, number) if target is not None and number else None
    if row is None:
        text = f"Could not find the provided {field.to} object via resource URI '{value}'."
        raise NotTaken(400, {"error": text})
    return getattr(row, field.by) if field.by else number


def _value(field: Field, value: object) -> object:
    """Return a value as the service takes it. Raises _Wrong, NotTaken."""
    match field.kind:
        case Kind.BOOLEAN:
            if value in _TRUE:
                return True
            if value in _FALSE:
                return False
            text = f"['“{value}” value must be either True or False.']"
            raise NotTaken(400, {"error": text})
        case Kind.INTEGER | Kind.CHOICE:
            return _number(field, value)
        case Kind.DATETIME:
            return _moment(field, value)
        case _:
            if isinstance(value, dict | list):
                raise _Wrong("Not a valid string.")
            return str(value)


def _number(field: Field, value: object) -> int:
    try:
        number = int(value) if isinstance(value, int | str) else int("")
    except ValueError:
        raise _Wrong("A valid integer is required.") from None
    if field.choices and number not in dict(field.choices):
        raise _Wrong(f"Value {number} is not a valid choice.")
    return number


def _moment(field: Field, value: object) -> str:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        text = (
            f"Datetime provided to '{field.name}' field doesn't appear to be a valid datetime "
            f"string: '{value}'"
        )
        raise NotTaken(400, {"error": text}) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
