"""Working groups in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.groups import queries, services
from content.groups.models import WorkGroup
from contracts.admin import FilterKind, Format, Widget
from contracts.content.groups import TEXTS, WorkGroupInput
from servicekit import slugs
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
    Suggest,
    Values,
)
from servicekit.reading import bytewise

_GROUP: Final = Permissions.of("content", "workgroup")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.group(session, WorkGroup.id == key, every=True)
    if row is None:
        return None
    people = await queries.people_of(session, key)
    return {**row, "organizers": people["organizer"], "members": people["member"]}


GROUPS: Final = Resource(
    name="work-group",
    label="working group",
    plural="working groups",
    group="Editorial",
    model=WorkGroup,
    key=WorkGroup.id,
    title=WorkGroup.name,
    permissions=_GROUP,
    columns=(
        Column("name", WorkGroup.name, order=bytewise(WorkGroup.name)),
        Column("slug", WorkGroup.slug, order=bytewise(WorkGroup.slug)),
        Column("approved", WorkGroup.approved, format=Format.BOOL),
        Column("active", WorkGroup.active, format=Format.BOOL),
        Column("updated", WorkGroup.updated, format=Format.TIME),
    ),
    order="name",
    search=(
        ("name", WorkGroup.name),
        ("slug", WorkGroup.slug),
        ("description", WorkGroup.short_description),
    ),
    filters=(
        Filter("active", WorkGroup.active, FilterKind.BOOL),
        Filter("approved", WorkGroup.approved, FilterKind.BOOL),
    ),
    form=Form(
        read=_read,
        input=WorkGroupInput,
        fieldsets=(
            Fieldset("Group", ("name", "slug", "short_description", "url", "approved", "active")),
            Fieldset("Texts", (*TEXTS, "texts_markup_type")),
            Fieldset("People", ("organizers", "members")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "slug": Hint(help="grants is shown at /psf/workgroups/grants/"),
            "short_description": Hint(help="A sentence, for lists"),
            "url": Hint(label="Website", help="/psf/grants/ or https://…"),
            "approved": Hint(help="Until then nobody but staff sees it"),
            "active": Hint(help="Without: it has ended"),
            **{name: Hint(widget=Widget.TEXTAREA) for name in TEXTS},
            "active_time": Hint(label="When it is active", widget=Widget.TEXTAREA),
            "texts_markup_type": Hint(label="Markup", help="Of all these texts"),
            "organizers": Hint(ref="person"),
            "members": Hint(ref="person"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _GROUP.delete,
            "working group",
            "working groups",
            confirm="Their pages are gone for everybody. This cannot be undone.",
        ),
    ),
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (GROUPS,)
