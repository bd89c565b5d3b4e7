"""What is a caller's own, over HTTP: sponsors, sponsorships, an unfinished application."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.applications import (
    ApplicationDraft,
    Applied,
    OwnSponsor,
    OwnSponsorship,
    OwnSummary,
)
from contracts.sponsors.inputs import ApplicationInput, DraftInput, SponsorEditInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response
from sponsors.own import queries, services
from sponsors.sponsors import queries as sponsor_queries
from sponsors.sponsors import services as sponsors
from sponsors.sponsorships import queries as sponsorships


class OwnController(Controller):
    """Sponsors and sponsorships of the caller."""

    path = "/own"
    tags = ("own",)
    opt = access.authenticated()

    @get("/application", operation_id="get_own_application")
    async def get_own_application(
        self, read_session: Reading, principal: Caller
    ) -> Response[ApplicationDraft]:
        """Read what the caller left unfinished for the current year."""
        row = await queries.draft(read_session, sponsors.user_of(principal))
        return answer_versioned(row, "unfinished application")

    @put("/application", operation_id="save_own_application")
    async def save_own_application(
        self, write_session: Writing, principal: Caller, data: DraftInput
    ) -> Response[ApplicationDraft]:
        """Keep an unfinished application, whatever was kept before."""
        made = await services.save(write_session, data, principal)
        return json_response(made, etag=etag(made.version))

    @delete("/application", operation_id="delete_own_application")
    async def delete_own_application(self, write_session: Writing, principal: Caller) -> None:
        """Throw it away."""
        await services.discard(write_session, principal)

    @get("/sponsors", operation_id="list_own_sponsors")
    async def list_own_sponsors(
        self, read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Page[OwnSponsor]]:
        """List sponsors of which the caller is a contact, or which they applied for, by name."""
        user = sponsors.user_of(principal)
        return answer_page(await sponsor_queries.sponsors(read_session, window, user), window)

    @get("/sponsors/{id:int}", operation_id="get_own_sponsor")
    async def get_own_sponsor(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[OwnSponsor]:
        """Read one with its contacts; staff of the desk read any."""
        user = sponsors.user_of(principal)
        theirs = () if sponsors.sees_all(principal) else (sponsor_queries.of_user(user),)
        row = await sponsor_queries.sponsor(
            read_session, id, *theirs, can_edit=sponsor_queries.editable(user)
        )
        return answer_versioned(row, "sponsor")

    @put("/sponsors/{id:int}", operation_id="update_own_sponsor")
    async def update_own_sponsor(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SponsorEditInput,
        if_match: IfMatch = None,
    ) -> Response[OwnSponsor]:
        """Change one with its contacts; the foundation is told."""
        made = await sponsors.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @get("/sponsorships", operation_id="list_own_sponsorships")
    async def list_own_sponsorships(
        self, read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Page[OwnSummary]]:
        """List the caller's sponsorships: active first, then by status and year."""
        user = sponsors.user_of(principal)
        return answer_page(await sponsorships.of_user(read_session, user, window), window)

    @post("/sponsorships", operation_id="apply")
    async def apply(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ApplicationInput,
    ) -> Response[Applied]:
        """Apply; both sides get a mail."""

        async def make() -> Response[Any]:
            made = await services.apply(write_session, data, principal)
            headers = {"Location": f"/own/sponsorships/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @get("/sponsorships/{id:int}", operation_id="get_own_sponsorship")
    async def get_own_sponsorship(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[OwnSponsorship]:
        """Read one with its sponsor and benefits; staff of the desk read any."""
        user = sponsors.user_of(principal)
        theirs = () if sponsors.sees_all(principal) else (sponsorships.visible_to(user),)
        row = await queries.whole(read_session, id, sponsor_queries.editable(user), *theirs)
        if row is None:
            return answer_versioned(None, "sponsorship")
        made = OwnSponsorship.model_validate(row)
        return json_response(made, etag=etag(made.version))
