"""What staff do with sponsorships; every move goes through the one table."""

from __future__ import annotations

from contracts.sponsors.applications import Move, Side, StaffSponsorship
from contracts.sponsors.events import SponsorshipUpdated
from contracts.sponsors.inputs import ApprovalInput, MoveInput, SponsorshipInput
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound
from servicekit.writes import note
from sponsors.choosing import queries as choosing
from sponsors.choosing import rules
from sponsors.desk import queries
from sponsors.packages.models import Package
from sponsors.placements import telling
from sponsors.sponsorships import copying, moving
from sponsors.sponsorships import queries as sponsorships
from sponsors.sponsorships.models import Sponsorship
from sponsors.sponsorships.moving import Actor


async def approve(
    session: WriteSession,
    sponsorship_id: int,
    sent: ApprovalInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> StaffSponsorship:
    """Approve an application with dates, package, fee, and whether it renews an earlier one.

    Raises NotFound, PreconditionFailed, Invalid; Conflict where it is none, or there is no room.
    """
    row = await moving.lock(session, sponsorship_id)
    check_match(if_match, row.version, required=False)
    package = sent.package_id if sent.package_id is not None else row.package_id
    await _check_package(session, row, package)

    async def change(row: Sponsorship) -> bool:
        row.start_date, row.end_date = sent.start_date, sent.end_date
        row.sponsorship_fee, row.renewal = sent.sponsorship_fee, sent.renewal
        return await _repackage(session, row, package)

    await moving.make(session, row, _staff(caller, sent.name), Move.APPROVE, change=change)
    return await state(session, sponsorship_id)


async def act(  # noqa: PLR0913 - what a move is
    session: WriteSession,
    sponsorship_id: int,
    move: Move,
    sent: MoveInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> StaffSponsorship:
    """Reject, roll back, lock or unlock. Raises NotFound, PreconditionFailed, Conflict."""
    row = await moving.lock(session, sponsorship_id)
    check_match(if_match, row.version, required=False)
    await moving.make(session, row, _staff(caller, sent.name), move, sent.text)
    return await state(session, sponsorship_id)


async def edit(
    session: WriteSession,
    sponsorship_id: int,
    sent: SponsorshipInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> StaffSponsorship:
    """Put a sponsorship right while it is open. Where nothing differs, nothing is written.

    Benefits must be of its year. Raises NotFound, PreconditionFailed, Invalid; Conflict where it is
    locked, or there is no room for what is added.
    """
    row = await moving.lock(session, sponsorship_id)
    check_match(if_match, row.version)
    await _check_package(session, row, sent.package_id)
    offer = await choosing.offer(session, row.year or 0)
    have = {one["benefit_id"] for one in await sponsorships.benefits(session, row.id)}
    if unknown := sorted(set(sent.benefit_ids) - offer.benefits.keys() - have):
        said = f"There is no benefit {unknown[0]} in the year of the sponsorship."
        raise Invalid.field(["body", "benefit_ids"], said, "unknown")
    chosen = [one for key, one in offer.benefits.items() if key in set(sent.benefit_ids)]
    package = offer.packages.get(sent.package_id or 0)
    added, removed = rules.changes(offer, package, chosen)

    async def change(row: Sponsorship) -> bool:
        row.start_date, row.end_date = sent.start_date, sent.end_date
        row.sponsorship_fee, row.renewal = sent.sponsorship_fee, sent.renewal
        moved = await _repackage(session, row, sent.package_id)
        row.for_modified_package = package is None or bool(added or removed)
        ids = [one.id for one in added]
        return await copying.replace(session, row, set(sent.benefit_ids), ids) or moved

    await moving.make(session, row, _staff(caller, ""), Move.EDIT, change=change)
    return await state(session, sponsorship_id)


async def reset(session: WriteSession, sponsorship_id: int, caller: Principal) -> int:
    """Copy the benefits of a sponsorship anew; returns how many.

    For when what they are copies of was put right. Raises NotFound, Conflict where it is locked.
    """
    row = await moving.lock(session, sponsorship_id)
    done = 0

    async def change(row: Sponsorship) -> bool:
        nonlocal done
        done = await copying.reset(session, row)
        return bool(done)

    said = "Benefits were copied anew."
    await moving.make(session, row, _staff(caller, ""), Move.EDIT, said, change=change)
    return done


async def update_copies(
    session: WriteSession, sponsorship_id: int, benefit_id: int, caller: Principal
) -> int:
    """Copy one benefit of a sponsorship anew, be it locked or not; returns how many there were.

    Raises NotFound.
    """
    row = await moving.lock(session, sponsorship_id)
    done = await copying.reset(session, row, benefit_id)
    if done:
        row.touch()
        await telling.tell(session, SponsorshipUpdated, row)
        named = await moving.label(session, row)
        note(session, caller, "copied", row, named, after={"benefit_id": benefit_id})
    return done


async def state(session: WriteSession, sponsorship_id: int) -> StaffSponsorship:
    """Return a sponsorship as staff see it. Raises NotFound."""
    await session.flush()
    found = await queries.whole(session, sponsorship_id)
    if found is None:
        raise NotFound("There is no such sponsorship.")
    return found


async def _check_package(session: WriteSession, row: Sponsorship, wanted: int | None) -> None:
    """Raise Invalid where a package is not there, or of another year."""
    if wanted is None or wanted == row.package_id:
        return
    package = await session.get(Package, wanted)
    if package is None or package.year != row.year:
        said = "There is no such package in the year of the sponsorship."
        raise Invalid.field(["body", "package_id"], said, "unknown")


async def _repackage(session: WriteSession, row: Sponsorship, package_id: int | None) -> bool:
    """Give a sponsorship another package: tiers of its benefits are those of the new one."""
    if package_id == row.package_id:
        return False
    row.package_id = package_id
    await session.flush()
    return bool(await copying.reset(session, row))


def _staff(caller: Principal, name: str) -> Actor:
    return Actor(caller=caller, side=Side.STAFF, name=name)
