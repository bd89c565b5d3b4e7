"""Nominations over HTTP: what somebody sees depends on who asks (`identity.nominations.rules`)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, get, post, put
from litestar.params import PathParameter
from pydantic import TypeAdapter

from contracts.identity.nominations import (
    DecisionInput,
    Nomination,
    NominationFields,
    NominationInput,
    NominationSummary,
    Nominee,
    NomineeList,
    ReplyInput,
    SignedReplyInput,
    StatementInput,
    StatementPreview,
)
from identity import texts
from identity.controllers.common import SERVING, Hash, Told
from identity.nominations import answering, queries, rules, services
from identity.services.common import user_of
from servicekit import access
from servicekit.answers import Id, IfMatch
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.responses import json_response

_OWN: Final = TypeAdapter(list[NominationSummary])

Slug = Annotated[str, PathParameter(max_length=210)]


class NomineeController(Controller):
    """Nominees of one election."""

    path = "/elections/{slug:str}"
    tags = ("nominations",)

    @get("/nominees", operation_id="list_nominees", opt=access.public())
    async def list_nominees(
        self, read_session: Reading, principal: Caller, slug: Slug
    ) -> Response[NomineeList]:
        """List the nominees of an election as the caller is shown them."""
        return json_response(await queries.nominees(read_session, slug, principal))

    @get("/nominees/{nominee:str}", operation_id="get_nominee", opt=access.public())
    async def get_nominee(
        self, read_session: Reading, principal: Caller, slug: Slug, nominee: Slug
    ) -> Response[Nominee]:
        """Read a nominee whom the caller sees."""
        return json_response(await queries.nominee(read_session, slug, nominee, principal))


class NominationController(Controller):
    """Single nominations."""

    path = "/nominations/{id:int}"
    tags = ("nominations",)

    @get(operation_id="get_nomination", opt=access.public())
    async def get_nomination(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Nomination]:
        """Read a nomination that the caller sees."""
        found = await queries.nomination(read_session, id, principal)
        return json_response(found, etag=etag(found.version))

    @post(
        "/decisions",
        operation_id="decide_nomination",
        opt=access.permission(rules.REVIEW),
        status_code=200,
    )
    async def decide(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: DecisionInput,
    ) -> Response[Nomination]:
        """Approve or reject, as staff."""
        made = await services.decide(write_session, id, data, principal)
        return json_response(made, etag=etag(made.version))

    @get("/invitations/{sha256:str}", operation_id="get_invitation", opt=SERVING)
    async def get_invitation(
        self,
        read_session: Reading,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
        sha256: Hash,
    ) -> Response[Nomination]:
        """Read the nomination that a mailed link is about, by the SHA-256 of its signature."""
        return json_response(await answering.invited(read_session, settings, id, sha256))

    @post(
        "/invitations/{sha256:str}",
        operation_id="answer_invitation",
        opt=SERVING,
        status_code=200,
    )
    async def answer_invitation(
        self,
        write_session: Writing,
        id: Id,  # noqa: A002 - what errors call it
        sha256: Hash,
        data: SignedReplyInput,
    ) -> Response[Nomination]:
        """Accept or decline by a mailed link."""
        return json_response(await answering.answer_invited(write_session, id, sha256, data))


class OwnController(Controller):
    """What the caller does: nominates somebody, changes that, answers."""

    path = "/own"
    tags = ("nominations",)
    opt = access.authenticated()

    @get("/nominations", operation_id="list_own_nominations")
    async def list_own(
        self, read_session: Reading, principal: Caller
    ) -> Response[list[NominationSummary]]:
        """List what the caller made and received, of the latest election first."""
        found = await queries.own(read_session, principal, user_of(principal))
        return json_response(found, _OWN)

    @post("/elections/{slug:str}/nominations", operation_id="nominate")
    async def nominate(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        slug: Slug,
        data: NominationInput,
    ) -> Response[Nomination]:
        """Nominate somebody, or oneself, while the window is open."""

        async def make() -> Response[Any]:
            made = await services.nominate(write_session, slug, data, principal)
            headers = {"Location": f"/nominations/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/nominations/{id:int}", operation_id="edit_nomination")
    async def edit_nomination(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: NominationFields,
        if_match: IfMatch = None,
    ) -> Response[Nomination]:
        """Change what a nomination says, as its nominee or its nominator."""
        made = await services.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/nominations/{id:int}/answers", operation_id="answer_nomination", status_code=200)
    async def answer(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ReplyInput,
    ) -> Response[Nomination]:
        """Accept or decline, as the nominee."""
        made = await answering.answer(write_session, id, data.reply, principal)
        return json_response(made, etag=etag(made.version))


@post(
    "/statement-previews",
    operation_id="preview_statement",
    tags=["nominations"],
    opt=access.authenticated(),
    status_code=200,
)
async def preview(data: StatementInput) -> Response[StatementPreview]:
    """Render a statement as it would be kept."""
    return json_response(StatementPreview(html=await texts.render(data.statement)))


ROUTES = (NomineeController, NominationController, OwnController, preview)
