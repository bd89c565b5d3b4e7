"""What the clock brings: once each, with any number of processes.

The mark that somebody was reminded and the mails are one transaction, and the mark is a row that
there can be only one of. What is due is found by its day, so a missed tick costs delay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.features import REQUIRED
from servicekit import mail, reading
from servicekit.database import WriteSession
from servicekit.service import Idle, Task, TaskContext, Tick
from sponsors import people
from sponsors.assets import queries as assets
from sponsors.assets.models import Asset
from sponsors.dates import TODAY, today
from sponsors.reminders import letters
from sponsors.reminders.models import Reminder
from sponsors.settings import Settings
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import BenefitFeature, Sponsorship

_DUE_OF: Final = (SponsorshipStatus.APPROVED.value, SponsorshipStatus.FINALIZED.value)
_REQUIRED: Final = tuple(sorted(kind.value for kind in REQUIRED))
#: Days after the end of a sponsorship on which its end is still told.
_LATE: Final = 14
_Later: Final = aliased(Sponsorship)


async def remind_assets(context: TaskContext) -> str:
    """Remind sponsors of what they have not handed over, some days before it is due.

    Once for each asset and day: an asset whose day is moved is told of again. What is there needs
    no reminder, nor has what was rejected, or is over.
    """
    settings = cast("Settings", context.settings)
    until = today() + timedelta(days=settings.asset_remind_days)
    marked = exists().where(
        Reminder.sponsorship_id == Sponsorship.id,
        Reminder.kind == "asset",
        Reminder.subject == BenefitFeature.internal_name,
        Reminder.day == BenefitFeature.due_date,
    )
    columns: tuple[Any, ...] = (Sponsorship.id, BenefitFeature.due_date)
    due = (
        assets.statement(columns)
        .where(
            BenefitFeature.kind.in_(_REQUIRED),
            BenefitFeature.due_date.between(today(), until),
            Asset.id.is_(None),
            Sponsorship.status.in_(_DUE_OF),
            ~marked,
        )
        .distinct()
        .order_by(BenefitFeature.due_date, Sponsorship.id)
    )
    async with context.reading() as session:
        found = list(await session.execute(due))
    told = 0
    for number, day in found:
        async with context.session() as session:
            told += await _remind(session, settings, number, day)
        context.progress(told, len(found), "sponsorships")
    return f"{told} sponsorships reminded of assets" if told else Idle("no asset is due")


async def remind_ends(context: TaskContext) -> str:
    """Ask sponsors to renew what soon ends, and tell the foundation of what ends and ended."""
    settings = cast("Settings", context.settings)
    soon = today() + timedelta(days=settings.renewal_remind_days)
    later = exists().where(
        _Later.sponsor_id == Sponsorship.sponsor_id,
        _Later.id > Sponsorship.id,
        _Later.status != SponsorshipStatus.REJECTED.value,
    )
    asked = ended = 0
    for row in await _ends(context, "ending", Sponsorship.end_date.between(TODAY, soon), ~later):
        async with context.session() as session:
            asked += await _ask(session, settings, row)
    since = today() - timedelta(days=_LATE)
    over = (Sponsorship.end_date >= since, Sponsorship.end_date < TODAY)
    for row in await _ends(context, "ended", *over):
        async with context.session() as session:
            if await _mark(session, row["id"], "ended", [""], row["end_date"]):
                mail.post(session, settings, settings.sponsors_email, letters.ended(settings, row))
                ended += 1
    if not asked and not ended:
        return Idle("no sponsorship ends")
    return f"{asked} sponsorships asked to renew, {ended} told to be over"


async def _ask(session: WriteSession, settings: Settings, row: reading.Row) -> bool:
    if not await _mark(session, row["id"], "ending", [""], row["end_date"]):
        return False
    sponsorship = await session.get_one(Sponsorship, row["id"])
    for address in await people.addresses(session, sponsorship):
        mail.post(session, settings, address, letters.ending(settings, row))
    staff = letters.ending_staff(settings, row)
    mail.post(session, settings, settings.sponsors_email, staff)
    return True


async def _ends(
    context: TaskContext, kind: str, *conditions: ColumnElement[bool]
) -> list[reading.Row]:
    """Return finalized sponsorships, which are no samples, that a mail of a kind is due for."""
    marked = exists().where(
        Reminder.sponsorship_id == Sponsorship.id,
        Reminder.kind == kind,
        Reminder.day == Sponsorship.end_date,
    )
    columns: tuple[Any, ...] = (
        *(Sponsorship.id, Sponsorship.end_date),
        Sponsor.name.label("sponsor"),
    )
    found = (
        select(*columns)
        .join(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .where(
            Sponsorship.status == SponsorshipStatus.FINALIZED.value,
            ~Sponsorship.sample,
            ~marked,
            *conditions,
        )
        .order_by(Sponsorship.end_date, Sponsorship.id)
    )
    async with context.reading() as session:
        return await reading.every(session, found)


async def _remind(session: WriteSession, settings: Settings, number: int, day: date) -> bool:
    """Remind the people of one sponsorship of all that is due on one day."""
    sponsorship = await session.get(Sponsorship, number, with_for_update=True)
    if sponsorship is None or sponsorship.status not in _DUE_OF:
        return False
    found = await assets.wanted(
        session,
        Sponsorship.id == number,
        BenefitFeature.kind.in_(_REQUIRED),
        BenefitFeature.due_date == day,
        Asset.id.is_(None),
    )
    names = {one.internal_name: str(one.spec["label"]) for one in found}
    new = await _mark(session, number, "asset", sorted(names), day)
    if not new:
        return False
    sponsor = await session.scalar(select(Sponsor.name).where(Sponsor.id == sponsorship.sponsor_id))
    letter = letters.asset_due(settings, number, sponsor or "", day, [names[name] for name in new])
    for address in await people.addresses(session, sponsorship):
        mail.post(session, settings, address, letter)
    return True


async def _mark(
    session: WriteSession, number: int, kind: str, subjects: Sequence[str], day: date
) -> list[str]:
    """Note of what people are reminded now; returns what nobody else had noted."""
    if not subjects:
        return []
    rows = [
        {"sponsorship_id": number, "kind": kind, "subject": subject, "day": day}
        for subject in subjects
    ]
    statement = insert(Reminder).values(rows).on_conflict_do_nothing()
    return sorted(await session.scalars(statement.returning(Reminder.subject)))


TASKS: Final = (
    Task(
        name="remind-assets",
        summary="Remind sponsors of assets that are due soon",
        run=remind_assets,
    ),
    Task(
        name="remind-ends",
        summary="Ask sponsors to renew what soon ends, and tell the foundation of ends",
        run=remind_ends,
    ),
)
TICKS: Final = (
    Tick(name="remind-assets", cron="0 5 9 * * *", task="remind-assets"),
    Tick(name="remind-ends", cron="0 10 9 * * *", task="remind-ends"),
)
