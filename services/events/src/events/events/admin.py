"""Events in the staff admin, with the times that are otherwise than their rules say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.events.dto import EventDetail, EventKind, EventStatus
from contracts.events.inputs import EventInput
from events.calendars.models import Calendar
from events.events import overriding, queries, services
from events.events.models import Event
from events.locations.models import Location
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Inline,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.reading import bytewise

_EVENT: Final = Permissions.of("events", "event")
KINDS: Final = (
    AdminChoice(value=EventKind.CONFERENCE.value, label="Conference"),
    AdminChoice(value=EventKind.USER_GROUP.value, label="Meeting of a user group"),
    AdminChoice(value=EventKind.WORKSHOP.value, label="Workshop"),
    AdminChoice(value=EventKind.SPRINT.value, label="Sprint"),
    AdminChoice(value=EventKind.OTHER.value, label="Other"),
)
_STATUSES: Final = (
    AdminChoice(value=EventStatus.CONFIRMED.value, label="Confirmed"),
    AdminChoice(value=EventStatus.TENTATIVE.value, label="Tentative"),
    AdminChoice(value=EventStatus.CANCELLED.value, label="Cancelled"),
)
_WALL: Final = "As a clock there shows it: 2026-11-23T19:00"


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.event(session, key)
    if row is None:
        return None
    sent = overriding.input_of(EventDetail.model_validate(row))
    return {
        **sent.model_dump(),
        "id": row["id"],
        "version": row["version"],
        "overrides": [
            {
                **one,
                "event_id": key,
                "version": row["version"],
                "location_id": one["location"] and one["location"]["id"],
            }
            for one in row["overrides"]
        ],
    }


def _joined(statement: Statement) -> Statement:
    return statement.join(Calendar, Calendar.id == Event.calendar_id).outerjoin(
        Location, Location.id == Event.location_id
    )


async def _delete(call: Call, keys: Sequence[int]) -> str:
    for key in keys:
        await services.delete(call.session, key, call.caller, if_match=None)
    return f"{len(keys)} {'event' if len(keys) == 1 else 'events'} deleted"


def _set(said: str, **values: object) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[int]) -> str:
        for key in keys:
            row = await services.lock(call.session, key)
            state = (await queries.states(call.session, [key]))[key]
            sent = overriding.input_of(state).model_copy(update=values)
            await services.replace(call.session, row, sent, call.caller)
        return f"{len(keys)} {'event' if len(keys) == 1 else 'events'} {said}"

    return run


EVENTS: Final = Resource(
    name="event",
    label="event",
    plural="events",
    group="Events",
    note="What was imported follows its source: a change there overwrites what was changed here.",
    model=Event,
    key=Event.id,
    title=Event.title,
    permissions=_EVENT,
    join=_joined,
    columns=(
        Column("title", Event.title, order=bytewise(Event.title)),
        Column("calendar", Calendar.name, order=bytewise(Calendar.name)),
        Column("location", Location.name, order=bytewise(Location.name)),
        Column("starts", func.timezone("UTC", Event.starts), "First time", Format.DATE),
        Column("repeats", Event.projected.isnot(None), format=Format.BOOL),
        Column("kind", Event.kind),
        Column("status", Event.status),
        Column("featured", Event.featured, format=Format.BOOL),
        Column("imported", Event.source_id.isnot(None), format=Format.BOOL),
        Column("updated", Event.updated, format=Format.TIME),
    ),
    order="-starts",
    search=(("title", Event.title), ("uid", Event.uid), ("location", Location.name)),
    filters=(
        Filter("calendar", Event.calendar_id, FilterKind.REF, "Calendar", ref="calendar"),
        Filter("location", Event.location_id, FilterKind.REF, "Location", ref="location"),
        Filter("source", Event.source_id, FilterKind.REF, "Imported from", ref="source"),
        Filter("kind", Event.kind, FilterKind.CHOICE, "Kind", KINDS),
        Filter("status", Event.status, FilterKind.CHOICE, "Status", _STATUSES),
        Filter("featured", Event.featured, FilterKind.BOOL),
        Filter("sample", Event.sample, FilterKind.BOOL, "Sample"),
    ),
    dates=Column("updated", Event.updated),
    form=Form(
        read=_read,
        input=EventInput,
        fieldsets=(
            Fieldset("Event", ("title", "calendar_id", "category_ids", "kind", "status")),
            Fieldset("Where", ("location_id", "link")),
            Fieldset("When", ("all_day", "start", "end", "zone")),
            Fieldset("Repeats", ("rules", "additional", "exceptions")),
            Fieldset("Text", ("description", "description_markup_type")),
            Fieldset("In lists", ("featured",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "calendar_id": Hint(label="Calendar", ref="calendar"),
            "category_ids": Hint(label="Categories", ref="category"),
            "location_id": Hint(label="Location", ref="location"),
            "kind": Hint(choices=KINDS),
            "status": Hint(choices=_STATUSES),
            "link": Hint(help="The event's own page: https://…"),
            "start": Hint(widget=Widget.TEXT, help=_WALL),
            "end": Hint(
                widget=Widget.TEXT,
                help="Of whole days the midnight after the last one; empty: at once, or one day",
            ),
            "zone": Hint(help="Europe/Berlin, America/New_York, UTC …"),
            "rules": Hint(help="FREQ=MONTHLY;BYDAY=2TU, one on each line"),
            "additional": Hint(help="Times beside those of the rules, one on each line"),
            "exceptions": Hint(help="Times of the rules at which it does not take place"),
            "description": Hint(widget=Widget.TEXTAREA),
            "description_markup_type": Hint(label="Markup"),
            "featured": Hint(help="Shown first"),
        },
        inlines=(
            Inline(
                name="overrides",
                label="time that is otherwise",
                plural="times that are otherwise",
                title="original",
                input=overriding.OverrideForm,
                fields=("original", "start", "end", "status", "title", "location_id", "link"),
                permissions=Permissions.same(_EVENT.change),
                parent="event_id",
                create=overriding.create,
                update=overriding.update,
                delete=overriding.delete,
                hints={
                    "original": Hint(
                        label="Instead of",
                        widget=Widget.TEXT,
                        help="The time that the rule gives: 2026-11-23T19:00",
                        read_only_on_change=True,
                    ),
                    "start": Hint(widget=Widget.TEXT, help="Empty: as the rule says"),
                    "end": Hint(widget=Widget.TEXT, help="Empty: as long as ever"),
                    "status": Hint(choices=_STATUSES),
                    "location_id": Hint(label="Location", ref="location"),
                },
            ),
        ),
    ),
    delete=services.delete,
    actions=(
        Action(
            name="cancel",
            label="Cancel",
            permission=_EVENT.change,
            confirm="The events are shown as cancelled.",
            run=_set("cancelled", status=EventStatus.CANCELLED),
            applies=lambda row: row["status"] != "cancelled",
            danger=True,
        ),
        Action(
            name="feature",
            label="Feature",
            permission=_EVENT.change,
            confirm="The events are shown first.",
            run=_set("featured", featured=True),
            applies=lambda row: not row["featured"],
        ),
        Action(
            name="delete",
            label="Delete",
            permission=_EVENT.delete,
            confirm="The events and their times are deleted. This cannot be undone.",
            run=_delete,
            danger=True,
            row=False,
        ),
    ),
)

RESOURCES: Final = (EVENTS,)
