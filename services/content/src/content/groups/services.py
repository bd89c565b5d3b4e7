"""Writing working groups: rows, event and audit entry in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select

import markup
from content.groups import queries
from content.groups.models import WorkGroup, WorkGroupPerson
from content.publishing import Life, verb
from content.writes import note, sign, snapshot, tell
from contracts.content.groups import (
    TEXTS,
    WorkGroupApproved,
    WorkGroupCreated,
    WorkGroupDeleted,
    WorkGroupInput,
    WorkGroupRef,
    WorkGroupUpdated,
    WorkGroupWithdrawn,
)
from contracts.content.groups import WorkGroup as WorkGroupDTO
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound

_LIFE: Final[Life[WorkGroupRef]] = Life(WorkGroupApproved, WorkGroupUpdated, WorkGroupWithdrawn)


async def create(session: WriteSession, sent: WorkGroupInput, caller: Principal) -> WorkGroupDTO:
    """Create a group. One that is approved at once is created and then approved.

    Raises Invalid.
    """
    await _check_people(session, sent)
    row = WorkGroup(approved=False)
    await _fill(row, sent)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    await _put_people(session, row.id, sent)
    made = await _state(session, row)
    tell_group(session, WorkGroupCreated, made)
    if sent.approved:
        row.approved = True
        made = await _state(session, row)
        tell_group(session, WorkGroupApproved, made)
    note(session, caller, "created", row, row.name, after=await _whole(session, row))
    return made


async def update(
    session: WriteSession,
    group_id: int,
    sent: WorkGroupInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> WorkGroupDTO:
    """Replace a group. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, group_id)
    check_match(if_match, row.version)
    await _check_people(session, sent)
    before = await _whole(session, row)
    await _fill(row, sent)
    row.approved = sent.approved
    people = {"organizers": sorted(set(sent.organizers)), "members": sorted(set(sent.members))}
    if {**snapshot(row), **people} == before:
        return await _state(session, row)
    sign(row, caller)
    if any(before[name] != ids for name, ids in people.items()):
        row.touch()
        await session.flush()
        await _put_people(session, row.id, sent)
    changed = await _state(session, row)
    was = bool(before["approved"])
    kind = _LIFE.turn(was=was, now=row.approved)
    tell_group(session, kind, changed, (str(before["slug"]),) if was else ())
    after = await _whole(session, row)
    note(session, caller, verb(kind), row, row.name, before=before, after=after)
    return changed


async def delete(
    session: WriteSession, group_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a group. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, group_id)
    check_match(if_match, row.version, required=False)
    tell_group(session, WorkGroupDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=await _whole(session, row))
    await session.delete(row)


async def naming(session: WriteSession, person_id: int) -> Sequence[int]:
    """Return the ids of the groups that somebody is in."""
    found = await session.scalars(
        select(WorkGroupPerson.group_id)
        .where(WorkGroupPerson.person_id == person_id)
        .distinct()
        .order_by(WorkGroupPerson.group_id)
    )
    return found.all()


async def tell_of_person(session: WriteSession, person_id: int) -> None:
    """Tell anew of the groups that somebody is in, who is called otherwise from now on."""
    await tell_anew(session, await naming(session, person_id))


async def tell_anew(session: WriteSession, ids: Iterable[int]) -> None:
    """Tell of groups that show something else although nobody changed them."""
    for group_id in ids:
        row = await _lock(session, group_id)
        row.touch()
        tell_group(session, WorkGroupUpdated, await _state(session, row))


async def render(row: WorkGroup) -> bool:
    """Render the texts of a group, in a thread; returns whether one came out otherwise."""
    texts = {name: getattr(row, name) for name in TEXTS}

    def made() -> dict[str, str]:
        kind = row.texts_markup_type
        return {name: markup.render(text, kind) if text else "" for name, text in texts.items()}

    before = row.texts_html
    row.texts_html = await asyncio.to_thread(made)
    row.texts_renderer = markup.RENDERER_VERSION
    return row.texts_html != before


async def tell_rendered(session: WriteSession, row: WorkGroup) -> None:
    """Tell that the HTML of a group came out otherwise although nobody changed its texts."""
    tell_group(session, WorkGroupUpdated, await _state(session, row))


def of_group(
    kind: type[WorkGroupRef], group: WorkGroupDTO, seen: tuple[str, ...] = ()
) -> WorkGroupRef:
    """Make the event `kind` of a group in its state after the change (before, if deleted).

    `seen` are slugs at which the public saw it before.
    """
    public = group.approved
    known = dict.fromkeys((*((group.slug,) if public else ()), *seen))
    state = group if public and not issubclass(kind, WorkGroupDeleted) else None
    return kind(id=group.id, approved=public, slugs=tuple(known), work_group=state)


def tell_group(
    session: WriteSession,
    kind: type[WorkGroupRef],
    group: WorkGroupDTO,
    seen: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a group."""
    version = group.version + issubclass(kind, WorkGroupDeleted)
    tell(session, of_group(kind, group, seen), number=group.id, version=version)


async def _whole(session: WriteSession, row: WorkGroup) -> dict[str, Any]:
    """Return what a person can change of a group, with who is in it."""
    people = await queries.people_of(session, row.id)
    return {
        **snapshot(row),
        "organizers": people["organizer"],
        "members": people["member"],
    }


async def _check_people(session: WriteSession, sent: WorkGroupInput) -> None:
    for name in ("organizers", "members"):
        ids = getattr(sent, name)
        unknown = set(ids) - await queries.known(session, ids) if ids else set()
        if unknown:
            told = ", ".join(str(number) for number in sorted(unknown))
            raise Invalid.field(["body", name], f"There is nobody with the id {told}.", "person")


async def _put_people(session: WriteSession, group_id: int, sent: WorkGroupInput) -> None:
    await session.execute(delete_from(WorkGroupPerson).where(WorkGroupPerson.group_id == group_id))
    rows = [
        {"group_id": group_id, "role": role, "person_id": number}
        for role, ids in (("organizer", sent.organizers), ("member", sent.members))
        for number in sorted(set(ids))
    ]
    if rows:
        await session.execute(insert(WorkGroupPerson), rows)


async def _fill(row: WorkGroup, sent: WorkGroupInput) -> None:
    row.name, row.slug = sent.name, sent.slug or slugs.required(sent.name)
    row.active, row.short_description, row.url = sent.active, sent.short_description, sent.url
    kind = sent.texts_markup_type.value
    changed = row.texts_markup_type != kind or any(
        getattr(row, name) != getattr(sent, name) for name in TEXTS
    )
    if changed:
        row.texts_markup_type = kind
        for name in TEXTS:
            setattr(row, name, getattr(sent, name))
        await render(row)


async def _lock(session: WriteSession, group_id: int) -> WorkGroup:
    statement = select(WorkGroup).where(WorkGroup.id == group_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such working group.")
    return row


async def _state(session: WriteSession, row: WorkGroup) -> WorkGroupDTO:
    await session.flush()
    found = await queries.group(session, WorkGroup.id == row.id, every=True)
    return WorkGroupDTO.model_validate(found)
