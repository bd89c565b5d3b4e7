"""Templates and sent notices in the staff admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, Format, Widget
from contracts.sponsors.notices import VARIABLES, ContactKind, NoticeInput, NoticeTemplateInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.database import WriteSession
from servicekit.reading import bytewise
from sponsors.notices import queries, services
from sponsors.notices.controllers import SEND
from sponsors.notices.models import Notice, NoticeTemplate

_TEMPLATE: Final = Permissions.of("sponsors", "noticetemplate")
_KNOWN: Final = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)


class NoticeForm(NoticeInput):
    """A mail to many as staff write it, and what would be sent of it."""

    state: str = ""
    preview: str = ""


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.template(session, key)


async def _read_notice(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await session.get(Notice, key)
    if row is None:
        return None
    sent = services.as_sent(row)
    return {
        "id": row.id,
        "version": 1,
        **sent.model_dump(exclude={"template_id"}),
        "template_id": None,
        "state": "a draft" if row.sent is None else f"sent, {row.recipients} mails",
        "preview": await _preview(session, sent),
    }


async def _preview(session: AsyncSession, sent: NoticeInput) -> str:
    """Return the first mail, and to whom it and the others go."""
    made = await services.preview(session, sent)
    lines = [f"{made.recipients} mails, to: {', '.join(made.sponsors) or 'nobody'}."]
    if made.untargeted:
        lines.append(f"Left out, without a benefit for mails: {', '.join(made.untargeted)}.")
    if made.without_contacts:
        lines.append(f"Left out, without such contacts: {', '.join(made.without_contacts)}.")
    return "\n".join([*lines, "", made.subject, "", made.content])


async def _create(session: WriteSession, sent: NoticeForm, caller: Principal) -> Notice:
    plain = sent.model_dump(exclude={"state", "preview"})
    return await services.draft(session, NoticeInput.model_validate(plain), caller)


async def _send(call: Call, keys: Sequence[Any]) -> str:
    mails = 0
    for key in keys:
        mails += (await services.send_draft(call.session, key, call.caller)).recipients
    return f"{mails} mails sent"


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
_KINDS: Final = tuple(
    AdminChoice(value=kind.value, label=kind.value.capitalize()) for kind in ContactKind
)
NOTICES: Final = Resource(
    name="notice",
    label="mail to sponsors",
    plural="mails to sponsors",
    group="Sponsors",
    note="A new one is a draft: its page shows what would be sent, and to whom. Then send it.",
    model=Notice,
    key=Notice.id,
    title=Notice.subject,
    permissions=Permissions.same(SEND),
    columns=(
        Column("subject", Notice.subject, order=bytewise(Notice.subject)),
        Column("recipients", Notice.recipients, format=Format.NUMBER),
        Column("sent", Notice.sent, format=Format.TIME),
        Column("created", Notice.created, format=Format.TIME),
    ),
    order="-created",
    form=Form(
        read=_read_notice,
        input=NoticeForm,
        fieldsets=(
            Fieldset("To whom", ("sponsorship_ids", "contacts", "include_untargeted")),
            Fieldset("A template, or a text", ("template_id", "subject", "content")),
            Fieldset("What would be sent", ("state", "preview")),
        ),
        create=_create,
        hints={
            "sponsorship_ids": Hint(label="Sponsorships", ref="sponsorship"),
            "contacts": Hint(choices=_KINDS),
            "include_untargeted": Hint(label="Also without a benefit for such mails"),
            "template_id": Hint(label="Template", ref="notice-template"),
            "content": Hint(widget=Widget.TEXTAREA, help=f"Plain text. There are: {_KNOWN}"),
            "state": Hint(read_only_on_add=True),
            "preview": Hint(widget=Widget.TEXTAREA, read_only_on_add=True),
        },
    ),
    actions=(
        Action(
            name="send",
            label="Send",
            permission=SEND,
            confirm="Each chosen contact gets a mail. It cannot be taken back.",
            run=_send,
            applies=lambda row: row["sent"] is None,
        ),
    ),
)

RESOURCES: Final = (TEMPLATES, NOTICES)
