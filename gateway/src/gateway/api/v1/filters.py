"""The query of a list: which rows, which window, and what each mistake is told as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.api.legacy.declaration import Field, Kind, Resource
from gateway.api.store import MAX_ID

if TYPE_CHECKING:
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

_DEFAULT_LIMIT: Final = 20
_MAX_LIMIT: Final = 1000
_MISMATCH: Final = "Invalid resource lookup data provided (mismatched type)."
_WORDS: Final[Mapping[str, bool | None]] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "nil": None,
    "none": None,
    "None": None,
}
_TRUE: Final = frozenset({"t", "True", "1"})
_FALSE: Final = frozenset({"f", "False", "0"})
_COMPARED: Final = frozenset(
    {"exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith"}
    | {"iendswith", "in", "gt", "gte", "lt", "lte", "range", "isnull", "regex", "iregex"}
)
#: What may stand behind two underscores as a comparison, by kind; else it names a relation.
_LOOKUPS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.RELATION: frozenset({"exact", "in", "gt", "gte", "lt", "lte", "isnull"}),
    Kind.DATETIME: _COMPARED
    | {"year", "month", "day", "date", "time", "week", "week_day", "quarter"}
    | {"hour", "minute", "second", "iso_year", "iso_week_day"},
}


class BadQuery(Exception):
    """A parameter cannot be used; the text says why, in the words of python.org."""


class NothingMatches(Exception):
    """The filter is fine, and no row can pass it."""


def narrowed(resource: Resource, ask: Ask, resources: Mapping[str, Resource]) -> dict[str, Query]:
    """Return the filter of a list as the service takes it.

    Parameters that are not named after a field are ignored. Raises BadQuery, NothingMatches.
    """
    found: dict[str, Query] = {}
    nothing = False
    for expression, text in ask.params.items():
        name, *bits = expression.split("__")
        field = resource.field_of(name)
        if field is None:
            continue
        if field.kind is Kind.SELF:
            raise BadQuery(f"The '{name}' field is not a valid field name")
        lookup = "exact"
        if bits and bits[-1] in _LOOKUPS.get(field.kind, _COMPARED):
            lookup = bits.pop()
        parameter, target = _allowed(resource, name, lookup, bits, resources)
        try:
            value = _value(target, lookup, text)
        except NothingMatches:
            # A mistake in another parameter is told all the same.
            nothing = True
        else:
            if value is not None:
                found[parameter] = value
    _refuse_order(resource, ask)
    if nothing:
        raise NothingMatches
    return found


def _allowed(
    resource: Resource,
    name: str,
    lookup: str,
    bits: Sequence[str],
    resources: Mapping[str, Resource],
) -> tuple[str, Field]:
    """Return the parameter of the service for a filter, and the field that is compared."""
    filters = {item.lookup: item for item in resource.filters if item.field == name and item.v1}
    field = resource.field_of(name)
    related = name in resource.related
    if field is None or not (filters or name in resource.hollow):
        raise BadQuery(f"The '{name}' field does not allow filtering.")
    known = lookup in filters or (related and lookup == "isnull")
    if not known and not (related and bits):
        raise BadQuery(f"'{lookup}' is not an allowed filter on the '{name}' field.")
    if not bits:
        return (filters[lookup].parameter if lookup in filters else name), field
    if field.kind is not Kind.RELATION:
        raise BadQuery(f"The '{name}' field does not support relations.")
    if not related:
        raise BadQuery(f"Lookups are not allowed more than one level deep on the '{name}' field.")
    inner, target = _allowed(resources[field.to], bits[0], lookup, bits[1:], resources)
    return resource.related[name] + inner, target


def _value(field: Field, lookup: str, text: str) -> Query:
    """Return what the service is asked for; None: everything passes."""
    value = _WORDS.get(text, text)
    match lookup:
        case "isnull":
            return None if value is False else _none()
        case "in":
            numbers = [_integer(part) for part in text.split(",")]
            return [number for number in numbers if 1 <= number <= MAX_ID] or _none()
        case "startswith":
            return _beginning(str(value))
        case _:
            return _none() if value is None else _equal(field, value)


def _equal(field: Field, value: str | bool) -> Query:  # noqa: FBT001 - what was read from a text
    match field.kind:
        case Kind.BOOLEAN:
            return _boolean(value)
        case Kind.CHOICE:
            number = _integer(value)
            return number if number in dict(field.choices) else _none()
        case Kind.RELATION:
            number = _integer(value)
            return number if 1 <= number <= MAX_ID else _none()
        case _:
            return _text(field, str(value))


def _none() -> Query:
    raise NothingMatches


def _integer(value: str | bool) -> int:  # noqa: FBT001 - what was read from a text
    try:
        return int(value)
    except ValueError:
        raise BadQuery(_MISMATCH) from None


def _boolean(value: str | bool) -> bool:  # noqa: FBT001 - what was read from a text
    if isinstance(value, bool):
        return value
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise BadQuery(f"['“{value}” value must be either True or False.']")


def _beginning(text: str) -> Query:
    if not text:
        return None
    return text if text.isascii() and text.isdigit() and len(text) <= 3 else _none()


def _text(field: Field, text: str) -> Query:
    # No row holds more than its field takes, nor what no text can hold.
    if (field.longest is not None and len(text) > field.longest) or "\x00" in text:
        return _none()
    return text


def _refuse_order(resource: Resource, ask: Ask) -> None:
    wanted = ask.param("order_by") or ask.param("sort_by")
    if not wanted:
        return
    name = wanted.removeprefix("-").partition("__")[0]
    if resource.field_of(name) is None:
        raise BadQuery(f"No matching '{name}' field for ordering on.")
    raise BadQuery(f"The '{name}' field does not allow ordering.")


@dataclass(frozen=True, slots=True)
class Pages:
    """The window of a list, and the addresses of those beside it."""

    path: str
    query: tuple[tuple[str, str], ...]
    limit: int
    offset: int

    @classmethod
    def of(cls, ask: Ask) -> Pages:
        """Read `limit` and `offset`. Raises BadQuery."""
        limit = _number("limit", ask.param("limit"), _DEFAULT_LIMIT, "a positive integer")
        offset = _number("offset", ask.param("offset"), 0, "an integer")
        # What is longer than the longest list needs no number of its own.
        return cls(
            ask.path,
            ask.query,
            min(limit, _MAX_LIMIT) or _MAX_LIMIT,
            min(offset, MAX_ID),
        )

    def meta(self, total: int) -> dict[str, object]:
        """Return what a list says of itself."""
        before, after = self.offset - self.limit, self.offset + self.limit
        return {
            "limit": self.limit,
            "next": self._address(after) if after < total else None,
            "offset": self.offset,
            "previous": self._address(before) if before >= 0 else None,
            "total_count": total,
        }

    def _address(self, offset: int) -> str:
        grouped: dict[str, list[str]] = {}
        for name, value in self.query:
            if name not in {"limit", "offset"}:
                grouped.setdefault(name, []).append(value)
        own = {"limit": [str(self.limit)], "offset": [str(offset)]}
        return f"{self.path}?{urlencode({**grouped, **own}, doseq=True)}"


def _number(name: str, text: str | None, default: int, wanted: str) -> int:
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise BadQuery(f"Invalid {name} '{text}' provided. Please provide {wanted}.") from None
    if number < 0:
        raise BadQuery(f"Invalid {name} '{text}' provided. Please provide a positive integer >= 0.")
    return number
