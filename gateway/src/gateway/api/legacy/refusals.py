"""What a service says no to, in the words of the legacy APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Errors, Resource
    from gateway.backends.errors import BackendRefused

#: Where an error is that is about no single field.
ROW: Final = ""


def explained(error: BackendRefused, resource: Resource) -> Errors:
    """Return the messages of a refusal by the fields of the resource, those of the row under ROW.

    Empty where the service names no field of it.
    """
    told: Errors = {}
    for item in cast("list[dict[str, Any]]", error.problem.get("errors") or []):
        place = [str(part) for part in item.get("loc") or []]
        source = place[1] if len(place) > 1 else ""
        field = resource.field_from(source)
        if error.status == 409 and resource.clash is not None and source == resource.clash[0]:
            told.setdefault(ROW, []).append(resource.clash[1])
        elif error.status == 409 and field is not None and field.unique:
            told.setdefault(field.name, []).append(taken(resource, field.name, field.label))
        else:
            name = field.name if field is not None else ROW
            told.setdefault(name, []).append(str(item.get("msg") or error.detail))
    return told


def taken(resource: Resource, name: str, label: str) -> str:
    """Return the message that a value is another row's already."""
    what = label if label.isupper() else name
    return f"{resource.verbose} with this {what} already exists."
