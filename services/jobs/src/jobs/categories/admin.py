"""Categories in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.jobs.inputs import CategoryInput
from jobs.categories import services
from jobs.categories.models import Category
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
    Suggest,
    Values,
)
from servicekit.reading import bytewise


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await services.CATEGORIES.by_id(session, key)


CATEGORIES: Final = Resource(
    name="category",
    label="category",
    plural="categories",
    group="Jobs",
    model=Category,
    key=Category.id,
    title=Category.name,
    permissions=Permissions.of("jobs", "jobcategory"),
    columns=(
        Column("name", Category.name, order=bytewise(Category.name)),
        Column("slug", Category.slug, order=bytewise(Category.slug)),
        Column("active", Category.active, format=Format.BOOL),
        Column("updated", Category.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", Category.name), ("slug", Category.slug)),
    filters=(Filter("active", Category.active, FilterKind.BOOL, "Active"),),
    form=Form(
        read=_read,
        input=CategoryInput,
        fieldsets=(Fieldset("", ("name", "slug", "active")),),
        create=services.CATEGORIES.create,
        update=services.CATEGORIES.update,
        hints={"active": Hint(help="Whether new jobs may have it")},
    ),
    delete=services.CATEGORIES.delete,
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (CATEGORIES,)
