"""Canned replies in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format, Widget
from contracts.jobs.inputs import CannedReplyInput
from jobs.replies import queries, services
from jobs.replies.models import CannedReply
from servicekit.access import Principal
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


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


REPLIES: Final = Resource(
    name="reply",
    label="canned reply",
    plural="canned replies",
    group="Jobs",
    note="Texts that reviewers choose from when they ask, reject or comment.",
    model=CannedReply,
    key=CannedReply.id,
    title=CannedReply.name,
    permissions=Permissions.of("jobs", "cannedreply"),
    columns=(
        Column("name", CannedReply.name),
        Column("position", CannedReply.position, format=Format.NUMBER),
        Column("active", CannedReply.active, format=Format.BOOL),
        Column("updated", CannedReply.updated, format=Format.TIME),
    ),
    order="position",
    search=(("name", CannedReply.name), ("text", CannedReply.text)),
    filters=(Filter("active", CannedReply.active, FilterKind.BOOL, "Active"),),
    form=Form(
        read=_read,
        input=CannedReplyInput,
        fieldsets=(Fieldset("", ("name", "text", "position", "active")),),
        create=services.create,
        update=services.update,
        hints={
            "text": Hint(widget=Widget.TEXTAREA),
            "position": Hint(help="Smaller ones are offered first"),
            "active": Hint(help="Whether it is offered"),
        },
    ),
    delete=services.delete,
)

RESOURCES: Final = (REPLIES,)
