"""Handing over assets: bytes first, then rows, events and audit entries in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from contracts.sponsors.assets import (
    AssetCreated,
    AssetRef,
    AssetUpdated,
    AssetValueInput,
    Handover,
    HandoverInput,
)
from contracts.sponsors.features import PROVIDED, REQUIRED, FeatureKind
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import alone, note, sign, snapshot, tell
from sponsors import papers, settings
from sponsors.assets import queries, values
from sponsors.assets.models import Asset
from sponsors.assets.queries import Wanted
from sponsors.assets.values import Value
from sponsors.sponsorships.models import BenefitFeature, Sponsorship

#: What staff may put in: also what sponsors hand over, where it came by another way.
_STAFF: Final = REQUIRED | PROVIDED


async def hand_over(
    session: WriteSession, sponsorship_id: int, sent: HandoverInput, caller: Principal
) -> Handover:
    """Keep what a sponsor hands over: all of it, or none.

    Raises NotFound, Invalid at what is wrong; Unavailable where the store is away.
    """
    await _keep(session, sponsorship_id, sent, caller, REQUIRED)
    return await queries.handover(session, settings.of(session), sponsorship_id, caller)


async def provide(
    session: WriteSession, sponsorship_id: int, sent: HandoverInput, caller: Principal
) -> Handover:
    """Keep what staff give a sponsor, or put in for it. Raises as `hand_over`."""
    await _keep(session, sponsorship_id, sent, caller, _STAFF)
    return await queries.handover(session, settings.of(session), sponsorship_id, caller)


async def put(session: WriteSession, one: Wanted, value: Value, caller: Principal) -> Asset:
    """Keep the value of a feature, whose owner is locked by `hold`."""
    row = one.asset
    before = None if row is None else snapshot(row)
    sponsor_id, sponsorship_id = one.owner
    if row is None:
        row = Asset(
            uuid=one.uuid,
            sponsor_id=sponsor_id,
            sponsorship_id=sponsorship_id,
            internal_name=one.internal_name,
        )
        session.add(row)
    row.text, row.response, row.file = value.text, value.response, await _file(session, value)
    if before is not None and snapshot(row) == before:
        return row
    sign(row, caller, new=before is None)
    await session.flush()
    kind: type[AssetRef] = AssetCreated if before is None else AssetUpdated
    told = kind(
        id=row.id,
        sponsor_id=row.sponsor_id,
        sponsorship_id=row.sponsorship_id,
        internal_name=row.internal_name,
    )
    tell(session, told, number=row.id, version=row.version)
    action = "created" if before is None else "updated"
    note(session, caller, action, row, row.internal_name, before=before, after=snapshot(row))
    return row


async def hold(session: WriteSession, sponsorship: Sponsorship) -> None:
    """Have others who hand over something for the same sponsor wait."""
    await alone(session, "handover", f"{sponsorship.sponsor_id}")


async def _keep(
    session: WriteSession,
    sponsorship_id: int,
    sent: HandoverInput,
    caller: Principal,
    kinds: frozenset[FeatureKind],
) -> None:
    row = await session.scalar(
        select(Sponsorship).where(Sponsorship.id == sponsorship_id, queries.visible(caller))
    )
    if row is None:
        raise NotFound("There is no such sponsorship.")
    await hold(session, row)
    found = {one.id: one for one in await _wanted(session, sponsorship_id, sent)}
    checked = [
        (found[given.id], await _read(found, given, place, kinds))
        for place, given in enumerate(sent.assets)
        if _known(found, given, place)
    ]
    for one, value in checked:
        if value is not None:
            await put(session, one, value, caller)


async def _wanted(session: WriteSession, sponsorship_id: int, sent: HandoverInput) -> list[Wanted]:
    ids = [one.id for one in sent.assets]
    if len(set(ids)) != len(ids):
        raise Invalid.field(["body", "assets"], "Each asset is sent once.")
    return await queries.wanted(
        session, Sponsorship.id == sponsorship_id, BenefitFeature.id.in_(ids)
    )


def _known(found: Mapping[int, Wanted], given: AssetValueInput, place: int) -> bool:
    if given.id not in found:
        told = "The sponsorship does not ask for this."
        raise Invalid.field(["body", "assets", place, "id"], told, "unknown")
    return True


async def _read(
    found: Mapping[int, Wanted],
    given: AssetValueInput,
    place: int,
    kinds: frozenset[FeatureKind],
) -> Value | None:
    one = found[given.id]
    where = ("body", "assets", place)
    if one.kind not in kinds:
        raise Invalid.field([*where, "id"], "This is not yours to hand over.", "unknown")
    if one.spec.get("shared"):
        raise Conflict("All sponsors get the same: it is changed with the benefit.")
    return await values.read(one.kind, one.spec, given, where)


async def _file(session: WriteSession, value: Value) -> dict[str, Any] | None:
    """Write the bytes of a value, and return what its row says of them."""
    if value.file is None:
        return None
    taken = value.file
    size = (taken.width, taken.height) if taken.width and taken.height else None
    return await papers.keep(session, "assets", taken.name, taken.data, taken.media_type, size=size)
