"""Putting what was sent into the row of a nomination, by the form of its election."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from contracts.identity.elections import Demand
from contracts.identity.nominations import NominationFields, NominationInput
from identity import texts
from identity.elections.models import Election, ElectionKind
from identity.nominations.models import Nomination
from servicekit.problems import Invalid

#: Columns that follow from others, or that the trail does not keep: addresses and long texts.
QUIET: Final = frozenset({"email", "statement", "statement_html", "renderer", "invitations"})
_ACKNOWLEDGED: Final = ("conduct", "mission", "eligibility")


async def fill(
    row: Nomination, sent: NominationFields, election: Election, kind: ElectionKind
) -> None:
    """Put what was sent into a row. Raises Invalid for previous service that is not told whole."""
    _serve(row, sent, election, kind)
    for name in ("name", "email", "employer", "other_affiliations"):
        setattr(row, name, getattr(sent, name))
    if row.statement != sent.statement:
        row.statement = sent.statement
        row.statement_html = await texts.render(sent.statement)
        row.renderer = texts.RENDERER


def acknowledge(row: Nomination, sent: NominationInput, kind: ElectionKind) -> None:
    """Keep what somebody who nominates themselves acknowledges; of others nobody else can.

    Raises Invalid where something is missing that the form requires.
    """
    for name in _ACKNOWLEDGED:
        demand = Demand(getattr(kind, name))
        given = row.own and demand is not Demand.NO and getattr(sent, name)
        if row.own and demand is Demand.REQUIRED and not given:
            raise Invalid.field(["body", name], "This has to be agreed to.", "missing")
        setattr(row, name, given)


def _serve(row: Nomination, sent: NominationFields, election: Election, kind: ElectionKind) -> None:
    if election.hide_previous_service:
        row.served, row.service_years = None, []
        return
    if sent.served is None:
        raise Invalid.field(["body", "served"], "Answer yes or no.", "missing")
    years = sorted(set(sent.service_years)) if sent.served else []
    if sent.served and not years:
        raise Invalid.field(["body", "service_years"], "Choose at least one year.", "missing")
    last = datetime.now(UTC).year
    if years and not kind.service_since <= years[0] <= years[-1] <= last:
        said = f"Years from {kind.service_since} to {last} can be chosen."
        raise Invalid.field(["body", "service_years"], said, "invalid")
    row.served, row.service_years = sent.served, years
