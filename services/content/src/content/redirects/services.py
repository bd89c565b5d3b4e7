"""Writing redirects: row, event and audit entry in one transaction.

Writers wait for one another: whether a redirect closes a circle is told by all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from content.redirects import queries, rules
from content.redirects.models import Redirect
from content.writes import alone, note, sign, snapshot, tell
from contracts.content.redirects import Redirect as RedirectDTO
from contracts.content.redirects import (
    RedirectCreated,
    RedirectDeleted,
    RedirectInput,
    RedirectRef,
    RedirectUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound


@dataclass(frozen=True)
class _Sent:
    """A redirect as it would be stored, to be tried with the others."""

    old_path: str
    query: str | None
    is_prefix: bool
    target: str


async def create(session: WriteSession, sent: RedirectInput, caller: Principal) -> RedirectDTO:
    """Create a redirect. Raises Invalid where it leads nowhere, or in a circle."""
    others = await _others(session, None)
    row = Redirect()
    _fill(row, sent, others)
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    tell_redirect(session, RedirectCreated, created)
    note(session, caller, "created", row, row.old_path, after=snapshot(row))
    return created


async def update(
    session: WriteSession,
    redirect_id: int,
    sent: RedirectInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> RedirectDTO:
    """Replace a redirect. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    others = await _others(session, redirect_id)
    row = await _lock(session, redirect_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent, others)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["old_path"]),) if before["old_path"] != row.old_path else ()
    tell_redirect(session, RedirectUpdated, changed, previous_paths=previous)
    note(session, caller, "updated", row, row.old_path, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, redirect_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a redirect. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, redirect_id)
    check_match(if_match, row.version, required=False)
    tell_redirect(session, RedirectDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.old_path, before=snapshot(row))
    await session.delete(row)


def of_redirect(
    kind: type[RedirectRef], redirect: RedirectDTO, previous_paths: tuple[str, ...] = ()
) -> RedirectRef:
    """Make the event `kind` of a redirect in its state after the change (before, if deleted)."""
    return kind(
        id=redirect.id,
        old_path=redirect.old_path,
        is_prefix=redirect.is_prefix,
        redirect=None if issubclass(kind, RedirectDeleted) else redirect,
        previous_paths=previous_paths,
    )


def tell_redirect(
    session: WriteSession,
    kind: type[RedirectRef],
    redirect: RedirectDTO,
    *,
    previous_paths: tuple[str, ...] = (),
) -> None:
    """Record the event of a redirect; a deletion comes after its last version."""
    version = redirect.version + issubclass(kind, RedirectDeleted)
    event = of_redirect(kind, redirect, previous_paths)
    tell(session, event, number=redirect.id, version=version)


def _fill(row: Redirect, sent: RedirectInput, others: list[RedirectDTO]) -> None:
    if sent.is_prefix and sent.query is not None:
        raise Invalid.field(
            ["body", "query"], "A redirect of a prefix is for every query.", "prefix"
        )
    if not sent.is_prefix and ("{rest}" in sent.target or "{stem}" in sent.target):
        raise Invalid.field(
            ["body", "target"], "Nothing follows an old path that is no prefix.", "placeholder"
        )
    new = _Sent(rules.free_path(sent.old_path), sent.query or None, sent.is_prefix, sent.target)
    rules.check_chain(new, others)
    row.old_path, row.query, row.is_prefix = new.old_path, new.query, new.is_prefix
    row.target, row.code, row.note = sent.target, int(sent.code), sent.note


async def _others(session: WriteSession, redirect_id: int | None) -> list[RedirectDTO]:
    """Wait until nobody else writes redirects, and return all but the one."""
    await alone(session, "redirects")
    return [one for one in await queries.every(session) if one.id != redirect_id]


async def _lock(session: WriteSession, redirect_id: int) -> Redirect:
    row = await session.scalar(
        select(Redirect)
        .where(Redirect.id == redirect_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no such redirect.")
    return row


async def _state(session: WriteSession, row: Redirect) -> RedirectDTO:
    await session.flush()
    return RedirectDTO.model_validate(await queries.redirect(session, row.id))
