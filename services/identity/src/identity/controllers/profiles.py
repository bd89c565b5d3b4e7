"""Profiles, and what a user may know and take along of themselves."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import Controller, Response, delete, get, put
from litestar.params import PathParameter, QueryParameter
from pydantic import TypeAdapter

from contracts.base import Page
from contracts.identity.dto import (
    AccountExport,
    OwnProfile,
    Profile,
    ProfileInput,
    SecurityEntry,
    UserSummary,
)
from identity import queries
from identity.controllers.common import SERVING, Id, IdFilter, IfMatch, Told, Who
from identity.services import profiles
from servicekit.dependencies import Reading, Writing
from servicekit.etag import etag
from servicekit.pagination import InWindow, page
from servicekit.responses import json_response

_LOG: Final = TypeAdapter(Page[SecurityEntry])
_SUMMARIES: Final = TypeAdapter(list[UserSummary])
_MOST: Final = 100
"""Ids that can be asked for at once."""


class OwnController(Controller):
    """One account as its owner has it."""

    path = "/users/{id:int}"
    tags = ("own account",)
    opt = SERVING

    @get("/profile", operation_id="get_own_profile")
    async def get_profile(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[OwnProfile]:
        """Read a user's profile as they edit it."""
        found = await profiles.own(read_session, id)
        return json_response(found, etag=etag(found.version))

    @put("/profile", operation_id="update_own_profile")
    async def update_profile(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: ProfileInput,
        if_match: IfMatch = None,
    ) -> Response[OwnProfile]:
        """Replace a user's own profile."""
        made = await profiles.replace(write_session, id, data, visitor, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @get("/export", operation_id="export_account")
    async def export_account(
        self,
        read_session: Reading,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[AccountExport]:
        """Read everything that is kept of a user."""
        return json_response(await profiles.export(read_session, settings, id))

    @delete("/account", operation_id="delete_own_account")
    async def delete_account(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
    ) -> None:
        """Delete an account; what its owner wrote elsewhere stays, without an author."""
        await profiles.leave(write_session, settings, id, visitor)

    @get("/security-log", operation_id="list_security_log")
    async def list_security_log(
        self,
        read_session: Reading,
        window: InWindow,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Page[SecurityEntry]]:
        """List what happened to an account, the newest first."""
        entries, total = await profiles.security_log(read_session, id, window)
        return json_response(page(entries, total=total, window=window), _LOG)


@get("/profiles/{username:str}", operation_id="get_profile", tags=["profiles"], opt=SERVING)
async def get_profile(
    read_session: Reading,
    username: Annotated[str, PathParameter(max_length=150)],
    viewer: IdFilter = None,
) -> Response[Profile]:
    """Read a profile as a signed-in viewer, or nobody in particular, may see it."""
    return json_response(await profiles.public(read_session, username, viewer))


@get("/user-summaries", operation_id="list_user_summaries", tags=["profiles"], opt=SERVING)
async def list_summaries(
    read_session: Reading,
    id: Annotated[  # noqa: A002 - what errors call it
        list[int] | None, QueryParameter(max_items=_MOST, description="May be repeated")
    ] = None,
    username: Annotated[
        str | None, QueryParameter(max_length=150, description="In any case")
    ] = None,
) -> Response[list[UserSummary]]:
    """List the users with these ids, and the one of this name, by what others may keep of them."""
    return json_response(await queries.summaries(read_session, id or (), username), _SUMMARIES)


ROUTES = (OwnController, get_profile, list_summaries)
