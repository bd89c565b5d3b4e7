"""Nominees and nominations in the staff admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.identity.nominations import (
    Answer,
    Decision,
    DecisionInput,
    NomineeInput,
    Review,
)
from identity.admin.acting import each
from identity.elections.models import Election
from identity.nominations import rules, services
from identity.nominations.models import Nomination, Nominee
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import WriteSession
from servicekit.reading import bytewise

_NOMINEES: Final = Permissions(
    "identity.view_nominee",
    "identity.change_nominee",
    "identity.change_nominee",
    "identity.change_nominee",
)
#: A nomination is what people say: staff decide about it, and nobody writes it for them.
_NOMINATIONS: Final = Permissions(
    "identity.view_nomination", rules.REVIEW, rules.REVIEW, "identity.delete_nomination"
)
_ANSWERS: Final = tuple(AdminChoice(value=one.value, label=one.value) for one in Answer)
_REVIEWS: Final = tuple(AdminChoice(value=one.value, label=one.value) for one in Review)
_DECISIONS: Final = (
    AdminChoice(value=Decision.APPROVED.value, label="Approve"),
    AdminChoice(value=Decision.REJECTED.value, label="Reject"),
)
_READ: Final = (
    *("name", "email", "employer", "other_affiliations", "service_years", "statement"),
    *("nominator_name", "own", "conduct", "mission", "eligibility", "answer", "review"),
)


class NominationForm(DecisionInput):
    """A nomination in its form: what was decided, and what is only shown there."""

    name: str = ""
    email: str = ""
    employer: str = ""
    other_affiliations: str = ""
    service_years: list[int] = Field(default_factory=list)
    statement: str = ""
    nominator_name: str = ""
    own: bool = False
    conduct: bool = False
    mission: bool = False
    eligibility: bool = False
    answer: str = ""
    review: str = ""


class NomineeForm(NomineeInput):
    """A nominee in its form, with what follows from the nominations."""

    name: str = ""
    slug: str = ""
    accepted: bool = False
    approved: bool = False


def _joined(statement: Statement) -> Statement:
    return statement.join(Election, Election.id == Nominee.election_id)


def _of_election(statement: Statement) -> Statement:
    return statement.join(Election, Election.id == Nomination.election_id)


async def _read_nominee(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await session.get(Nominee, key)
    if row is None:
        return None
    names = ("id", "version", "user_id", "name", "slug", "accepted", "approved")
    return {name: getattr(row, name) for name in names}


async def _read_nomination(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await session.scalar(select(Nomination).where(Nomination.id == key))
    if row is None:
        return None
    waits = row.review == Review.WAITING
    return {
        **{name: getattr(row, name) for name in ("id", "version", "reason", *_READ)},
        "decision": Decision.APPROVED.value if waits else row.review,
    }


async def _decide(
    session: WriteSession,
    key: int,
    sent: NominationForm,
    caller: Principal,
    *,
    if_match: str | None,
) -> object:
    decided = DecisionInput(decision=sent.decision, reason=sent.reason)
    return await services.decide(session, key, decided, caller, if_match=if_match)


def _approve() -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    async def approve(call: Call, key: int) -> None:
        decided = DecisionInput(decision=Decision.APPROVED)
        await services.decide(call.session, key, decided, call.caller)

    return each(approve, "nomination", "approved")


NOMINEES: Final = Resource(
    name="nominee",
    label="nominee",
    plural="nominees",
    group="Elections",
    note="Nominees come with nominations, and follow from them: decide about these.",
    model=Nominee,
    key=Nominee.id,
    title=Nominee.name,
    permissions=_NOMINEES,
    join=_joined,
    columns=(
        Column("name", Nominee.name, order=bytewise(Nominee.name)),
        Column("election", Election.name),
        Column("accepted", Nominee.accepted, format=Format.BOOL),
        Column("approved", Nominee.approved, format=Format.BOOL),
        Column("linked", Nominee.user_id.is_not(None), "Has an account", Format.BOOL),
        Column("updated", Nominee.updated, format=Format.TIME),
    ),
    order="-updated",
    search=(("name", Nominee.name), ("e-mail", Nominee.email)),
    filters=(
        Filter("election", Nominee.election_id, FilterKind.REF, "Election", ref="election"),
        Filter("accepted", Nominee.accepted, FilterKind.BOOL, "Accepted"),
        Filter("approved", Nominee.approved, FilterKind.BOOL, "Approved"),
    ),
    form=Form(
        read=_read_nominee,
        input=NomineeForm,
        fieldsets=(Fieldset("", ("name", "slug", "user_id", "accepted", "approved")),),
        update=services.link,
        hints={
            "user_id": Hint(
                label="Account",
                ref="user",
                help="Whose it is; two nominees of one account become one",
            ),
            **{
                name: Hint(read_only_on_change=True)
                for name in ("name", "slug", "accepted", "approved")
            },
        },
    ),
)

NOMINATIONS: Final = Resource(
    name="nomination",
    label="nomination",
    plural="nominations",
    group="Elections",
    note="What is approved here is shown once it is accepted and the window has closed.",
    model=Nomination,
    key=Nomination.id,
    title=Nomination.name,
    permissions=_NOMINATIONS,
    join=_of_election,
    columns=(
        Column("name", Nomination.name, order=bytewise(Nomination.name)),
        Column("election", Election.name),
        Column("nominator", Nomination.nominator_name),
        Column("own", Nomination.own, format=Format.BOOL),
        Column("answer", Nomination.answer),
        Column("review", Nomination.review),
        Column("created", Nomination.created, format=Format.TIME),
    ),
    order="-created",
    search=(
        ("name", Nomination.name),
        ("e-mail", Nomination.email),
        ("nominator", Nomination.nominator_name),
    ),
    filters=(
        Filter("election", Nomination.election_id, FilterKind.REF, "Election", ref="election"),
        Filter("answer", Nomination.answer, FilterKind.CHOICE, "Answer", _ANSWERS),
        Filter("review", Nomination.review, FilterKind.CHOICE, "Review", _REVIEWS),
        Filter("own", Nomination.own, FilterKind.BOOL, "Of themselves"),
        Filter("conduct", Nomination.conduct, FilterKind.BOOL, "Code of conduct"),
        Filter("mission", Nomination.mission, FilterKind.BOOL, "Mission"),
        Filter("eligibility", Nomination.eligibility, FilterKind.BOOL, "Eligibility"),
    ),
    dates=Column("created", Nomination.created),
    form=Form(
        read=_read_nomination,
        input=NominationForm,
        fieldsets=(
            Fieldset("Decision", ("decision", "reason", "review", "answer")),
            Fieldset("Nominee", tuple(name for name in _READ if name not in {"answer", "review"})),
        ),
        update=_decide,
        hints={
            "decision": Hint(choices=_DECISIONS),
            "reason": Hint(widget=Widget.TEXTAREA, help="Mailed; needed to reject"),
            **{name: Hint(read_only_on_change=True) for name in _READ},
            "statement": Hint(widget=Widget.TEXTAREA, read_only_on_change=True),
            "own": Hint(label="Nominated themselves", read_only_on_change=True),
        },
    ),
    delete=services.delete,
    actions=(
        Action(
            name="approve",
            label="Approve",
            permission=rules.REVIEW,
            confirm="Nominees and nominators get a mail.",
            run=_approve(),
            applies=lambda row: row["review"] != Review.APPROVED,
        ),
        Action(
            name="invite-again",
            label="Ask the nominee again",
            permission=rules.REVIEW,
            confirm="Nominees who have not answered get another mail; older links end.",
            run=each(
                lambda call, key: services.invite_again(call.session, key, call.caller),
                "nominee",
                "asked",
            ),
            applies=lambda row: row["answer"] == Answer.NONE,
        ),
    ),
)

RESOURCES: Final = (NOMINATIONS, NOMINEES)
