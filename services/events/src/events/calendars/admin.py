"""Calendars in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format
from contracts.events.inputs import CalendarInput
from events.calendars import queries, services
from events.calendars.models import Calendar
from servicekit import slugs
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Suggest,
    Values,
)
from servicekit.reading import bytewise


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


CALENDARS: Final = Resource(
    name="calendar",
    label="calendar",
    plural="calendars",
    group="Events",
    model=Calendar,
    key=Calendar.id,
    title=Calendar.name,
    permissions=Permissions.of("events", "calendar"),
    columns=(
        Column("name", Calendar.name, order=bytewise(Calendar.name)),
        Column("slug", Calendar.slug, order=bytewise(Calendar.slug)),
        Column("position", Calendar.position, format=Format.NUMBER),
        Column("updated", Calendar.updated, format=Format.TIME),
    ),
    order="position",
    search=(("name", Calendar.name), ("slug", Calendar.slug)),
    form=Form(
        read=_read,
        input=CalendarInput,
        fieldsets=(
            Fieldset("Calendar", ("name", "slug", "description", "website")),
            Fieldset("Among others", ("position",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "slug": Hint(help="python-events is shown at /events/python-events/"),
            "website": Hint(help="A page about it elsewhere: https://…"),
            "position": Hint(help="Calendars with smaller numbers come first"),
        },
    ),
    delete=services.delete,
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (CALENDARS,)
