"""Rows as the second API writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gateway.api.legacy.declaration import Kind

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Field, Resource


@dataclass(frozen=True, slots=True)
class Links:
    """How addresses are written in one answer: whole, and in the format that was asked for.

    Attributes:
        origin: Scheme and host.
        suffix: `.json` where the address had it: then links have it, too.
        query: `?format=json` where that was in the query.
    """

    origin: str
    suffix: str = ""
    query: str = ""

    def list(self, name: str) -> str:
        """Return the address of a list."""
        return f"{self.origin}/api/v2/{name}{self.suffix or '/'}{self.query}"

    def row(self, name: str, number: int) -> str:
        """Return the address of a row."""
        return self.list(f"{name}/{number}")


def row(resource: Resource, found: Any, links: Links) -> dict[str, object]:  # noqa: ANN401 - a DTO
    """Return the fields of a row in their order."""
    return {field.name: _value(resource, field, found, links) for field in resource.fields}


def _value(resource: Resource, field: Field, found: Any, links: Links) -> object:  # noqa: ANN401
    if field.kind is Kind.SELF:
        return links.row(resource.name, found.id)
    value = getattr(found, field.source)
    match field.kind:
        case Kind.RELATION:
            return links.row(field.to, value) if isinstance(value, int) else None
        case Kind.DATETIME if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
        case Kind.CHOICE:
            return int(value)
        case _:
            return field.word(value)
