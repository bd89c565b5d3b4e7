"""Locations in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.events.inputs import LocationInput
from events.calendars.models import Calendar
from events.locations import queries, services
from events.locations.models import Location
from servicekit.access import Principal
from servicekit.admin.declaration import (
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
from servicekit.reading import bytewise


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


def _with_calendar(statement: Statement) -> Statement:
    return statement.outerjoin(Calendar, Calendar.id == Location.calendar_id)


LOCATIONS: Final = Resource(
    name="location",
    label="location",
    plural="locations",
    group="Events",
    model=Location,
    key=Location.id,
    title=Location.name,
    permissions=Permissions.of("events", "eventlocation"),
    join=_with_calendar,
    columns=(
        Column("name", Location.name, order=bytewise(Location.name)),
        Column("address", Location.address),
        Column("country", Location.country),
        Column("online", Location.online, format=Format.BOOL),
        Column("latitude", Location.latitude, format=Format.NUMBER),
        Column("longitude", Location.longitude, format=Format.NUMBER),
        Column("calendar", Calendar.name, order=bytewise(Calendar.name)),
    ),
    order="name",
    search=(("name", Location.name), ("address", Location.address)),
    filters=(
        Filter("calendar", Location.calendar_id, FilterKind.REF, "Calendar", ref="calendar"),
        Filter("online", Location.online, FilterKind.BOOL),
    ),
    form=Form(
        read=_read,
        input=LocationInput,
        fieldsets=(
            Fieldset("Location", ("name", "address", "country", "url", "online", "calendar_id")),
            Fieldset("On the map", ("latitude", "longitude")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "country": Hint(help="Two letters, such as DE"),
            "url": Hint(label="Link", help="A page about the place: https://…"),
            "latitude": Hint(help="Degrees north; south is negative"),
            "longitude": Hint(help="Degrees east; west is negative"),
            "calendar_id": Hint(
                label="Calendar", help="Empty: for events of all calendars", ref="calendar"
            ),
        },
    ),
    delete=services.delete,
)

RESOURCES: Final = (LOCATIONS,)
