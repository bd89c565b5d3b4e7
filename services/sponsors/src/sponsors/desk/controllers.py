"""The desk of staff over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get, post, put
from litestar.params import QueryParameter

from contracts.base import Page
from contracts.sponsors.applications import Move, StaffSponsorship, StaffSummary
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.inputs import ApprovalInput, MoveInput, SponsorshipInput
from servicekit import access
from servicekit.answers import Id, IdFilter, IfMatch, TextFilter, answer_page
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response
from sponsors.answers import REVIEW, YearFilter
from sponsors.desk import queries, services
from sponsors.desk.queries import DeskFilter

StatusFilter = Annotated[SponsorshipStatus | None, QueryParameter(name="status")]


class DeskController(Controller):
    """Sponsorships of all sponsors, of any status."""

    path = "/staff/sponsorships"
    tags = ("staff",)
    opt = access.permission(REVIEW)

    @get(operation_id="list_sponsorships")
    async def list_sponsorships(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        window: InWindow,
        *,
        in_status: StatusFilter = None,
        package: TextFilter = None,
        year: YearFilter = None,
        q: TextFilter = None,
        benefit: IdFilter = None,
    ) -> Response[Page[StaffSummary]]:
        """List sponsorships, the latest application first."""
        wanted = DeskFilter(status=in_status, package=package, year=year, q=q, benefit=benefit)
        return answer_page(await queries.sponsorships(read_session, window, wanted), window)

    @get("/{id:int}", operation_id="get_sponsorship")
    async def get_sponsorship(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[StaffSponsorship]:
        """Read one with what was changed, what may be done and why not, and what was done."""
        found = await queries.whole(read_session, id)
        if found is None:
            raise NotFound("There is no such sponsorship.")
        return json_response(found, etag=etag(found.version))

    @put("/{id:int}", operation_id="update_sponsorship")
    async def update_sponsorship(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SponsorshipInput,
        if_match: IfMatch = None,
    ) -> Response[StaffSponsorship]:
        """Put one right while it is open for editing."""
        made = await services.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/approve", operation_id="approve_sponsorship", status_code=200)
    async def approve(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ApprovalInput,
        if_match: IfMatch = None,
    ) -> Response[StaffSponsorship]:
        """Approve an application."""
        made = await services.approve(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/reject", operation_id="reject_sponsorship", status_code=200)
    async def reject(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MoveInput,
        if_match: IfMatch = None,
    ) -> Response[StaffSponsorship]:
        """Reject an application; both sides get a mail."""
        return await _act(write_session, id, Move.REJECT, data, principal, if_match)

    @post("/{id:int}/rollback", operation_id="roll_sponsorship_back", status_code=200)
    async def rollback(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MoveInput,
        if_match: IfMatch = None,
    ) -> Response[StaffSponsorship]:
        """Make what was approved or rejected an application again."""
        return await _act(write_session, id, Move.ROLLBACK, data, principal, if_match)

    @post("/{id:int}/lock", operation_id="lock_sponsorship", status_code=200)
    async def lock(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MoveInput,
        if_match: IfMatch = None,
    ) -> Response[StaffSponsorship]:
        """Close one for editing."""
        return await _act(write_session, id, Move.LOCK, data, principal, if_match)

    @post("/{id:int}/unlock", operation_id="unlock_sponsorship", status_code=200)
    async def unlock(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MoveInput,
        if_match: IfMatch = None,
    ) -> Response[StaffSponsorship]:
        """Open one for editing."""
        return await _act(write_session, id, Move.UNLOCK, data, principal, if_match)


async def _act(  # noqa: PLR0913, PLR0917 - what a move is
    session: Writing,
    sponsorship_id: int,
    move: Move,
    sent: MoveInput,
    caller: Caller,
    if_match: str | None,
) -> Response[StaffSponsorship]:
    made = await services.act(session, sponsorship_id, move, sent, caller, if_match=if_match)
    return json_response(made, etag=etag(made.version))
