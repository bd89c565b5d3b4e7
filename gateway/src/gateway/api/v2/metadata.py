"""What OPTIONS tells of an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from gateway.api.legacy.declaration import Kind

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Field, Resource

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
_TYPES: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "string",
    Kind.RELATION: "field",
    Kind.SELF: "field",
}


def about(name: str, description: str) -> dict[str, Any]:
    """Return what anybody is told."""
    return {
        "name": name,
        "description": description,
        "renders": ["application/json"],
        "parses": ["application/json", FORM, MULTIPART],
    }


def actions(resource: Resource) -> dict[str, Any]:
    """Return the fields as somebody is told who may write them."""
    return {field.name: _field(field) for field in resource.fields}


def _field(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": _TYPES.get(field.kind, field.kind.value),
        "required": field.required,
        "read_only": field.kind is Kind.SELF,
        "label": field.label[:1].upper() + field.label[1:],
    }
    if field.help:
        told["help_text"] = field.help
    if field.longest is not None:
        told["max_length"] = field.longest
    if field.kind is Kind.INTEGER:
        told |= {"min_value": -(2**31), "max_value": 2**31 - 1}
    if field.choices:
        told["choices"] = [{"value": v, "display_name": name} for v, name in field.choices]
    return told
