"""What the states of a sponsorship and of its contract are called, and what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.dto import SponsorshipStatus
from gateway.pages.heads import Mark
from gateway.pages.sponsors.offered import LATER, money
from gateway.web.templating import long_date, short_date

if TYPE_CHECKING:
    from contracts.sponsors.applications import OwnSummary

_MARKS: Final = {
    SponsorshipStatus.APPLIED: Mark(label="applied", kind="feature"),
    SponsorshipStatus.APPROVED: Mark(label="approved", kind="security"),
    SponsorshipStatus.FINALIZED: Mark(label="finalized", kind="bugfix"),
    SponsorshipStatus.REJECTED: Mark(label="not accepted", kind="end-of-life"),
}
_ACTIVE: Final = Mark(label="active", kind="bugfix")
_OVER: Final = Mark(label="over")
#: What they mean to the people of a sponsor.
_SAID: Final = {
    SponsorshipStatus.APPLIED: "The foundation looks the application over. You hear by mail.",
    SponsorshipStatus.APPROVED: "It is approved. A contract follows, or waits for signatures.",
    SponsorshipStatus.REJECTED: "The foundation could not accept this application.",
}
CONTRACTS: Final = {
    ContractStatus.DRAFT: Mark(label="draft"),
    ContractStatus.AWAITING_SIGNATURE: Mark(label="awaiting signature", kind="security"),
    ContractStatus.EXECUTED: Mark(label="executed", kind="bugfix"),
    ContractStatus.NULLIFIED: Mark(label="nullified", kind="end-of-life"),
    ContractStatus.OUTDATED: Mark(label="outdated"),
}


def today() -> date:
    """Return the day that it is in UTC."""
    return datetime.now(UTC).date()


def mark_of(one: OwnSummary) -> Mark:
    """Return the badge of a sponsorship."""
    if one.status is not SponsorshipStatus.FINALIZED or one.end_date is None:
        return _MARKS[one.status]
    if one.end_date < today():
        return _OVER
    return _ACTIVE if one.active else _MARKS[one.status]


def said_of(one: OwnSummary) -> str:
    """Return how a sponsorship of one's own stands, and what that means."""
    if one.status is not SponsorshipStatus.FINALIZED or not (one.start_date and one.end_date):
        return _SAID.get(one.status, "Its contract is signed.")
    if one.end_date < today():
        return f"It was over on {long_date(one.end_date)}. Thank you."
    if one.start_date > today():
        return f"Its contract is signed. It begins on {long_date(one.start_date)}."
    return f"It runs until {long_date(one.end_date)}. Thank you."


def level_of(one: OwnSummary) -> str:
    """Return the level of a sponsorship, and its year."""
    level = one.level_name or "Without a level"
    return f"{level} {one.year}" if one.year else level


def fee_of(one: OwnSummary) -> str:
    """Return what was agreed on."""
    return LATER if one.agreed_fee is None else money(one.agreed_fee)


def span_of(one: OwnSummary) -> str:
    """Return from when to when it is; empty where that is not settled."""
    if one.start_date is None or one.end_date is None:
        return ""
    return f"{short_date(one.start_date)} to {short_date(one.end_date)}"
