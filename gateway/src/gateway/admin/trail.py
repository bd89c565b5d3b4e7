"""The audit trails of all services as one, and the history of one row."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from gateway.admin import lists, people
from gateway.admin.lists import asked
from gateway.admin.views import Change, HistoryEntry, HistoryPage, TrailPage
from gateway.backends.errors import BackendError, BackendRefused
from gateway.web.errors import Refusal
from gateway.web.forms import Refused
from gateway.web.pages import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from litestar import Response

    from contracts.admin import AdminDescriptor
    from contracts.audit import AuditEntry
    from gateway.admin.visits import Visit

_SIZE: Final = 50
#: The trail of all rows is a list to look through: of each entry it shows the beginning.
_TRAIL: Final = 30
_FIELDS: Final = 8
_SHORT: Final = 80
_LONG: Final = 300
_FILTERS: Final = ("actor", "entity", "about", "action")


async def history(visit: Visit) -> Response[bytes]:
    """Show what was done to a row, also to one that is gone."""
    place = await visit.place()
    if not place.resource.history:
        raise NotFound
    what = asked({"p": visit.params.get("p", "")}, [_SIZE])
    found = await place.calls.history(place.resource.name, visit.key, what.window)
    called = await people.names(visit, (entry.actor for entry in found.items))
    own = [entry for entry in found.items if entry.entity == place.resource.entity]
    title = own[0].label if own else f"{place.resource.label} {visit.key}"
    there = place.resource.detail and not (own and own[0].action == "deleted")
    row = ((title, f"{place.base}{visit.key}/change/"),) if there else ()
    model = HistoryPage(
        trail=(*place.trail, *row),
        title=title,
        entity=place.resource.entity.replace("_", " "),
        entries=tuple(_entry(visit, entry, called) for entry in found.items),
        pager=lists.pager(found.total, what, [_SIZE]),
    )
    return visit.render("admin/history.html", model)


async def trail(visit: Visit) -> Response[bytes]:
    """Show who changed what in all services, newest first: for superusers.

    Each service is asked once, for as many entries as the page shows; where the page goes on is
    told by the oldest entry on it.
    """
    if not visit.visitor.superuser:
        raise Refused(Refusal(403, "The audit trail is for superusers."))
    params = visit.params
    lists.refuse_others(params, {*_FILTERS, "service", "from", "to", "before"})
    chosen = params.get("service", "")
    names = [name for name in sorted(visit.admin.clients) if chosen in {"", name}]
    query = await _query(visit, params)
    answers = await asyncio.gather(*(_of_service(visit, name, query) for name in names))
    found = sorted(
        ((name, entry) for name, entries in answers if entries for entry in entries),
        key=lambda pair: pair[1].id,
        reverse=True,
    )
    shown = found[:_TRAIL]
    told, called = await asyncio.gather(
        _descriptors(visit, {name for name, _ in shown}),
        people.names(visit, (entry.actor for _, entry in shown)),
    )
    kept = {name: params[name] for name in (*_FILTERS, "service", "from", "to") if params.get(name)}
    older = {**kept, "before": str(shown[-1][1].id)} if len(found) > _TRAIL else None
    model = TrailPage(
        entries=tuple(
            _entry(visit, entry, called, service=name, descriptor=told.get(name))
            for name, entry in shown
        ),
        values=kept,
        services=tuple(sorted(visit.admin.clients)),
        away=tuple(name for name, entries in answers if entries is None),
        older=f"?{urlencode(older)}" if older else "",
        newest=f"?{urlencode(kept)}" if params.get("before") else "",
    )
    return visit.render("admin/trail.html", model)


async def _query(visit: Visit, params: Mapping[str, str]) -> dict[str, str | Sequence[str]]:
    """Return what is asked of each service. Raises BadInput."""
    query: dict[str, str | Sequence[str]] = {
        name: said for name in _FILTERS if (said := params.get(name, "").strip())
    }
    if who := query.pop("actor", ""):
        query["by"] = await people.subjects(visit, str(who))
    if first := params.get("from"):
        query["since"] = _midnight(first, "from").isoformat()
    if last := params.get("to"):
        query["until"] = (_midnight(last, "to") + timedelta(days=1)).isoformat()
    if before := params.get("before"):
        try:
            query["before"] = str(UUID(before))
        except ValueError as error:
            raise BadInput("before", "names no entry") from error
    return {**query, "limit": str(_TRAIL + 1)}


def _midnight(text: str, name: str) -> datetime:
    """Return where a day begins. Raises BadInput for what is no day, or has none after it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if day.year in {1, 9999}:
        raise BadInput(name, "is no day such as 2026-11-23")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def _of_service(
    visit: Visit, name: str, query: Mapping[str, str | Sequence[str]]
) -> tuple[str, Sequence[AuditEntry] | None]:
    """Return entries of one service, None where it does not answer."""
    try:
        return name, (await visit.calls(name).trail(query)).items
    except BackendRefused as refused:
        if refused.status == 403:
            return name, ()
        raise
    except BackendError:
        return name, None


async def _descriptors(visit: Visit, names: set[str]) -> Mapping[str, AdminDescriptor]:
    """Return what leads from an entry to its row; where a service does not tell, nothing does."""

    async def one(name: str) -> AdminDescriptor | None:
        try:
            return await visit.calls(name).descriptor()
        except BackendError:
            return None

    ordered = sorted(names)
    found = await asyncio.gather(*(one(name) for name in ordered))
    return {name: told for name, told in zip(ordered, found, strict=True) if told is not None}


def _entry(
    visit: Visit,
    entry: AuditEntry,
    called: Mapping[str, str],
    *,
    service: str = "",
    descriptor: AdminDescriptor | None = None,
) -> HistoryEntry:
    before, after = entry.before or {}, entry.after or {}
    who = called.get(entry.actor, entry.actor)
    names = list(dict.fromkeys((*before, *after)))
    longest = _SHORT if service else _LONG
    trace = visit.admin.trace_url if entry.trace_id else None
    return HistoryEntry(
        time=f"{entry.time:%Y-%m-%d %H:%M:%S} UTC",
        moment=entry.time.isoformat(),
        who=f"{who} (you)" if entry.actor == visit.visitor.subject else who,
        what=entry.action.replace("_", " "),
        changes=tuple(
            Change(name, _cut(before.get(name), longest), _cut(after.get(name), longest))
            for name in (names[:_FIELDS] if service else names)
        ),
        fields=len(names),
        trace_id=entry.trace_id,
        trace=trace.replace("{trace_id}", entry.trace_id) if trace else "",
        service=service,
        entity=entry.entity.replace("_", " "),
        label=entry.label or entry.entity_id,
        href=_row(service, entry, descriptor),
    )


def _row(service: str, entry: AuditEntry, descriptor: AdminDescriptor | None) -> str:
    """Return where the history of an entry's row is, "" where there is none."""
    for resource in descriptor.resources if descriptor else ():
        if resource.entity == entry.entity and resource.history and entry.entity_id.isdecimal():
            return f"/admin/{service}/{resource.name}/{quote(entry.entity_id, safe='')}/history/"
    return ""


def _cut(value: object, longest: int) -> str:
    if value is None or value == "":
        return "—"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= longest else f"{text[:longest]}…"
