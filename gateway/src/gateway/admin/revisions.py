"""Any two states of a page side by side: which fields differ, and which lines of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from contracts.content.pages import FieldChange
from gateway.admin import people
from gateway.web.pages import BadInput, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from litestar import Response

    from contracts.content.pages import RevisionSummary
    from gateway.admin.views import Trail
    from gateway.admin.visits import Visit

#: What has revisions: service and resource.
PAGES: Final = ("content", "page")
#: What a line of a unified diff begins with.
_KINDS: Final = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One state to choose."""

    number: int
    action: str
    note: str
    who: str
    time: datetime


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of the text: `added`, `removed`, `same` in both, or the `place` of what follows."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """`admin/compare.html`. `older` and `newer` are the numbers of what is compared."""

    trail: Trail
    title: str
    address: str
    revisions: tuple[RevisionRow, ...]
    older: int
    newer: int
    fields: tuple[FieldChange, ...] = ()
    lines: tuple[DiffLine, ...] = ()


async def compare(visit: Visit) -> Response[bytes]:
    """Show what differs between two states of a page; the last two unless others are chosen."""
    place = await visit.place()
    if (place.service, place.resource.name) != PAGES:
        raise NotFound
    calls = place.calls
    record = await calls.record(place.resource.name, visit.key)
    found = await calls.revisions(visit.key)
    last = found[0].number if found else 0
    older = _number(visit.params, "older", max(1, last - 1))
    newer = _number(visit.params, "newer", last)
    diff = None if older == newer else await calls.difference(visit.key, older, newer)
    called = await people.names(visit, (one.actor for one in found))
    model = ComparePage(
        trail=(*place.trail, (record.title, f"{place.base}{visit.key}/change/")),
        title=record.title,
        address=visit.path,
        revisions=tuple(_row(one, called) for one in found),
        older=min(older, newer),
        newer=max(older, newer),
        fields=tuple(diff.fields) if diff else (),
        lines=tuple(_line(text) for text in diff.text) if diff else (),
    )
    return visit.render("admin/compare.html", model)


def _row(one: RevisionSummary, called: Mapping[str, str]) -> RevisionRow:
    return RevisionRow(
        one.number, one.action, one.note, called.get(one.actor, one.actor), one.created
    )


def _line(text: str) -> DiffLine:
    kind = _KINDS.get(text[:1], "same")
    return DiffLine(kind, text if kind == "place" else text[1:])


def _number(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise BadInput(name, "names no revision")
    return int(text)
