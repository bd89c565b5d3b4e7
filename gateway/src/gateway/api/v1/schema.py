"""What a resource says of itself at `schema/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from gateway.api.legacy.declaration import NOW, Field, Kind, Resource

_NO_DEFAULT: Final = "No default provided."
_TYPES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.BOOLEAN: ("boolean", "Boolean data. Ex: True"),
    Kind.INTEGER: ("integer", "Integer data. Ex: 2673"),
    Kind.CHOICE: ("integer", "Integer data. Ex: 2673"),
    Kind.DATETIME: ("datetime", 'A date & time as a string. Ex: "2010-11-10T03:07:43"'),
    Kind.RELATION: (
        "related",
        "A single related resource. Can be either a URI or set of nested resource data.",
    ),
}
_TEXT: Final = ("string", 'Unicode string data. Ex: "Hello World"')
#: How Tastypie writes "every comparison" and "also through the relation".
_ALL, _WITH_RELATIONS = 1, 2


def list_methods(resource: Resource) -> tuple[str, ...]:
    """Return what a list takes."""
    return ("get", "post", "delete") if resource.bulk else ("get", "post")


DETAIL_METHODS: Final = ("get", "delete")


def schema(resource: Resource) -> dict[str, Any]:
    """Return the schema of a resource."""
    filtering: dict[str, Any] = {name: [_ALL] for name in resource.hollow}
    for item in resource.filters:
        if item.v1:
            filtering.setdefault(item.field, []).append(item.lookup)
    filtering |= dict.fromkeys(resource.related, _WITH_RELATIONS)
    return {
        "allowed_detail_http_methods": list(DETAIL_METHODS),
        "allowed_list_http_methods": list(list_methods(resource)),
        "default_format": "application/json",
        "default_limit": 20,
        "fields": {field.name: _field(field) for field in resource.fields},
        "filtering": filtering,
    }


def _field(field: Field) -> dict[str, Any]:
    kind, text = _TYPES.get(field.kind, _TEXT)
    told = {
        "blank": field.blank,
        "default": _default(field),
        "help_text": field.help or text,
        "nullable": field.null,
        "primary_key": False,
        "readonly": field.kind is Kind.SELF,
        "type": kind,
        "unique": bool(field.unique),
        "verbose_name": field.label,
    }
    if field.kind is Kind.RELATION:
        told |= {
            "related_schema": f"/api/v1/{field.to}/schema/",
            "related_type": "to_one",
            "verbose_name": field.name.replace("_", " "),
        }
    return told


def _default(field: Field) -> object:
    if field.default is NOW:
        return datetime.now(UTC).replace(tzinfo=None).isoformat()
    if field.required or field.kind in {Kind.RELATION, Kind.SELF}:
        return _NO_DEFAULT
    return field.default
