"""Types in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.jobs.inputs import JobTypeInput
from jobs.types import services
from jobs.types.models import JobType
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
    return await services.TYPES.by_id(session, key)


TYPES: Final = Resource(
    name="type",
    label="type",
    plural="types",
    group="Jobs",
    model=JobType,
    key=JobType.id,
    title=JobType.name,
    permissions=Permissions.of("jobs", "jobtype"),
    columns=(
        Column("name", JobType.name, order=bytewise(JobType.name)),
        Column("slug", JobType.slug, order=bytewise(JobType.slug)),
        Column("active", JobType.active, format=Format.BOOL),
        Column("updated", JobType.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", JobType.name), ("slug", JobType.slug)),
    filters=(Filter("active", JobType.active, FilterKind.BOOL, "Active"),),
    form=Form(
        read=_read,
        input=JobTypeInput,
        fieldsets=(Fieldset("", ("name", "slug", "active")),),
        create=services.TYPES.create,
        update=services.TYPES.update,
        hints={"active": Hint(help="Whether new jobs may have it")},
    ),
    delete=services.TYPES.delete,
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (TYPES,)
