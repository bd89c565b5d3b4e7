"""What a service says is wrong, told at the fields of the form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gateway.web.templating import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.admin import AdminResource
    from gateway.admin.fields import Sent

_PLACE: Final = re.compile(r"([0-9]{1,4})-(.*)")


def place_errors(
    problem: Mapping[str, object], resource: AdminResource, sent: Sent
) -> dict[str, str]:
    """Return what a service said is wrong, by the name of the form's field; the rest under ""."""
    known = {one.name for part in resource.fieldsets for one in part.fields}
    found: dict[str, str] = {}
    errors = problem.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if not isinstance(error, dict):
            continue
        said = str(error.get("msg", ""))
        match error.get("loc"):
            case ["body", str(name), *_] if name in known:
                place = name
            case ["body", str(name), int(at), *rest] if 0 <= at < len(sent.places.get(name, ())):
                place = f"{name}-{sent.places[name][at]}-{rest[0] if rest else ''}"
            case _:
                place = ""
        found.setdefault(place, said)
    if not found:
        found[""] = str(problem.get("detail") or problem.get("title") or "It was not taken.")
    return found


def summary(errors: Mapping[str, str], resource: AdminResource) -> tuple[tuple[str, str], ...]:
    """Return the errors of a form as its head tells them: each names its field, and its row."""
    labels = {one.name: one.label for part in resource.fieldsets for one in part.fields}
    for inline in resource.inlines:
        for place in errors:
            if not place.startswith(f"{inline.name}-"):
                continue
            if match := _PLACE.match(place, len(inline.name) + 1):
                told = {one.name: one.label for one in inline.fields}.get(match[2], "")
                row = f"{inline.label} {int(match[1]) + 1}"
                labels[place] = sentence(f"{row}, {told}" if told else row)
    return tuple(
        (place, f"{labels[place]}: {said}" if place in labels else said)
        for place, said in errors.items()
    )
