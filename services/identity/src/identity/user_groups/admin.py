"""User groups in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format
from contracts.identity.user_groups import UrlType, UserGroupInput
from identity.admin.acting import each
from identity.user_groups import queries, services
from identity.user_groups.models import UserGroup
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.reading import bytewise

_KINDS: Final = tuple(AdminChoice(value=one.value, label=one.value) for one in UrlType)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


GROUPS: Final = Resource(
    name="user-group",
    label="user group",
    plural="user groups",
    group="Membership",
    note="People propose groups; the directory shows those that are approved.",
    model=UserGroup,
    key=UserGroup.id,
    title=UserGroup.name,
    permissions=Permissions.of("identity", "usergroup"),
    columns=(
        Column("name", UserGroup.name, order=bytewise(UserGroup.name)),
        Column("location", UserGroup.location, order=bytewise(UserGroup.location)),
        Column("url", UserGroup.url, "Address"),
        Column("approved", UserGroup.approved, format=Format.BOOL),
        Column("trusted", UserGroup.trusted, format=Format.BOOL),
        Column("created", UserGroup.created, format=Format.TIME),
    ),
    order="-created",
    search=(("name", UserGroup.name), ("location", UserGroup.location), ("url", UserGroup.url)),
    filters=(
        Filter("approved", UserGroup.approved, FilterKind.BOOL, "Approved"),
        Filter("trusted", UserGroup.trusted, FilterKind.BOOL, "Trusted"),
        Filter("url_type", UserGroup.url_type, FilterKind.CHOICE, "At the address", _KINDS),
    ),
    dates=Column("created", UserGroup.created),
    form=Form(
        read=_read,
        input=UserGroupInput,
        fieldsets=(
            Fieldset("", ("name", "location", "url", "url_type", "start_date")),
            Fieldset("Review", ("approved", "trusted")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "url": Hint(label="Address"),
            "url_type": Hint(label="At the address"),
            "start_date": Hint(label="Since"),
            "approved": Hint(help="Whether the directory shows it"),
            "trusted": Hint(help="Whether staff know it well"),
        },
    ),
    delete=services.delete,
    actions=(
        Action(
            name="approve",
            label="Approve",
            permission="identity.change_usergroup",
            confirm="The directory shows them from now on.",
            run=each(
                lambda call, key: services.set_approved(
                    call.session, key, call.caller, approved=True
                ),
                "group",
                "approved",
            ),
            applies=lambda row: not row["approved"],
        ),
        Action(
            name="withdraw",
            label="Take out of the directory",
            permission="identity.change_usergroup",
            confirm="The directory no longer shows them. Nothing is lost.",
            run=each(
                lambda call, key: services.set_approved(
                    call.session, key, call.caller, approved=False
                ),
                "group",
                "taken out",
            ),
            applies=lambda row: bool(row["approved"]),
            danger=True,
        ),
    ),
)

RESOURCES: Final = (GROUPS,)
