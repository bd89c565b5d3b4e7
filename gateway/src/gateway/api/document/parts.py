"""What both halves of the document are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JSON: Final = "application/json"


@dataclass(frozen=True)
class Part:
    """Paths, and the schemas that they refer to."""

    paths: dict[str, Any] = field(default_factory=dict)
    schemas: dict[str, Any] = field(default_factory=dict)


def answer(
    description: str,
    schema: Mapping[str, Any] | None = None,
    *others: str,
    media: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return an answer; `others` are media types that it may have beside the one of the schema."""
    told: dict[str, Any] = {"description": description}
    content = {} if schema is None else {media: {"schema": dict(schema)}}
    content |= {other: {} for other in others}
    if content:
        told["content"] = content
    if headers:
        told["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in headers.items()
        }
    return told


def ref(name: str) -> dict[str, str]:
    """Refer to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


#: What the gateway refuses before it knows what is asked.
EVERYWHERE: Final = {
    "414": answer("The address is too long", None, "text/html"),
    "431": answer("The headers are too long", None, "text/html"),
}
