"""Categories in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.events.inputs import CategoryInput
from events.calendars.models import Calendar
from events.categories import queries, services
from events.categories.models import Category
from servicekit import slugs
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
    Suggest,
    Values,
)
from servicekit.reading import bytewise


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


def _with_calendar(statement: Statement) -> Statement:
    return statement.outerjoin(Calendar, Calendar.id == Category.calendar_id)


CATEGORIES: Final = Resource(
    name="category",
    label="category",
    plural="categories",
    group="Events",
    model=Category,
    key=Category.id,
    title=Category.name,
    permissions=Permissions.of("events", "eventcategory"),
    join=_with_calendar,
    columns=(
        Column("name", Category.name, order=bytewise(Category.name)),
        Column("slug", Category.slug, order=bytewise(Category.slug)),
        Column("calendar", Calendar.name, order=bytewise(Calendar.name)),
        Column("updated", Category.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", Category.name), ("slug", Category.slug)),
    filters=(Filter("calendar", Category.calendar_id, FilterKind.REF, "Calendar", ref="calendar"),),
    form=Form(
        read=_read,
        input=CategoryInput,
        fieldsets=(Fieldset("", ("name", "slug", "calendar_id")),),
        create=services.create,
        update=services.update,
        hints={
            "calendar_id": Hint(
                label="Calendar", help="Empty: for events of all calendars", ref="calendar"
            )
        },
    ),
    delete=services.delete,
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (CATEGORIES,)
