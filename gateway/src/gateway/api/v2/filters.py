"""The query of a list: what it is narrowed by, and what each mistake is told as."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from gateway.api.legacy.declaration import Errors, Field, Filter, Kind, Resource
from gateway.api.store import MAX_ID

if TYPE_CHECKING:
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}
NO_CHOICE: Final = "Select a valid choice. That choice is not one of the available choices."


class BadQuery(Exception):
    """Parameters cannot be used."""

    def __init__(self, errors: Mapping[str, object]) -> None:
        super().__init__(str(errors))
        self.errors = errors


class NothingMatches(Exception):
    """The filter is fine, and no row can pass it."""


def narrowed(resource: Resource, ask: Ask) -> tuple[dict[str, Query], Errors]:
    """Return the filter of a list as the service takes it, and what is wrong with it by parameter.

    Empty values are as good as absent, and booleans that are none are ignored, as ever. Raises
    BadQuery for parameters that there are not, NothingMatches.
    """
    filters = {item.name: item for item in resource.filters if item.v2}
    unknown = [_unknown(name) for name in ask.params if name not in filters]
    if resource.strict and unknown:
        raise BadQuery({"error": unknown})
    found: dict[str, Query] = {}
    errors: Errors = {}
    nothing = False
    for name, item in filters.items():
        try:
            value = _value(resource.field_of(item.field), (ask.param(name) or "").strip())
        except ValueError as error:
            errors[name] = [str(error)]
        except NothingMatches:
            nothing = True
        else:
            if value is not None:
                found[item.parameter] = value
    if nothing and not errors:
        raise NothingMatches
    return found, errors


def relations(resource: Resource, query: Mapping[str, Query]) -> list[tuple[Filter, Field, int]]:
    """Return by which rows of others a list is narrowed: those must exist."""
    found = []
    for item in resource.filters:
        value = query.get(item.parameter)
        field = resource.field_of(item.field)
        if item.v2 and field is not None and field.kind is Kind.RELATION and isinstance(value, int):
            found.append((item, field, value))
    return found


def _unknown(name: str) -> str:
    field, separator, lookup = name.rpartition("__")
    if not separator:
        field, lookup = name, "exact"
    return f"{lookup!r} is not an allowed filter on the {field!r} field."


def _value(field: Field | None, text: str) -> Query:
    """Return what the service is asked for; None: everything passes. Raises ValueError."""
    if not text or field is None:
        return None
    match field.kind:
        case Kind.BOOLEAN:
            return _BOOLEANS.get(text.lower())
        case Kind.CHOICE:
            if text not in {str(value) for value, _ in field.choices}:
                raise ValueError(
                    f"Select a valid choice. {text} is not one of the available choices."
                )
            return int(text)
        case Kind.RELATION:
            if not (
                text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= MAX_ID
            ):
                raise ValueError(NO_CHOICE)
            return int(text)
        case Kind.DATETIME:
            return _moment(text)
        case _:
            if "\x00" in text:
                raise ValueError("Null characters are not allowed.")
            if field.longest is not None and len(text) > field.longest:
                raise NothingMatches
            return text


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Enter a valid date/time.") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
