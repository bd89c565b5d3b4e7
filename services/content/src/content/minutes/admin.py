"""Minutes in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content import publishing
from content.minutes import queries, services
from content.minutes.models import Minutes
from contracts.admin import FilterKind, Format, Widget
from contracts.content.minutes import MinutesInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)

_MINUTES: Final = Permissions.of("content", "minutes")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.one(session, key, drafts=True)


MINUTES: Final = Resource(
    name="minutes",
    label="minutes",
    plural="minutes",
    group="Editorial",
    model=Minutes,
    key=Minutes.id,
    title=Minutes.title,
    permissions=_MINUTES,
    columns=(
        Column("date", Minutes.date, format=Format.DATE),
        Column("number", Minutes.number, "Of its day", Format.NUMBER),
        Column("title", Minutes.title),
        Column("is_published", Minutes.is_published, "Published", Format.BOOL),
        Column("updated", Minutes.updated, format=Format.TIME),
    ),
    order="-date",
    search=(("title", Minutes.title), ("text", Minutes.content)),
    filters=(
        Filter("is_published", Minutes.is_published, FilterKind.BOOL, "Published"),
        Filter("sample", Minutes.sample, FilterKind.BOOL),
    ),
    dates=Column("date", Minutes.date),
    form=Form(
        read=_read,
        input=MinutesInput,
        fieldsets=(
            Fieldset("Meeting", ("date", "title")),
            Fieldset("Text", ("content", "content_markup_type")),
            Fieldset("Public", ("is_published",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "date": Hint(help="The day of the meeting: 2024-05-01. A day may have several."),
            "content": Hint(label="Text", widget=Widget.TEXTAREA),
            "content_markup_type": Hint(label="Markup"),
            "is_published": Hint(
                label="Published", help="Until then nobody but staff sees them, nor their day"
            ),
        },
    ),
    delete=services.delete,
    actions=(
        *publishing.actions(services.set_published, _MINUTES.change, "meeting", "meetings"),
        deletion(
            services.delete,
            _MINUTES.delete,
            "meeting",
            "meetings",
            confirm="The minutes are gone for everybody. This cannot be undone.",
        ),
    ),
)

RESOURCES: Final = (MINUTES,)
