"""Contracts over HTTP: for staff."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, get, post, put
from litestar.params import QueryParameter
from pydantic import TypeAdapter

from contracts.base import Page
from contracts.files import MOST_ENCODED
from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.inputs import MoveInput
from contracts.sponsors.papers import (
    Contract,
    ContractInput,
    ContractSummary,
    ExecutionInput,
    Paper,
    SignedApprovalInput,
)
from servicekit import access
from servicekit.answers import Id, IdFilter, IfMatch, answer_page
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response
from sponsors.contracts import models, queries, services
from sponsors.contracts.queries import ContractFilter

VIEW: Final = "sponsors.view_contract"
CHANGE: Final = "sponsors.change_contract"
_CONTRACTS: Final = TypeAdapter(list[Contract])
_MOST_BYTES: Final = MOST_ENCODED + 10_000
#: Litestar gives `status` to nobody, but `state` to handlers for something else.
InStatus = Annotated[ContractStatus | None, QueryParameter(name="status")]
InYear = Annotated[int | None, QueryParameter(name="year", ge=2022, le=2050)]


class ContractController(Controller):
    """Contracts of sponsorships."""

    path = "/contracts"
    tags = ("contracts",)

    @get(operation_id="list_contracts", opt=access.permission(VIEW))
    async def list_contracts(
        self,
        read_session: Reading,
        window: InWindow,
        *,
        in_status: InStatus = None,
        in_year: InYear = None,
        sponsorship_id: IdFilter = None,
    ) -> Response[Page[ContractSummary]]:
        """List contracts, the latest first."""
        wanted = ContractFilter(status=in_status, year=in_year, sponsorship_id=sponsorship_id)
        return answer_page(await queries.contracts(read_session, window, wanted), window)

    @get("/of/{sponsorship_id:int}", operation_id="list_contracts_of", opt=access.permission(VIEW))
    async def list_of(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        principal: Caller,
        sponsorship_id: Id,
    ) -> Response[list[Contract]]:
        """Read all contracts of a sponsorship, the latest first; none where there is none."""
        told = request.app.state.runtime.settings
        condition = models.Contract.sponsorship_id == sponsorship_id
        found = await queries.whole(read_session, told, principal, condition)
        return json_response(found, _CONTRACTS)

    @get("/{id:int}", operation_id="get_contract", opt=access.permission(VIEW))
    async def get_contract(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Contract]:
        """Read a contract with what may be done with it, and why not the rest."""
        told = request.app.state.runtime.settings
        found = await queries.whole(read_session, told, principal, models.Contract.id == id)
        if not found:
            raise NotFound("There is no such contract.")
        return json_response(found[0], etag=etag(found[0].version))

    @get("/{id:int}/preview", operation_id="preview_contract", opt=access.permission(VIEW))
    async def preview(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
        paper: Paper = Paper.PDF,
    ) -> Response[bytes]:
        """Make the papers of a contract as it is now, marked as a draft; nothing is kept."""
        made, name = await services.render(read_session, id, paper, draft=True)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(made, media_type=services.MEDIA_TYPES[paper], headers=headers)

    @put("/{id:int}", operation_id="update_contract", opt=access.permission(CHANGE))
    async def update_contract(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ContractInput,
        if_match: IfMatch = None,
    ) -> Response[Contract]:
        """Put the texts of a draft right."""
        return _answer(await services.edit(write_session, id, data, principal, if_match=if_match))

    @post(
        "/{id:int}/send",
        operation_id="send_contract",
        opt=access.permission(CHANGE),
        status_code=200,
    )
    async def send(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MoveInput,
        if_match: IfMatch = None,
    ) -> Response[Contract]:
        """Make the papers of a draft and tell both sides: it waits for signatures from then on."""
        return _answer(await services.send(write_session, id, data, principal, if_match=if_match))

    @post(
        "/{id:int}/execute",
        operation_id="execute_contract",
        opt=access.permission(CHANGE),
        status_code=200,
        request_max_body_size=_MOST_BYTES,
    )
    async def execute(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ExecutionInput,
        if_match: IfMatch = None,
    ) -> Response[Contract]:
        """Keep the signed contract: the sponsorship is finalized with it."""
        return _answer(
            await services.execute(write_session, id, data, principal, if_match=if_match)
        )

    @post(
        "/{id:int}/nullify",
        operation_id="nullify_contract",
        opt=access.permission(CHANGE),
        status_code=200,
    )
    async def nullify(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MoveInput,
        if_match: IfMatch = None,
    ) -> Response[Contract]:
        """Take back a contract that was sent; `text` is mailed to both sides."""
        return _answer(
            await services.nullify(write_session, id, data, principal, if_match=if_match)
        )

    @post(
        "/{id:int}/redraft",
        operation_id="redraft_contract",
        opt=access.permission(CHANGE),
        status_code=201,
    )
    async def redraft(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> Response[Contract]:
        """Begin another draft in place of one that was nullified, or whose texts are old."""
        made = await services.redraft(write_session, id, principal, if_match=if_match)
        headers = {"Location": f"/contracts/{made.id}"}
        return json_response(made, status=201, etag=etag(made.version), headers=headers)

    @post(
        "/of/{sponsorship_id:int}/approve",
        operation_id="approve_signed",
        opt=access.permission("sponsors.can_review_sponsorships", CHANGE),
        status_code=200,
        request_max_body_size=_MOST_BYTES,
    )
    async def approve_signed(
        self,
        write_session: Writing,
        principal: Caller,
        sponsorship_id: Id,
        data: SignedApprovalInput,
        if_match: IfMatch = None,
    ) -> Response[Contract]:
        """Approve an application whose contract is signed already, and execute that."""
        return _answer(
            await services.approve_signed(
                write_session, sponsorship_id, data, principal, if_match=if_match
            )
        )


def _answer(made: Contract) -> Response[Contract]:
    return json_response(made, etag=etag(made.version))
