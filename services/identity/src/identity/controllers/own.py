"""What a signed-in user has: addresses and sessions. The gateway acts for the user."""

from __future__ import annotations

from typing import Any, Final

from litestar import Controller, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from pydantic import TypeAdapter

from contracts.identity.dto import (
    CodeInput,
    EmailAddress,
    EmailInput,
    PasswordInput,
    Session,
    SessionState,
    SignedIn,
)
from identity.controllers.common import SERVING, Hash, Id, IdFilter, Told, Who
from identity.services import accounts, addresses, second_factors, sessions
from servicekit.dependencies import Reading, Writing
from servicekit.problems import ProblemDetails
from servicekit.responses import json_response

_ADDRESSES: Final = TypeAdapter(list[EmailAddress])
_SESSIONS: Final = TypeAdapter(list[Session])


class AddressController(Controller):
    """Addresses of one account."""

    path = "/users/{id:int}/addresses"
    tags = ("own account",)
    opt = SERVING

    @get(operation_id="list_addresses")
    async def list_addresses(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[list[EmailAddress]]:
        """List a user's addresses, the primary one first."""
        return _list(await addresses.of_user(read_session, id), EmailAddress, _ADDRESSES)

    @post(operation_id="add_address")
    async def add_address(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: EmailInput,
    ) -> Response[EmailAddress]:
        """Add an address; its confirmation is mailed."""
        return json_response(await addresses.add(write_session, settings, id, data.email, visitor))

    @delete("/{address_id:int}", operation_id="remove_address")
    async def remove_address(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        address_id: Id,
    ) -> None:
        """Take an address away; not the primary one."""
        await addresses.remove(write_session, id, address_id, visitor)

    @post("/{address_id:int}/primary", operation_id="make_address_primary", status_code=200)
    async def make_primary(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        address_id: Id,
    ) -> Response[EmailAddress]:
        """Make a verified address the one that gets all mail."""
        return json_response(
            await addresses.make_primary(write_session, settings, id, address_id, visitor)
        )

    @post("/{address_id:int}/confirmation", operation_id="ask_again", status_code=202)
    async def ask_again(
        self,
        write_session: Writing,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
        address_id: Id,
    ) -> None:
        """Mail the confirmation of an own address again."""
        await addresses.resend(write_session, settings, id, address_id)


class SessionController(Controller):
    """Sessions, by the hash of their secret."""

    path = "/sessions/{sha256:str}"
    tags = ("sessions",)
    opt = SERVING

    @get(operation_id="get_session")
    async def get_session(
        self, write_session: Writing, settings: Told, sha256: Hash
    ) -> Response[SessionState]:
        """Read who is signed in. The session counts as used."""
        return json_response(await sessions.state(write_session, settings, sha256))

    @delete(operation_id="end_session")
    async def end_session(self, write_session: Writing, visitor: Who, sha256: Hash) -> None:
        """Sign out."""
        await sessions.end(write_session, sha256, visitor)

    @post("/reauthentication", operation_id="reauthenticate", status_code=200)
    async def reauthenticate(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        sha256: Hash,
        data: PasswordInput,
    ) -> Response[SessionState]:
        """Give the password again. 401 `wrong-credentials`."""
        await accounts.reauthenticate(write_session, sha256, data.password, visitor)
        return json_response(await sessions.state(write_session, settings, sha256))

    @post(
        "/second-factor",
        operation_id="give_code",
        status_code=200,
        responses={
            429: ResponseSpec(
                data_container=ProblemDetails,
                generate_examples=False,
                description="Too many wrong codes",
                media_type="application/problem+json",
            )
        },
    )
    async def give_code(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        sha256: Hash,
        data: CodeInput,
    ) -> Response[SignedIn]:
        """Give a code; the session goes on under a new secret.

        401 `wrong-code`; 429 `too-many-codes`.
        """
        made = await second_factors.give(write_session, settings, sha256, data.code, visitor)
        return json_response(made)


class OwnSessionController(Controller):
    """Sessions of one account."""

    path = "/users/{id:int}/sessions"
    tags = ("own account",)
    opt = SERVING

    @get(operation_id="list_sessions")
    async def list_sessions(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[list[Session]]:
        """List a user's sessions, those used last first."""
        return _list(await sessions.of_user(read_session, id), Session, _SESSIONS)

    @delete(operation_id="end_sessions")
    async def end_sessions(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        keep: IdFilter = None,
    ) -> None:
        """End all sessions of a user, or all but the one to keep."""
        await sessions.end_own(write_session, id, visitor, keep=keep)

    @delete("/{session_id:int}", operation_id="end_own_session")
    async def end_own_session(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        session_id: Id,
    ) -> None:
        """End one session of a user."""
        await sessions.end_own(write_session, id, visitor, only=session_id)


def _list(rows: Any, kind: Any, adapter: TypeAdapter[Any]) -> Response[Any]:  # noqa: ANN401
    return json_response([kind.model_validate(row) for row in rows], adapter)


ROUTES = (AddressController, SessionController, OwnSessionController)
