"""Writing benefits: rows, events and audit entry in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import or_, select
from sqlalchemy import update as update_rows

from contracts.sponsors.dto import Benefit as BenefitDTO
from contracts.sponsors.dto import BenefitRecord
from contracts.sponsors.events import BenefitCreated, BenefitDeleted, BenefitRef, BenefitUpdated
from contracts.sponsors.features import Feature, FeatureKind
from contracts.sponsors.inputs import BenefitInput
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound
from servicekit.writes import note, sign, snapshot, tell
from sponsors import ordering
from sponsors.benefits import features, queries
from sponsors.benefits.models import (
    Benefit,
    BenefitConfiguration,
    BenefitConflict,
    BenefitPackage,
)
from sponsors.packages.models import Package
from sponsors.programs.models import Program

#: Fields of the input that are rows of their own.
_RELATED = {"package_ids", "conflict_ids", "features"}


async def create(session: WriteSession, sent: BenefitInput, caller: Principal) -> BenefitRecord:
    """Create a benefit. Raises Invalid, Conflict."""
    await _check(session, None, sent)
    row = Benefit(**sent.model_dump(exclude=_RELATED))
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    others = await _relate(session, row, sent)
    made = await _state(session, row)
    tell_benefit(session, BenefitCreated, made)
    await tell_again(session, others)
    note(session, caller, "created", row, row.name, after=_audited(made))
    return made


async def update(
    session: WriteSession,
    benefit_id: int,
    sent: BenefitInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> BenefitRecord:
    """Replace a benefit. Copies that sponsorships have stay as they are.

    Where nothing differs, nothing is written and nothing is told. Benefits that begin or cease to
    conflict with it are told, too. Raises NotFound, PreconditionFailed, Invalid, Conflict.
    """
    row = await lock(session, benefit_id)
    check_match(if_match, row.version)
    await _check(session, row, sent)
    old, before = await _state(session, row), snapshot(row)
    for name, value in sent.model_dump(exclude=_RELATED).items():
        setattr(row, name, value)
    others = await _relate(session, row, sent)
    now = await _state(session, row)
    if _audited(now) == _audited(old):
        return now
    if snapshot(row) == before:
        row.touch()
    sign(row, caller)
    changed = await _state(session, row)
    tell_benefit(session, BenefitUpdated, changed)
    await tell_again(session, others)
    note(session, caller, "updated", row, row.name, before=_audited(old), after=_audited(changed))
    return changed


async def delete(
    session: WriteSession, benefit_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a benefit. Copies that sponsorships have stay. Raises NotFound, PreconditionFailed."""
    row = await lock(session, benefit_id)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    tell_benefit(session, BenefitDeleted, gone)
    note(session, caller, "deleted", row, row.name, before=_audited(gone))
    await session.delete(row)
    await session.flush()
    await tell_again(session, gone.conflict_ids)


async def reconfigured(session: WriteSession, benefit_id: int, caller: Principal) -> None:
    """Tell of a benefit whose features changed one by one. Raises NotFound."""
    row = await lock(session, benefit_id)
    row.touch()
    sign(row, caller)
    changed = await _state(session, row)
    tell_benefit(session, BenefitUpdated, changed)
    note(session, caller, "configured", row, row.name, after=_audited(changed))


async def move(session: WriteSession, benefit_id: int, caller: Principal, *, up: bool) -> bool:
    """Put a benefit one place up or down; tells whether there was one. Raises NotFound."""
    moved = await lock(session, benefit_id)

    async def told(row: Benefit, before: dict[str, Any]) -> None:
        sign(row, caller)
        tell_benefit(session, BenefitUpdated, await _state(session, row))
        after = {"position": row.position}
        note(session, caller, "updated", row, row.name, before=before, after=after)

    siblings = (
        select(Benefit)
        .where(
            Benefit.year.is_not_distinct_from(moved.year), Benefit.program_id == moved.program_id
        )
        .order_by(Benefit.position, Benefit.id)
    )
    return await ordering.move(session, siblings, benefit_id, up=up, tell=told)


def of_benefit(kind: type[BenefitRef], benefit: BenefitDTO) -> BenefitRef:
    """Make the event `kind` of a benefit in its state after the change (before, if deleted)."""
    public = BenefitDTO.model_validate(benefit.model_dump())
    state = None if issubclass(kind, BenefitDeleted) else public
    return kind(id=benefit.id, year=benefit.year, benefit=state)


def tell_benefit(session: WriteSession, kind: type[BenefitRef], benefit: BenefitDTO) -> None:
    """Record the event `kind` of a benefit."""
    version = benefit.version + issubclass(kind, BenefitDeleted)
    tell(session, of_benefit(kind, benefit), number=benefit.id, version=version)


async def tell_again(session: WriteSession, ids: Iterable[int]) -> None:
    """Tell benefits anew of which something changed that is in other rows."""
    wanted = sorted(set(ids))
    if not wanted:
        return
    await session.flush()
    await session.execute(
        update_rows(Benefit)
        .where(Benefit.id.in_(wanted))
        .values(version=Benefit.version + 1)
        .execution_options(synchronize_session=False)
    )
    for row in await queries.states(session, wanted):
        tell_benefit(session, BenefitUpdated, BenefitDTO.model_validate(row))


async def lock(session: WriteSession, benefit_id: int) -> Benefit:
    """Lock a benefit. Raises NotFound."""
    statement = select(Benefit).where(Benefit.id == benefit_id).with_for_update(key_share=True)
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such benefit.")
    return row


async def _check(session: WriteSession, row: Benefit | None, sent: BenefitInput) -> None:
    """Raise Invalid where something that is named is not there, or of another year."""
    if await session.get(Program, sent.program_id) is None:
        raise Invalid.field(["body", "program_id"], "There is no such program.", "unknown")
    tiers = [one.package_id for one in sent.features or () if one.kind is FeatureKind.TIERED]
    same = Package.year.is_not_distinct_from(sent.year)
    found = set(
        await session.scalars(
            select(Package.id).where(Package.id.in_([*sent.package_ids, *tiers]), same)
        )
    )
    for field, ids in (("package_ids", sent.package_ids), ("features", tiers)):
        if missing := sorted(set(ids) - found):
            said = f"There is no package {missing[0]} in the year of the benefit."
            raise Invalid.field(["body", field], said, "unknown")
    if row is not None and row.id in sent.conflict_ids:
        raise Invalid.field(["body", "conflict_ids"], "It conflicts with itself.", "itself")
    alike = Benefit.year.is_not_distinct_from(sent.year)
    known = await session.scalars(
        select(Benefit.id).where(Benefit.id.in_(sent.conflict_ids), alike)
    )
    if missing := sorted(set(sent.conflict_ids) - set(known)):
        said = f"There is no benefit {missing[0]} in the year of this one."
        raise Invalid.field(["body", "conflict_ids"], said, "unknown")


async def _relate(session: WriteSession, row: Benefit, sent: BenefitInput) -> set[int]:
    """Write packages, conflicts and features; returns whose conflicts changed with it."""
    number = row.id
    old = set(
        await session.scalars(
            select(BenefitPackage.package_id).where(BenefitPackage.benefit_id == number)
        )
    )
    wanted = set(sent.package_ids)
    if old - wanted:
        gone = BenefitPackage.package_id.in_(old - wanted)
        await session.execute(
            delete_rows(BenefitPackage).where(BenefitPackage.benefit_id == number, gone)
        )
    session.add_all(BenefitPackage(benefit_id=number, package_id=one) for one in wanted - old)
    others = await _conflicting(session, number, set(sent.conflict_ids))
    if sent.features is not None:
        await _configure(session, row, sent.features)
    else:
        await session.execute(
            update_rows(BenefitConfiguration)
            .where(
                BenefitConfiguration.benefit_id == number,
                BenefitConfiguration.year.is_distinct_from(row.year),
            )
            .values(year=row.year)
        )
    await session.flush()
    return others


async def _conflicting(session: WriteSession, number: int, wanted: set[int]) -> set[int]:
    mine = or_(BenefitConflict.first_id == number, BenefitConflict.second_id == number)
    pairs = await session.execute(
        select(BenefitConflict.first_id, BenefitConflict.second_id).where(mine)
    )
    old = {first if second == number else second for first, second in pairs}
    for one in sorted(old - wanted):
        await session.execute(
            delete_rows(BenefitConflict).where(
                BenefitConflict.first_id == min(one, number),
                BenefitConflict.second_id == max(one, number),
            )
        )
    session.add_all(
        BenefitConflict(first_id=min(one, number), second_id=max(one, number))
        for one in wanted - old
    )
    return old ^ wanted


async def _configure(session: WriteSession, row: Benefit, wanted: list[Feature]) -> None:
    """Put features in place of those a benefit has; what is the same keeps its row."""
    there = select(BenefitConfiguration).where(BenefitConfiguration.benefit_id == row.id)
    left = list(await session.scalars(there.order_by(BenefitConfiguration.id)))
    new = []
    for feature in wanted:
        spec = features.spec_of(feature)
        same = next((one for one in left if one.spec == spec and one.year == row.year), None)
        if same is None:
            new.append(features.configured(feature, row.id, row.year))
        else:
            left.remove(same)
    for one in left:
        await session.delete(one)
    # Those that go have given up their names before others take them.
    await session.flush()
    session.add_all(new)


def _audited(state: BenefitRecord) -> dict[str, Any]:
    return state.model_dump(mode="json", exclude={"id", "version", "created", "updated", "taken"})


async def _state(session: WriteSession, row: Benefit) -> BenefitRecord:
    await session.flush()
    return BenefitRecord.model_validate(await queries.record(session, row.id))
