"""Signing in with an account elsewhere. The gateway hands on what the browser brings."""

from __future__ import annotations

from typing import Any, Final

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from pydantic import TypeAdapter

from contracts.identity.dto import Provider, SignedIn, SocialAccount
from contracts.identity.social import (
    FirstPassword,
    PendingIdentity,
    SocialAnswer,
    SocialBegin,
    SocialLink,
    SocialOutcome,
    SocialSignUp,
    SocialStart,
    WaysIn,
)
from identity.controllers.common import SERVING, Hash, Id, Told, Who
from identity.providers.registry import Providers
from identity.services import accounts, linked_accounts, newcomers, social
from servicekit.dependencies import Reading, Writing
from servicekit.problems import ProblemDetails
from servicekit.responses import json_response

TAGS: Final = ("social accounts",)
_PROVIDERS: Final = TypeAdapter(list[Provider])
_PERHAPS: Final[TypeAdapter[SignedIn | None]] = TypeAdapter(SignedIn | None)
_NOT_OURS: Final = {
    424: ResponseSpec(
        data_container=ProblemDetails,
        generate_examples=False,
        description="The provider does not answer, or not as it should",
        media_type="application/problem+json",
    )
}

Known = NamedDependency[Providers]
"""`providers`: those of the installation."""


async def provide_providers(request: Request[Any, Any, Any], settings: Told) -> Providers:
    """Give a handler its `providers`, which remember what they read as long as the app lives."""
    state = request.app.state
    if "providers" not in state:
        state.providers = Providers(settings)
    found: Providers = state.providers
    return found


@get("/providers", operation_id="list_providers", tags=TAGS, opt=SERVING)
async def list_providers(settings: Told) -> Response[list[Provider]]:
    """List whom people can sign in with, in the order of the settings."""
    found = [
        Provider(id=provider.id, name=provider.name, proves=provider.proves)
        for provider in settings.providers
    ]
    return json_response(found, _PROVIDERS)


class SocialController(Controller):
    """From this site to a provider and back."""

    path = "/social"
    tags = TAGS
    opt = SERVING
    dependencies = {"providers": Provide(provide_providers)}  # noqa: RUF012 - Litestar's own type

    @post("/attempts", operation_id="begin_social", responses=_NOT_OURS)
    async def begin(
        self, write_session: Writing, settings: Told, providers: Known, data: SocialBegin
    ) -> Response[SocialStart]:
        """Send a browser to a provider.

        403 `not-proven`; 409 `has-password`; 424 `provider-away`, `provider-garbage`.
        """
        return json_response(await social.begin(write_session, settings, providers, data))

    @post("/answers", operation_id="answer_social", status_code=200, responses=_NOT_OURS)
    async def answer(
        self,
        write_session: Writing,
        settings: Told,
        providers: Known,
        visitor: Who,
        data: SocialAnswer,
    ) -> Response[SocialOutcome]:
        """Take what a browser brought back from a provider, once.

        400 `wrong-state`, `provider-refused`; 403 `inactive`, `unconfirmed`, `not-proven`;
        409 `linked-elsewhere`; 424 `provider-away`, `provider-garbage`.
        """
        return json_response(await social.answer(write_session, settings, providers, data, visitor))

    @get("/pending/{sha256:str}", operation_id="get_pending_identity")
    async def get_pending(
        self, read_session: Reading, settings: Told, sha256: Hash
    ) -> Response[PendingIdentity]:
        """Read whom a provider told about to a browser, and no account here knows."""
        return json_response(await newcomers.pending(read_session, settings, sha256))

    @post("/pending/{sha256:str}/signup", operation_id="sign_up_social", status_code=200)
    async def sign_up(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        sha256: Hash,
        data: SocialSignUp,
    ) -> Response[SignedIn | None]:
        """Make an account for them; null where its address has to be confirmed first.

        404 where nobody waits; 409 `account-exists`.
        """
        made = await newcomers.sign_up(write_session, settings, sha256, data, visitor)
        return json_response(made, _PERHAPS)


class OwnSocialController(Controller):
    """How the owner of an account signs in to it."""

    path = "/users/{id:int}"
    tags = ("own account",)
    opt = SERVING

    @get("/ways-in", operation_id="get_ways_in")
    async def get_ways_in(
        self,
        read_session: Reading,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[WaysIn]:
        """Read whether there is a password, and which accounts elsewhere sign in."""
        return json_response(await linked_accounts.ways_in(read_session, settings, id))

    @post("/social-accounts", operation_id="link_social_account")
    async def link(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: SocialLink,
    ) -> Response[SocialAccount]:
        """Link whom a provider told about. 403 `not-proven`; 409 `linked-elsewhere`."""
        row = await social.link_waiting(write_session, settings, id, data, visitor)
        return json_response(linked_accounts.shown(settings, row))

    @delete("/social-accounts/{account_id:int}", operation_id="unlink_social_account")
    async def unlink(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        account_id: Id,
    ) -> None:
        """Take an account elsewhere away. 409 `last-way-in`."""
        await linked_accounts.remove(write_session, settings, id, account_id, visitor)

    @post("/first-password", operation_id="set_first_password", status_code=200)
    async def set_first_password(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: FirstPassword,
    ) -> Response[SignedIn | None]:
        """Give an account without a password one. 409 `has-password`.

        Every session ends, and `session` goes on under a new secret; null where none was named.
        """
        made = await accounts.set_first_password(write_session, settings, id, data, visitor)
        return json_response(made, _PERHAPS)


ROUTES = (list_providers, SocialController, OwnSocialController)
