"""Sources and the reports of imports in the staff admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Input
from events.calendars.models import Calendar
from events.events.admin import KINDS
from events.sources import services
from events.sources.inputs import SourceInput
from events.sources.models import ImportReport, Source
from servicekit import reading
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)

_SOURCE: Final = Permissions.of("events", "source")


class ReportView(Input):
    """What is shown of a report."""

    outcome: str
    created: int
    updated: int
    deleted: int
    unchanged: int
    skipped: int
    lines: str


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    columns = (*SourceInput.model_fields, "id", "version")
    statement = select(*(getattr(Source, name) for name in columns)).where(Source.id == key)
    return await reading.one(session, statement)


async def _read_report(session: AsyncSession, key: int, _: Principal) -> Values | None:
    columns = (*ReportView.model_fields, "id")
    statement = select(*(getattr(ImportReport, name) for name in columns))
    row = await reading.one(session, statement.where(ImportReport.id == key))
    return None if row is None else {**row, "lines": "\n".join(row["lines"]), "version": 1}


async def _look(call: Call, keys: Sequence[int]) -> str:
    for key in keys:
        await services.look_now(call.session, key, call.caller)
    return f"{len(keys)} {'is' if len(keys) == 1 else 'are'} looked at within a minute"


def _joined(statement: Statement) -> Statement:
    return statement.join(Calendar, Calendar.id == Source.calendar_id)


def _of_report(statement: Statement) -> Statement:
    return statement.join(Source, Source.id == ImportReport.source_id)


SOURCES: Final = Resource(
    name="source",
    label="source",
    plural="sources",
    group="Events",
    note="Calendars elsewhere whose events are shown here, and follow what changes there.",
    model=Source,
    key=Source.id,
    title=Source.name,
    permissions=_SOURCE,
    join=_joined,
    columns=(
        Column("name", Source.name),
        Column("calendar", Calendar.name),
        Column("active", Source.active, format=Format.BOOL),
        Column("looked", Source.looked, "Last looked at", Format.TIME),
        Column("due", Source.due, "Next", Format.TIME),
        Column("failures", Source.failures, format=Format.NUMBER),
        Column("error", Source.error, sortable=False),
    ),
    order="name",
    search=(("name", Source.name), ("url", Source.url)),
    filters=(
        Filter("calendar", Source.calendar_id, FilterKind.REF, "Calendar", ref="calendar"),
        Filter("active", Source.active, FilterKind.BOOL),
    ),
    form=Form(
        read=_read,
        input=SourceInput,
        fieldsets=(
            Fieldset("Source", ("name", "url", "calendar_id", "active")),
            Fieldset("What a calendar does not say", ("kind", "zone")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "url": Hint(help="Address of a calendar file: https://… or webcal://…"),
            "calendar_id": Hint(label="Calendar", ref="calendar"),
            "kind": Hint(help="Of new events", choices=KINDS),
            "zone": Hint(help="Of times for which it names none"),
        },
    ),
    delete=services.delete,
    actions=(
        Action(
            name="look",
            label="Look now",
            permission=_SOURCE.change,
            confirm="The sources are read whole, changed or not.",
            run=_look,
        ),
    ),
)

REPORTS: Final = Resource(
    name="import-report",
    label="report of an import",
    plural="reports of imports",
    group="Events",
    note="Looks at sources that found something: + new, ~ changed, - gone, ! left out.",
    model=ImportReport,
    key=ImportReport.id,
    title=Source.name,
    permissions=Permissions.same(_SOURCE.view),
    join=_of_report,
    columns=(
        Column("source", Source.name),
        Column("time", ImportReport.time, "When", Format.TIME),
        Column("outcome", ImportReport.outcome),
        Column("created", ImportReport.created, "New", Format.NUMBER),
        Column("updated", ImportReport.updated, "Changed", Format.NUMBER),
        Column("deleted", ImportReport.deleted, "Gone", Format.NUMBER),
        Column("skipped", ImportReport.skipped, "Left out", Format.NUMBER),
    ),
    order="-time",
    filters=(
        Filter("source", ImportReport.source_id, FilterKind.REF, "Source", ref="source"),
        Filter(
            "outcome",
            ImportReport.outcome,
            FilterKind.CHOICE,
            "Outcome",
            (
                AdminChoice(value="done", label="Done"),
                AdminChoice(value="failed", label="Failed"),
            ),
        ),
    ),
    dates=Column("time", ImportReport.time),
    form=Form(
        read=_read_report,
        input=ReportView,
        fieldsets=(Fieldset("Report", tuple(ReportView.model_fields)),),
        hints={"lines": Hint(label="Each change", widget=Widget.TEXTAREA)},
    ),
    history=False,
)

RESOURCES: Final = (SOURCES, REPORTS)
