"""Templates, and sending a notice: mails, row, event and audit entries in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sponsors.notices import (
    ContactKind,
    NoticeInput,
    NoticePreview,
    NoticeSent,
    NoticeTemplateCreated,
    NoticeTemplateDeleted,
    NoticeTemplateInput,
    NoticeTemplateRef,
    NoticeTemplateUpdated,
)
from contracts.sponsors.notices import Notice as NoticeDTO
from contracts.sponsors.notices import NoticeTemplate as NoticeTemplateDTO
from servicekit import audit, mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.mail import Letter
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import note, sign, snapshot, tell
from sponsors import settings
from sponsors.notices import queries, texts
from sponsors.notices.models import Notice, NoticeTemplate
from sponsors.notices.queries import Target
from sponsors.sponsorships.models import Sponsorship


async def create(
    session: WriteSession, sent: NoticeTemplateInput, caller: Principal
) -> NoticeTemplateDTO:
    """Create a template. Raises Invalid for a placeholder that there is not."""
    _check(sent.subject, sent.content)
    row = NoticeTemplate(**sent.model_dump())
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    _tell(session, NoticeTemplateCreated, row)
    note(session, caller, "created", row, row.internal_name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    template_id: int,
    sent: NoticeTemplateInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> NoticeTemplateDTO:
    """Replace a template. Raises NotFound, PreconditionFailed, Invalid."""
    _check(sent.subject, sent.content)
    row = await _lock(session, template_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    for name, value in sent.model_dump().items():
        setattr(row, name, value)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    made = await _state(session, row)
    _tell(session, NoticeTemplateUpdated, row)
    note(*(session, caller, "updated", row, row.internal_name), before=before, after=snapshot(row))
    return made


async def delete(
    session: WriteSession, template_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a template; what was sent of it stays. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, template_id)
    check_match(if_match, row.version, required=False)
    tell(session, NoticeTemplateDeleted(id=row.id), number=row.id, version=row.version + 1)
    note(session, caller, "deleted", row, row.internal_name, before=snapshot(row))
    await session.delete(row)


async def preview(session: AsyncSession, sent: NoticeInput) -> NoticePreview:
    """Return what would be sent, and to whom. Raises NotFound, Invalid."""
    subject, content = await _texts(session, sent)
    found = await queries.targets(session, sent.sponsorship_ids, sent.contacts)
    chosen = _chosen(sent, found)
    first = chosen[0] if chosen else None
    values = first.values if first else {}
    return NoticePreview(
        subject=texts.fill(subject, values) if first else subject,
        content=texts.fill(content, values) if first else content,
        sponsor_name=first.sponsor if first else "",
        recipients=sum(len(one.addresses) for one in chosen),
        sponsors=[one.sponsor for one in chosen],
        untargeted=[one.sponsor for one in found if not (one.targeted or sent.include_untargeted)],
        without_contacts=[one.sponsor for one in found if not one.addresses],
    )


async def send(session: WriteSession, sent: NoticeInput, caller: Principal) -> NoticeDTO:
    """Send a notice: a mail for each chosen contact of each sponsorship.

    Raises Invalid; Conflict where nobody would get it.
    """
    row = await _draft(session, sent, caller)
    await _send(session, row, sent, caller)
    return NoticeDTO.model_validate(await queries.notice(session, row.id))


async def draft(session: WriteSession, sent: NoticeInput, caller: Principal) -> Notice:
    """Keep a notice that is looked at before it is sent. Raises Invalid."""
    row = await _draft(session, sent, caller)
    note(session, caller, "drafted", row, row.subject, after=snapshot(row))
    return row


async def send_draft(session: WriteSession, notice_id: int, caller: Principal) -> Notice:
    """Send a notice that was kept: once. Raises NotFound, Conflict."""
    row = await session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such notice.")
    if row.sent is not None:
        raise Conflict("It was sent already.")
    await _send(session, row, as_sent(row), caller)
    return row


def as_sent(row: Notice) -> NoticeInput:
    """Return a notice as it was written."""
    return NoticeInput(
        sponsorship_ids=row.sponsorship_ids,
        contacts=[ContactKind(kind) for kind in row.contacts],
        subject=row.subject,
        content=row.content,
        include_untargeted=row.include_untargeted,
    )


async def _draft(session: WriteSession, sent: NoticeInput, caller: Principal) -> Notice:
    subject, content = await _texts(session, sent)
    row = Notice(
        subject=subject,
        content=content,
        contacts=[kind.value for kind in sent.contacts],
        sponsorship_ids=sorted(set(sent.sponsorship_ids)),
        include_untargeted=sent.include_untargeted,
        creator_id=caller.user_id,
    )
    session.add(row)
    await session.flush()
    return row


async def _send(session: WriteSession, row: Notice, sent: NoticeInput, caller: Principal) -> None:
    """Mail a notice that was kept, note it with each sponsorship, and tell of it."""
    subject, content = row.subject, row.content
    chosen = _chosen(sent, await queries.targets(session, sent.sponsorship_ids, sent.contacts))
    if not chosen:
        raise Conflict("Nobody would get it: none has such contacts and is there for such mails.")
    told = settings.of(session)
    for one in chosen:
        letter = _letter(texts.fill(subject, one.values), texts.fill(content, one.values))
        for address in one.addresses:
            mail.post(session, told, address, letter)
        audit.record(
            *(session, caller, "notified", Sponsorship.__tablename__, one.sponsorship_id),
            label=one.sponsor,
            after={"subject": letter.subject, "recipients": list(one.addresses)},
        )
    row.sponsorship_ids = [one.sponsorship_id for one in chosen]
    row.recipients = sum(len(one.addresses) for one in chosen)
    row.sent = datetime.now(UTC)
    await session.flush()
    tell(session, NoticeSent(id=row.id), number=row.id, version=1)
    note(session, caller, "sent", row, subject, after=snapshot(row))


def _chosen(sent: NoticeInput, found: list[Target]) -> list[Target]:
    return [one for one in found if one.addresses and (one.targeted or sent.include_untargeted)]


async def _texts(session: AsyncSession, sent: NoticeInput) -> tuple[str, str]:
    """Return subject and content as they were written. Raises Invalid."""
    if sent.template_id is None:
        subject, content = sent.subject or "", sent.content or ""
        _check(subject, content)
        return subject, content
    row = await queries.template(session, sent.template_id)
    if row is None:
        raise Invalid.field(["body", "template_id"], "There is no such template.", "unknown")
    return row["subject"], row["content"]


def _check(subject: str, content: str) -> None:
    texts.check(subject, "subject")
    texts.check(content, "content")


def _letter(subject: str, content: str) -> Letter:
    """Return a mail that says what staff wrote, and nothing else."""
    paragraphs = (escape(part).replace("\n", "<br>\n") for part in content.split("\n\n"))
    body = "\n".join(f"<p>{part}</p>" for part in paragraphs)
    html = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(subject)}'
        f"</title></head>\n<body>{body}</body></html>\n"
    )
    return Letter(kind="sponsorship-notice", subject=subject[:200], text=f"{content}\n", html=html)


async def _lock(session: WriteSession, template_id: int) -> NoticeTemplate:
    statement = select(NoticeTemplate).where(NoticeTemplate.id == template_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such template.")
    return row


async def _state(session: WriteSession, row: NoticeTemplate) -> NoticeTemplateDTO:
    await session.flush()
    return NoticeTemplateDTO.model_validate(await queries.template(session, row.id))


def _tell(session: WriteSession, kind: type[NoticeTemplateRef], row: NoticeTemplate) -> None:
    tell(session, kind(id=row.id), number=row.id, version=row.version)
