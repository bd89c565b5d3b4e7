"""Writing packages: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from contracts.sponsors.dto import Package as PackageDTO
from contracts.sponsors.events import PackageCreated, PackageDeleted, PackageRef, PackageUpdated
from contracts.sponsors.inputs import PackageInput
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import note, sign, snapshot, tell
from sponsors import ordering
from sponsors.packages import queries
from sponsors.packages.models import Package
from sponsors.placements import telling
from sponsors.sponsorships.models import Sponsorship

#: What placements show of a package.
_SHOWN: Final = ("name", "position", "logo_dimension")


async def create(session: WriteSession, sent: PackageInput, caller: Principal) -> PackageDTO:
    """Create a package. Raises Invalid, Conflict where its year has the slug already."""
    row = Package(slug=sent.slug or slugs.required(sent.name)[:50])
    _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_package(session, PackageCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    package_id: int,
    sent: PackageInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> PackageDTO:
    """Replace a package. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid, Conflict.
    """
    row = await _lock(session, package_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    if sent.slug not in {None, row.slug}:
        raise Invalid.field(["body", "slug"], "The slug of a package never changes.", "fixed")
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    changed = await _changed(session, row, caller, before)
    if any(before[name] != getattr(row, name) for name in _SHOWN):
        await telling.tell_again(session, Sponsorship.package_id == row.id)
    return changed


async def delete(
    session: WriteSession, package_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a package of no sponsorship. Raises NotFound, PreconditionFailed, Conflict."""
    row = await _lock(session, package_id)
    check_match(if_match, row.version, required=False)
    used = select(Sponsorship.id).where(Sponsorship.package_id == package_id).limit(1)
    if await session.scalar(used) is not None:
        raise Conflict("There are sponsorships with this package. It can be unadvertised.")
    tell_package(session, PackageDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def move(session: WriteSession, package_id: int, caller: Principal, *, up: bool) -> bool:
    """Put a package one place up or down; tells whether there was one. Raises NotFound."""
    moved = await _lock(session, package_id)

    async def told(row: Package, before: dict[str, Any]) -> None:
        await _changed(session, row, caller, before)
        await telling.tell_again(session, Sponsorship.package_id == row.id)

    siblings = (
        select(Package)
        .where(Package.year.is_not_distinct_from(moved.year))
        .order_by(Package.position, Package.id)
    )
    return await ordering.move(session, siblings, package_id, up=up, tell=told)


def of_package(kind: type[PackageRef], package: PackageDTO) -> PackageRef:
    """Make the event `kind` of a package in its state after the change (before, if deleted)."""
    state = None if issubclass(kind, PackageDeleted) else package
    return kind(id=package.id, year=package.year, package=state)


def tell_package(session: WriteSession, kind: type[PackageRef], package: PackageDTO) -> None:
    """Record the event `kind` of a package."""
    version = package.version + issubclass(kind, PackageDeleted)
    tell(session, of_package(kind, package), number=package.id, version=version)


async def _changed(
    session: WriteSession, row: Package, caller: Principal, before: dict[str, Any]
) -> PackageDTO:
    sign(row, caller)
    changed = await _state(session, row)
    tell_package(session, PackageUpdated, changed)
    after = {name: getattr(row, name) for name in before}
    note(session, caller, "updated", row, row.name, before=before, after=after)
    return changed


def _fill(row: Package, sent: PackageInput) -> None:
    row.name, row.amount, row.year = sent.name, sent.amount, sent.year
    row.advertise, row.allow_a_la_carte = sent.advertise, sent.allow_a_la_carte
    row.logo_dimension, row.position = sent.logo_dimension, sent.position


async def _lock(session: WriteSession, package_id: int) -> Package:
    statement = select(Package).where(Package.id == package_id).with_for_update(key_share=True)
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such package.")
    return row


async def _state(session: WriteSession, row: Package) -> PackageDTO:
    await session.flush()
    return PackageDTO.model_validate(await queries.by_id(session, row.id))
