"""Beginning drafts of contracts, and putting them away: what decisions about a sponsorship do.

A draft is a snapshot: the sponsor's address, its primary contact, the benefits and their clauses
are texts in it from then on, which staff may put right. Dates, fee and level are those of the
sponsorship until the contract is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.features import FeatureKind
from contracts.sponsors.papers import ContractMove
from servicekit import reading
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict
from servicekit.writes import note, sign, snapshot
from sponsors.clauses import queries as clauses
from sponsors.contracts import telling
from sponsors.contracts.agreement import CURRENT
from sponsors.contracts.models import Contract
from sponsors.contracts.transitions import LIVING
from sponsors.places import country_name
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship

#: What a decision about the sponsorship may put away.
_DISCARDED = (ContractStatus.DRAFT.value, ContractStatus.NULLIFIED.value)


@dataclass(frozen=True)
class Texts:
    """The texts of a draft, as staff may put them right."""

    sponsor_info: str
    sponsor_contact: str
    benefits_list: str
    legal_clauses: str


async def begin(session: WriteSession, sponsorship: Sponsorship, caller: Principal) -> Contract:
    """Begin the contract of a locked sponsorship that was approved; older ones are outdated.

    Raises Conflict where one lives already.
    """
    if await living(session, sponsorship.id) is not None:
        raise Conflict("This sponsorship has a contract already.")
    await discard(session, sponsorship, caller)
    texts = await compose(session, sponsorship)
    row = Contract(
        sponsorship_id=sponsorship.id,
        status=ContractStatus.DRAFT.value,
        template=CURRENT,
        **texts.__dict__,
    )
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    telling.tell(session, ContractMove.BEGIN, row)
    note(session, caller, "created", row, label(row), after=snapshot(row))
    return row


async def why_not(session: WriteSession, sponsorship_id: int) -> str:
    """Return why an approved sponsorship cannot become an application again; empty: it can."""
    found = await living(session, sponsorship_id)
    if found is None or found.status == ContractStatus.DRAFT.value:
        return ""
    if found.status == ContractStatus.EXECUTED.value:
        return "Its contract is executed."
    return "Its contract waits for signatures: nullify it first."


async def discard(session: WriteSession, sponsorship: Sponsorship, caller: Principal) -> None:
    """Put away what was drafted or nullified for a locked sponsorship.

    Raises Conflict where a contract waits for signatures or is executed.
    """
    if reason := await why_not(session, sponsorship.id):
        raise Conflict(reason)
    statement = (
        select(Contract)
        .where(Contract.sponsorship_id == sponsorship.id, Contract.status.in_(_DISCARDED))
        .order_by(Contract.id)
        .with_for_update()
    )
    for row in await session.scalars(statement):
        await outdate(session, row, caller, ContractMove.DISCARD)


async def outdate(
    session: WriteSession, row: Contract, caller: Principal, move: ContractMove
) -> None:
    """Make a locked contract outdated: another one takes its place, or none is wanted."""
    before = row.status
    row.status = ContractStatus.OUTDATED.value
    sign(row, caller)
    await session.flush()
    telling.tell(session, move, row)
    note(
        *(session, caller, move.value, row, label(row)),
        before={"status": before},
        after={"status": row.status},
    )


async def living(session: WriteSession, sponsorship_id: int) -> Contract | None:
    """Return the contract of a sponsorship that counts."""
    found: Contract | None = await session.scalar(
        select(Contract).where(
            Contract.sponsorship_id == sponsorship_id,
            Contract.status.in_([status.value for status in LIVING]),
        )
    )
    return found


def label(row: Contract) -> str:
    """Return what the trail calls a contract."""
    return row.sponsor_info.partition("\n")[0][:200]


async def compose(session: WriteSession, sponsorship: Sponsorship) -> Texts:
    """Return the texts of a draft, of what is known of a sponsorship now. 5 statements."""
    await session.flush()
    sponsor = await session.get(Sponsor, sponsorship.sponsor_id)
    benefits = await _benefits(session, sponsorship)
    found = await clauses.of_benefits(session, {row["benefit_id"] for row in benefits})
    numbers: dict[int, int] = {}
    texts: list[str] = []
    notes: dict[int, list[int]] = {}
    for benefit_id, clause_id, text in found:
        if clause_id not in numbers:
            numbers[clause_id] = len(numbers) + 1
            texts.append(f"[^{numbers[clause_id]}]: {text.strip()}")
        notes.setdefault(benefit_id, []).append(numbers[clause_id])
    lines = [f"- {row['name']}" + _notes(notes.get(row["benefit_id"], [])) for row in benefits]
    return Texts(
        sponsor_info="" if sponsor is None else _info(sponsor),
        sponsor_contact=await _contact(session, sponsorship.sponsor_id),
        benefits_list="\n".join(lines),
        legal_clauses="\n\n".join(texts),
    )


def _notes(numbers: list[int]) -> str:
    marks = "".join(f"[^{number}]" for number in sorted(numbers))
    return f" {marks}" if marks else ""


async def _benefits(session: WriteSession, sponsorship: Sponsorship) -> list[reading.Row]:
    """Return the benefits of a sponsorship, called as its package calls them."""
    columns: tuple[Any, ...] = (
        *(SponsorBenefit.id, SponsorBenefit.benefit_id, SponsorBenefit.name),
        SponsorBenefit.program_name,
    )
    rows = await reading.every(
        session,
        select(*columns)
        .where(SponsorBenefit.sponsorship_id == sponsorship.id)
        .order_by(SponsorBenefit.program_name, SponsorBenefit.position, SponsorBenefit.id),
    )
    features = await session.execute(
        select(BenefitFeature.sponsor_benefit_id, BenefitFeature.spec).where(
            BenefitFeature.sponsor_benefit_id.in_([row["id"] for row in rows]),
            BenefitFeature.kind == FeatureKind.TIERED.value,
        )
    )
    tiers: dict[int, str] = {
        number: spec.get("display_label") or str(spec["quantity"]) for number, spec in features
    }
    for row in rows:
        program, tier = row["program_name"], tiers.get(row["id"])
        name = f"{row['name']} ({tier})" if tier else row["name"]
        row["name"] = f"{program}: {name}" if program else name
    return rows


async def _contact(session: WriteSession, sponsor_id: int | None) -> str:
    """Return the first primary contact of a sponsor, or its first contact."""
    row = await session.scalar(
        select(SponsorContact)
        .where(SponsorContact.sponsor_id == sponsor_id)
        .order_by(SponsorContact.primary.desc(), SponsorContact.id)
        .limit(1)
    )
    return "" if row is None else "\n".join(filter(None, (row.name, row.email, row.phone)))


def _info(sponsor: Sponsor) -> str:
    """Return name and address of a sponsor, a line each."""
    place = " ".join(filter(None, (sponsor.state, sponsor.postal_code)))
    lines = (
        sponsor.name,
        sponsor.mailing_address_line_1,
        sponsor.mailing_address_line_2,
        ", ".join(filter(None, (sponsor.city, place))),
        country_name(sponsor.country),
    )
    return "\n".join(filter(None, lines))
