"""Templates and sent notices in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format, Widget
from contracts.base import Input
from contracts.sponsors.notices import VARIABLES, NoticeTemplateInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.reading import bytewise
from sponsors.notices import queries, services
from sponsors.notices.controllers import SEND
from sponsors.notices.models import Notice, NoticeTemplate

_TEMPLATE: Final = Permissions.of("sponsors", "noticetemplate")
_KNOWN: Final = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)


class SentNotice(Input):
    """What the page of a sent notice shows; nobody writes one."""

    subject: str
    content: str
    contacts: str
    recipients: int


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.template(session, key)


async def _read_sent(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.notice(session, key)
    return None if row is None else {**row, "contacts": ", ".join(row["contacts"]), "version": 1}


TEMPLATES: Final = Resource(
    name="notice-template",
    label="mail template",
    plural="mail templates",
    group="Sponsors",
    note="Mails to many sponsors begin with one; the list of sponsorships sends them.",
    model=NoticeTemplate,
    key=NoticeTemplate.id,
    title=NoticeTemplate.internal_name,
    permissions=_TEMPLATE,
    columns=(
        Column(
            "internal_name",
            NoticeTemplate.internal_name,
            order=bytewise(NoticeTemplate.internal_name),
        ),
        Column("subject", NoticeTemplate.subject, order=bytewise(NoticeTemplate.subject)),
        Column("updated", NoticeTemplate.updated, format=Format.TIME),
    ),
    order="internal_name",
    search=(("name", NoticeTemplate.internal_name), ("subject", NoticeTemplate.subject)),
    form=Form(
        read=_read,
        input=NoticeTemplateInput,
        fieldsets=(Fieldset("", ("internal_name", "subject", "content")),),
        create=services.create,
        update=services.update,
        hints={"content": Hint(widget=Widget.TEXTAREA, help=f"Plain text. There are: {_KNOWN}")},
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _TEMPLATE.delete,
            "template",
            "templates",
            confirm="What was sent of them stays in the list of sent mails.",
        ),
    ),
)
NOTICES: Final = Resource(
    name="notice",
    label="sent mail",
    plural="sent mails",
    group="Sponsors",
    model=Notice,
    key=Notice.id,
    title=Notice.subject,
    permissions=Permissions.same(SEND),
    columns=(
        Column("subject", Notice.subject, order=bytewise(Notice.subject)),
        Column("recipients", Notice.recipients, format=Format.NUMBER),
        Column("created", Notice.created, "Sent", format=Format.TIME),
    ),
    order="-created",
    form=Form(
        read=_read_sent,
        input=SentNotice,
        fieldsets=(Fieldset("", ("subject", "content", "contacts", "recipients")),),
        hints={"content": Hint(widget=Widget.TEXTAREA)},
    ),
)

RESOURCES: Final = (TEMPLATES, NOTICES)
