"""Passkeys: asked for, added, used."""

from __future__ import annotations

from typing import Final

from litestar import Controller, Response, delete, post, put
from litestar.openapi.datastructures import ResponseSpec

from contracts.identity.dto import Passkey, SessionState, SignedIn
from contracts.identity.passkeys import (
    NewPasskey,
    PasskeyAdded,
    PasskeyAnswer,
    PasskeyChange,
    PasskeyLogin,
    PasskeyOptions,
    PasskeyQuestion,
)
from identity.controllers.common import SERVING, Hash, Id, Told, Who
from identity.services import passkeys, sessions
from servicekit.dependencies import Writing
from servicekit.problems import ProblemDetails
from servicekit.responses import json_response

_TOO_MANY: Final = {
    429: ResponseSpec(
        data_container=ProblemDetails,
        generate_examples=False,
        description="Too many wrong codes or passkeys",
        media_type="application/problem+json",
    )
}


@post("/passkey-challenges", operation_id="ask_for_passkey", tags=("accounts",), opt=SERVING)
async def ask_for_passkey(write_session: Writing, settings: Told) -> Response[PasskeyOptions]:
    """Ask for a passkey of whomever, to sign in. 409 where the site has no name."""
    return json_response(await passkeys.ask_to_sign_in(write_session, settings))


@post("/passkey-logins", operation_id="sign_in_with_passkey", tags=("accounts",), opt=SERVING)
async def sign_in_with_passkey(
    write_session: Writing, settings: Told, visitor: Who, data: PasskeyLogin
) -> Response[SignedIn]:
    """Begin a session that owes nothing. 401 `wrong-passkey`; 403 `unconfirmed`, `inactive`."""
    return json_response(await passkeys.sign_in(write_session, settings, data, visitor))


class SessionPasskeyController(Controller):
    """Passkeys that a session is asked for."""

    path = "/sessions/{sha256:str}"
    tags = ("sessions",)
    opt = SERVING

    @post("/passkey-challenges", operation_id="ask_session_for_passkey")
    async def ask(
        self, write_session: Writing, settings: Told, sha256: Hash, data: PasskeyQuestion
    ) -> Response[PasskeyOptions]:
        """Ask for a passkey of whoever has the session. 409 where there is none."""
        asked = await passkeys.ask_in_session(write_session, settings, sha256, data.purpose)
        return json_response(asked)

    @post(
        "/second-factor/passkey",
        operation_id="give_passkey",
        status_code=200,
        responses=_TOO_MANY,
    )
    async def give(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        sha256: Hash,
        data: PasskeyAnswer,
    ) -> Response[SignedIn]:
        """Give a passkey as second factor; the session goes on under a new secret.

        401 `wrong-passkey`; 429 `too-many-codes`.
        """
        made = await passkeys.give(write_session, settings, sha256, data.credential, visitor)
        return json_response(made)

    @post(
        "/reauthentication/passkey",
        operation_id="reauthenticate_with_passkey",
        status_code=200,
        responses=_TOO_MANY,
    )
    async def reauthenticate(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        sha256: Hash,
        data: PasskeyAnswer,
    ) -> Response[SessionState]:
        """Give a passkey in place of the password. 401 `wrong-passkey`; 429 `too-many-codes`."""
        await passkeys.reauthenticate(write_session, settings, sha256, data.credential, visitor)
        return json_response(await sessions.state(write_session, settings, sha256))


class PasskeyController(Controller):
    """Passkeys of one account; they are listed among its second factors."""

    path = "/users/{id:int}"
    tags = ("own account",)
    opt = SERVING

    @post("/passkey-challenges", operation_id="ask_for_new_passkey")
    async def ask(
        self,
        write_session: Writing,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[PasskeyOptions]:
        """Ask for a new passkey. 409 where the site has no name."""
        return json_response(await passkeys.ask_to_add(write_session, settings, id))

    @post("/passkeys", operation_id="add_passkey")
    async def add(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: NewPasskey,
    ) -> Response[PasskeyAdded]:
        """Add a passkey, with recovery codes where there were none, told this once."""
        return json_response(await passkeys.add(write_session, settings, id, data, visitor))

    @put("/passkeys/{passkey_id:int}", operation_id="rename_passkey")
    async def rename(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        passkey_id: Id,
        data: PasskeyChange,
    ) -> Response[Passkey]:
        """Give a passkey another name."""
        return json_response(
            await passkeys.rename(write_session, id, passkey_id, data.name, visitor)
        )

    @delete("/passkeys/{passkey_id:int}", operation_id="remove_passkey")
    async def remove(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        passkey_id: Id,
    ) -> None:
        """Take a passkey away. 409 `last_factor` where staff would have none left."""
        await passkeys.remove(write_session, settings, id, passkey_id, visitor)


ROUTES = (
    ask_for_passkey,
    sign_in_with_passkey,
    SessionPasskeyController,
    PasskeyController,
)
