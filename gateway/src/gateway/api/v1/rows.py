"""Rows as the first API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gateway.api.legacy.declaration import Kind
from gateway.api.v1.formats import Row

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Field, Resource


def address(name: str, number: int) -> str:
    """Return the address of a row."""
    return f"/api/v1/{name}/{number}/"


def row(resource: Resource, found: Any) -> Row:  # noqa: ANN401 - the resource's DTO
    """Return the fields of a row: relations as addresses, times in UTC without saying so."""
    return Row({field.name: _value(resource, field, found) for field in resource.fields})


def _value(resource: Resource, field: Field, found: Any) -> object:  # noqa: ANN401 - as above
    if field.kind is Kind.SELF:
        return address(resource.name, found.id)
    value = getattr(found, field.source)
    match field.kind:
        case Kind.RELATION:
            return address(field.to, value) if isinstance(value, int) else None
        case Kind.DATETIME if isinstance(value, datetime):
            return value.astimezone(UTC).replace(tzinfo=None).isoformat()
        case Kind.CHOICE:
            return int(value)
        case _:
            return field.word(value)
