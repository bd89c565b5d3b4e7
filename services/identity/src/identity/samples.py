"""Elections and user groups that are made up, for a site that has no others.

They are marked as samples, of people and groups that there are not; their times go by the day of
the seed. What is there already is left as it is, and what somebody deleted does not come back.
Nobody gets mail of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import select

from contracts.identity.elections import ElectionInput, ElectionKindInput
from contracts.identity.nominations import Answer, NominationCreated, Review
from contracts.identity.user_groups import UrlType, UserGroupInput
from identity import texts
from identity.elections import kinds
from identity.elections import services as elections
from identity.elections.models import Election, ElectionKind
from identity.nominations import filling, settling
from identity.nominations.models import Nomination, Nominee
from identity.nominations.telling import tell_nomination
from identity.services.common import WORKER
from identity.user_groups import services as groups
from identity.user_groups.models import UserGroup
from servicekit.database import WriteSession
from servicekit.slugs import slugify
from servicekit.writes import gone, note, snapshot


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleNominee(_Fact):
    """Somebody whom there is not; without a nominator they nominated themselves."""

    name: str
    employer: str
    service_years: list[int]
    other_affiliations: str
    nominator: str | None
    statement: str


class SampleElection(_Fact):
    """An election; its times are days from that of the seed."""

    name: str
    kind: str
    day: int
    opens: int
    closes: int
    description: str
    nominees: list[SampleNominee]


class SampleGroup(_Fact):
    """A user group that there is not."""

    name: str
    location: str
    url: str
    url_type: UrlType
    start_date: date | None
    trusted: bool


_KINDS: Final = TypeAdapter(list[ElectionKindInput])
_ELECTIONS: Final = TypeAdapter(list[SampleElection])
_GROUPS: Final = TypeAdapter(list[SampleGroup])


async def add(session: WriteSession) -> int:
    """Add what is missing; returns how many kinds, elections and user groups that are."""
    return await _kinds(session) + await _elections(session) + await _groups(session)


async def _kinds(session: WriteSession) -> int:
    there = set(await session.scalars(select(ElectionKind.slug)))
    there |= await gone(session, "election_kind", "slug")
    wanted = [one for one in _shipped("election-kinds", _KINDS) if one.slug not in there]
    for one in wanted:
        await kinds.create(session, one, WORKER)
    return len(wanted)


async def _elections(session: WriteSession) -> int:
    there = set(await session.scalars(select(Election.slug)))
    there |= await gone(session, "election", "slug")
    wanted = [one for one in _shipped("elections", _ELECTIONS) if slugify(one.name) not in there]
    for one in wanted:
        kind = await session.scalar(select(ElectionKind).where(ElectionKind.slug == one.kind))
        today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        sent = ElectionInput(
            name=one.name,
            date=(today + timedelta(days=one.day)).date(),
            opens=today + timedelta(days=one.opens),
            closes=today + timedelta(days=one.closes),
            kind_id=kind.id if kind else None,
            description=one.description,
        )
        made = await elections.create(session, sent, WORKER, sample=True)
        for nominee in one.nominees:
            await _nominee(session, made.id, nominee)
    return len(wanted)


async def _nominee(session: WriteSession, election_id: int, one: SampleNominee) -> None:
    """Write a nominee who accepted and was approved."""
    known = await session.scalars(select(Nominee.id).where(Nominee.election_id == election_id))
    email = f"{slugify(one.name)}-{len(known.all()) + 1}@nominees.example"
    nominee = await settling.nominee_for(session, election_id, one.name, email)
    row = Nomination(
        election_id=election_id,
        nominee_id=nominee.id,
        nominator_name=one.nominator or one.name,
        own=one.nominator is None,
        name=one.name,
        email=email,
        served=bool(one.service_years),
        service_years=one.service_years,
        employer=one.employer,
        other_affiliations=one.other_affiliations,
        statement=one.statement,
        statement_html=await texts.render(one.statement),
        renderer=texts.RENDERER,
        conduct=one.nominator is None,
        answer=Answer.ACCEPTED.value,
        review=Review.APPROVED.value,
    )
    session.add(row)
    await session.flush()
    tell_nomination(session, NominationCreated, row)
    await settling.settle(session, nominee)
    note(session, WORKER, "created", row, row.name, after=snapshot(row, filling.QUIET))


async def _groups(session: WriteSession) -> int:
    there = set(await session.scalars(select(UserGroup.url)))
    there |= await gone(session, "user_group", "url")
    wanted = [one for one in _shipped("user-groups", _GROUPS) if one.url not in there]
    for one in wanted:
        sent = UserGroupInput(**one.model_dump(), approved=True)
        await groups.create(session, sent, WORKER, sample=True)
    return len(wanted)


def _shipped[T](name: str, kind: TypeAdapter[T]) -> T:
    """Return what the service ships: `identity/data/<name>.json`."""
    return kind.validate_json(files("identity").joinpath(f"data/{name}.json").read_bytes())
