"""Groups in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format
from contracts.identity.dto import GroupInput
from identity import queries
from identity.admin.acting import CHOICES
from identity.models import Group, Member
from identity.services import groups
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)

_MEMBERS: Final = (
    select(func.count()).select_from(Member).where(Member.group_id == Group.id).scalar_subquery()
)


async def _read_group(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.group(session, key)


GROUPS: Final = Resource(
    name="group",
    label="group",
    plural="groups",
    group="People",
    model=Group,
    key=Group.id,
    title=Group.name,
    permissions=Permissions.of("identity", "group"),
    entity="group",
    columns=(
        Column("name", Group.name),
        Column("members", _MEMBERS, format=Format.NUMBER),
        Column("permissions", func.cardinality(Group.permissions), "Permissions", Format.NUMBER),
        Column("updated", Group.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", Group.name),),
    form=Form(
        read=_read_group,
        input=GroupInput,
        fieldsets=(Fieldset("", ("name", "permissions")),),
        create=groups.create,
        update=groups.update,
        hints={
            "permissions": Hint(
                choices=CHOICES, help="What every member may do; given only by who holds it"
            )
        },
    ),
    delete=groups.delete,
)
