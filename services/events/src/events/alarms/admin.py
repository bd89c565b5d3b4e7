"""Alarms in the staff admin: looked at and taken away, never made."""

from __future__ import annotations

from typing import Final

from contracts.admin import FilterKind, Format
from events.alarms import services
from events.alarms.models import Alarm
from events.events.models import Event
from servicekit.admin.declaration import Column, Filter, Permissions, Resource, Statement

#: Nobody makes or changes one here.
_VIEW: Final = "events.view_alarm"


def _joined(statement: Statement) -> Statement:
    return statement.join(Event, Event.id == Alarm.event_id)


ALARMS: Final = Resource(
    name="alarm",
    label="reminder",
    plural="reminders",
    group="Events",
    note="Mails that people want before an event. They make them on its page.",
    model=Alarm,
    key=Alarm.id,
    title=Event.title,
    permissions=Permissions(_VIEW, _VIEW, _VIEW, "events.delete_alarm"),
    join=_joined,
    columns=(
        Column("event", Event.title),
        Column("user", Alarm.user_id, format=Format.NUMBER),
        Column("hours", Alarm.hours, "Hours before", Format.NUMBER),
        Column("due", Alarm.due, "Next one", Format.TIME),
        Column("told", Alarm.told, "Last told of", Format.TIME),
    ),
    order="due",
    search=(("event", Event.title),),
    filters=(Filter("event", Alarm.event_id, FilterKind.REF, "Event", ref="event"),),
    delete=services.delete,
)

RESOURCES: Final = (ALARMS,)
