"""One sponsorship on the desk of staff, as its page prints it."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from contracts.sponsors.applications import ContractStatus, Move
from contracts.sponsors.papers import ContractMove
from gateway.pages.links import Link
from gateway.pages.sponsors import handover, links, logos, offered, states
from gateway.pages.sponsors.dashboard import about, people
from gateway.pages.sponsors.desk_models import (
    Approval,
    ContractView,
    DeskPage,
    MoveButton,
    Note,
)
from gateway.pages.sponsors.own_models import BenefitsView
from gateway.pages.sponsors.reviewing import ADMIN, head
from gateway.web.templating import long_date

if TYPE_CHECKING:
    from datetime import date

    from contracts.sponsors.applications import MoveView, StaffSponsorship, Step
    from contracts.sponsors.papers import Contract, ContractMoveView
    from gateway.web.forms import FormState

REVIEW: Final = ("Sponsorships to review", links.DESK)
_ROOM: Final = (175, 100)
#: What is done with one button: label, what it means, and its colour.
_MOVES: Final = {
    Move.ROLLBACK: (
        "Take the decision back",
        "It is an application again; a draft of a contract is thrown away.",
        "quiet",
    ),
    Move.LOCK: ("Lock it", "Nobody edits it by mistake.", "quiet"),
    Move.UNLOCK: ("Unlock it", "It can be edited, until it is locked again.", "quiet"),
}
_REJECT: Final = (
    "Do not accept it",
    "The sponsor gets a mail with what you say here.",
    "danger",
)
_CONTRACT_MOVES: Final = {
    ContractMove.SEND: (
        "Send the contract",
        "Its papers are made and kept, and mailed to the sponsor and the foundation.",
        "primary",
    ),
    ContractMove.NULLIFY: (
        "Nullify it",
        "It counts no more; the sponsorship stays approved and can have another contract.",
        "danger",
    ),
    ContractMove.REDRAFT: (
        "Draft it anew",
        "A new draft is made of what the sponsorship is now.",
        "",
    ),
}
_EXECUTE: Final = (
    "Execute it",
    "With the file that both sides signed. The sponsorship is finalized, and its logos are shown.",
    "primary",
)
_DONE: Final = {
    Move.APPLY: "applied",
    Move.EDIT: "changed it",
    Move.APPROVE: "approved it",
    Move.REJECT: "did not accept it",
    Move.ROLLBACK: "took the decision back",
    Move.FINALIZE: "finalized it",
    Move.LOCK: "locked it",
    Move.UNLOCK: "unlocked it",
}
_TEXTS: Final = (
    ("sponsor_info", "Sponsor"),
    ("sponsor_contact", "Contact"),
    ("benefits_list", "Benefits"),
    ("legal_clauses", "Clauses"),
)
#: Contracts that count no more.
_GONE: Final = frozenset({ContractStatus.NULLIFIED, ContractStatus.OUTDATED})


def page_of(
    found: StaffSponsorship,
    papers: list[Contract],
    form: FormState,
    notice: str,
    *,
    signed: bool,
) -> DeskPage:
    """Return what the desk shows; `signed`: who looks at it may take signed contracts."""
    sponsor = found.sponsor
    living = next((one for one in papers if one.status not in _GONE), None)
    # Where none counts, another can be drafted in place of the last.
    former = [one for one in papers if one is not living]
    can_redraft = former[0].id if living is None and former else 0
    contract = states.CONTRACTS[found.contract_status].label if found.contract_status else "none"
    return DeskPage(
        head=head(found.sponsor_name, REVIEW),
        form=form,
        notice=notice,
        conflict=form.errors.get("version", ""),
        mark=states.mark_of(found),
        facts=_facts(found, contract),
        money=_money(found),
        changes=tuple(
            (label, tuple(names))
            for label, names in (
                ("Beside the level", found.added),
                ("Left out of the level", found.removed),
            )
            if names
        ),
        benefits=_benefits(found),
        sponsor=about(sponsor) if sponsor else (),
        people=people(sponsor) if sponsor else (),
        logo=logos.view(sponsor.web_logo, *_ROOM) if sponsor else None,
        version=found.version,
        approval=_approval(found, form),
        moves=_moves(found.moves),
        living=_contract(living, found.id) if living else None,
        former=tuple(_contract(one, found.id, bare=one.id != can_redraft) for one in former),
        signed=signed,
        notes=tuple(map(_note, found.steps)),
        links=(
            Link(label="As the sponsor sees it", href=links.sponsorship_path(found.id)),
            Link(label="In the administration", href=f"{ADMIN}{found.id}/change/"),
        ),
    )


def _facts(found: StaffSponsorship, contract: str) -> tuple[tuple[str, str], ...]:
    by = ", ".join(filter(None, (found.submitted_by, found.submitted_by_email)))
    pairs = (
        ("Level", states.level_of(found)),
        ("Applied", f"{long_date(found.applied_on)}{f', by {by}' if by else ''}"),
        ("Approved", _day(found.approved_on)),
        ("Not accepted", _day(found.rejected_on)),
        ("Finalized", _day(found.finalized_on)),
        ("Runs", states.span_of(found)),
        ("Contract", contract),
        ("Renewal", "yes" if found.renewal else "no"),
        ("Locked", "yes" if found.locked else "no"),
        (
            "Another took its place",
            f"no. {found.overlapped_by_id}" if found.overlapped_by_id else "",
        ),
    )
    return tuple((name, text) for name, text in pairs if text)


def _day(value: date | None) -> str:
    return long_date(value) if value else ""


def _money(found: StaffSponsorship) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("Price of the level", found.package_amount),
        ("Fee", found.sponsorship_fee),
        ("What its benefits are worth", found.estimated_cost),
    )
    return tuple((name, offered.money(value)) for name, value in pairs if value is not None)


def _benefits(found: StaffSponsorship) -> tuple[BenefitsView, ...]:
    return tuple(
        BenefitsView(
            title=name,
            names=tuple(
                one.display_name + (" (chosen beside the level)" if one.added_by_user else "")
                for one in some
            ),
        )
        for name, some in groupby(found.benefits, key=lambda one: one.program_name)
    )


def _approval(found: StaffSponsorship, form: FormState) -> Approval | None:
    """Return the form of an approval, filled in with what is usual; None where it is over."""
    move = next((one for one in found.moves if one.move is Move.APPROVE), None)
    if move is None:
        return None
    values = form.values
    start = found.start_date or states.today()
    end = found.end_date or start.replace(year=start.year + 1, day=min(start.day, 28))
    fee = found.sponsorship_fee if found.sponsorship_fee is not None else found.package_amount
    return Approval(
        start=values.get("start_date") or start.isoformat(),
        end=values.get("end_date") or (end - timedelta(days=not found.end_date)).isoformat(),
        fee=values.get("sponsorship_fee") or ("" if fee is None else f"{fee:.2f}"),
        renewal=bool(values.get("renewal")) or (not values and found.renewal),
        why_not=move.why_not,
    )


def _moves(moves: list[MoveView]) -> tuple[MoveButton, ...]:
    """Return what may be done with one button, and what may not with the reason."""
    made = []
    for one in moves:
        words = _REJECT if one.move is Move.REJECT else _MOVES.get(one.move)
        if words is not None:
            label, text, kind = words
            made.append(
                MoveButton(
                    value=one.move.value, label=label, text=text, kind=kind, why_not=one.why_not
                )
            )
    return tuple(made)


def _contract(one: Contract, sponsorship: int, *, bare: bool = False) -> ContractView:
    """Return a contract; a bare one is only to be read."""
    draft = one.status is ContractStatus.DRAFT
    files = (one.signed_document, one.document, one.document_docx)
    return ContractView(
        id=one.id,
        version=one.version,
        title=f"Contract no. {one.id}",
        mark=states.CONTRACTS[one.status],
        facts=_contract_facts(one),
        previews=tuple(
            Link(label=f"Preview, {paper.upper()}", href=preview(sponsorship, one.id, paper))
            for paper in ("pdf", "docx")
        )
        if draft
        else (),
        papers=tuple(view for file in files if (view := handover.file(file)) is not None),
        texts=tuple((name, label, getattr(one, name)) for name, label in _TEXTS) if draft else (),
        moves=() if bare else _contract_moves(one.moves),
        execute=None if bare else _execution(one.moves),
    )


def preview(sponsorship: int, contract: int, paper: str) -> str:
    """Return where a draft is looked at as it would be sent."""
    return f"{links.desk_path(sponsorship, 'contract')}{contract}/{paper}/"


def _contract_facts(one: Contract) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("Revision", str(one.revision)),
        ("Sent", _by(one.sent_on, one.sent_by)),
        ("Executed", _by(one.executed_on, one.executed_by)),
        ("Nullified", _day(one.nullified_on)),
    )
    return tuple((name, text) for name, text in pairs if text)


def _by(value: date | None, name: str) -> str:
    return ", by ".join(filter(None, (_day(value), name))) if value else ""


def _contract_moves(moves: list[ContractMoveView]) -> tuple[MoveButton, ...]:
    return tuple(
        MoveButton(value=one.move.value, label=label, text=text, kind=kind, why_not=one.why_not)
        for one in moves
        if one.move in _CONTRACT_MOVES
        for label, text, kind in (_CONTRACT_MOVES[one.move],)
    )


def _execution(moves: list[ContractMoveView]) -> MoveButton | None:
    found = next((one for one in moves if one.move is ContractMove.EXECUTE), None)
    if found is None:
        return None
    label, text, kind = _EXECUTE
    return MoveButton(
        value=found.move.value, label=label, text=text, kind=kind, why_not=found.why_not
    )


def _note(one: Step) -> Note:
    who = one.name or one.by.value
    return Note(time=one.time.date(), text=f"{who}: {_DONE[one.move]}", said=one.text)
