"""Nominees and nominations as DTOs, made of rows."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.identity.elections import ElectionState
from contracts.identity.nominations import (
    Answer,
    NominationCan,
    NominationSummary,
    NomineeSummary,
    PublicNominee,
    Review,
    Statement,
)
from contracts.identity.nominations import Nomination as NominationDTO
from contracts.identity.nominations import Nominee as NomineeDTO
from identity import texts
from identity.elections.models import Election, ElectionKind
from identity.nominations import rules
from identity.nominations.models import Nomination, Nominee
from servicekit.access import Principal

#: What is shown of whoever has not served, where the election has no kind that says it.
_NEWCOMER = "No previous service"


def ordered(rows: Sequence[Nomination]) -> list[Nomination]:
    """Return nominations of one nominee: their own first, then the oldest."""
    return sorted(rows, key=lambda row: (not row.own, row.id))


def service_of(row: Nomination, election: Election, kind: ElectionKind | None) -> str | None:
    """Return previous service in words, None where it is not told."""
    if election.hide_previous_service or row.served is None:
        return None
    if row.served:
        return ", ".join(str(year) for year in row.service_years)
    return kind.newcomer if kind else _NEWCOMER


def summary(
    nominee: Nominee, rows: Sequence[Nomination], election: Election, kind: ElectionKind | None
) -> NomineeSummary:
    """Return a nominee for a list, by what their first nomination says.

    Of those that are accepted and approved, where there are any; a nominee whose nominations were
    all deleted keeps the name.
    """
    known = ordered(rows)
    settled = [row for row in known if rules.is_settled(row)]
    first = next(iter(settled or known), None)
    return NomineeSummary(
        id=nominee.id,
        slug=nominee.slug,
        name=first.name if first else nominee.name,
        employer=first.employer if first else "",
        previous_service=service_of(first, election, kind) if first else None,
        accepted=nominee.accepted,
        approved=nominee.approved,
    )


def whole(  # noqa: PLR0913, PLR0917 - what a nominee is told with
    nominee: Nominee,
    rows: Sequence[Nomination],
    election: Election,
    kind: ElectionKind | None,
    state: ElectionState,
    caller: Principal,
) -> NomineeDTO:
    """Return a nominee with the statements that were accepted and approved."""
    return NomineeDTO(
        **summary(nominee, rows, election, kind).model_dump(),
        election_id=election.id,
        election_name=election.name,
        election_slug=election.slug,
        election_state=state,
        statements=[
            Statement(
                id=row.id,
                own=row.own,
                nominator_name=row.nominator_name,
                previous_service=service_of(row, election, kind),
                employer=row.employer,
                other_affiliations=row.other_affiliations,
                statement_html=row.statement_html,
            )
            for row in ordered(rows)
            if rules.is_settled(row)
        ],
        mine=rules.is_nominee(nominee, caller),
        version=nominee.version,
        updated=nominee.updated,
    )


def nomination(  # noqa: PLR0913, PLR0917 - what a nomination is told with
    row: Nomination,
    nominee: Nominee,
    election: Election,
    kind: ElectionKind | None,
    state: ElectionState,
    caller: Principal,
) -> NominationDTO:
    """Return a nomination as the caller may see it."""
    concerned = rules.sees_whole(row, nominee, caller)
    return NominationDTO(
        id=row.id,
        election_id=election.id,
        election_name=election.name,
        election_slug=election.slug,
        election_state=state,
        nominee_slug=nominee.slug,
        name=row.name,
        email=row.email if concerned else None,
        previous_service=service_of(row, election, kind),
        served=None if election.hide_previous_service else row.served,
        service_years=[] if election.hide_previous_service else list(row.service_years),
        employer=row.employer,
        other_affiliations=row.other_affiliations,
        statement=row.statement,
        statement_html=row.statement_html,
        own=row.own,
        nominator_name=row.nominator_name,
        answer=Answer(row.answer),
        review=Review(row.review),
        reason=row.reason if concerned else None,
        can=NominationCan(
            edit=rules.may_edit(row, nominee, state, caller),
            answer=rules.may_answer(nominee, state, caller),
            review=rules.is_staff(caller),
        ),
        version=row.version,
        created=row.created,
        updated=row.updated,
    )


def own(
    row: Nomination, nominee: Nominee, election: Election, caller: Principal
) -> NominationSummary:
    """Return a nomination for the list of whoever made or received it."""
    return NominationSummary(
        id=row.id,
        election_name=election.name,
        election_slug=election.slug,
        name=row.name,
        own=row.own,
        received=rules.is_nominee(nominee, caller),
        nominator_name=row.nominator_name,
        answer=Answer(row.answer),
        review=Review(row.review),
        created=row.created,
    )


def public(
    nominee: Nominee, rows: Sequence[Nomination], election: Election, kind: ElectionKind | None
) -> PublicNominee:
    """Return what events tell of a nominee whom everybody sees."""
    settled = [row for row in ordered(rows) if rules.is_settled(row)]
    return PublicNominee(
        id=nominee.id,
        slug=nominee.slug,
        name=summary(nominee, rows, election, kind).name,
        election_name=election.name,
        election_slug=election.slug,
        text="\n".join(texts.plain(row.statement_html) for row in settled)[:20_000],
        sample=election.sample,
        updated=nominee.updated,
    )
