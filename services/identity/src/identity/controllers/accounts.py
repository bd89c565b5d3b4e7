"""Signing up and in, passwords: what the gateway does for visitors."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post
from pydantic import TypeAdapter

from contracts.identity.dto import (
    EmailConfirmation,
    EmailInput,
    LoginInput,
    PasswordChange,
    PasswordInput,
    PasswordReset,
    SignedIn,
    SignUp,
)
from identity.controllers.common import SERVING, Hash, Id, Told, Who
from identity.services import accounts, addresses
from servicekit.dependencies import Reading, Writing
from servicekit.responses import json_response

TAGS: Final = ("accounts",)
_PERHAPS: Final[TypeAdapter[SignedIn | None]] = TypeAdapter(SignedIn | None)


@post("/signups", operation_id="sign_up", tags=TAGS, opt=SERVING, status_code=202)
async def sign_up(write_session: Writing, settings: Told, visitor: Who, data: SignUp) -> None:
    """Make an account that waits for its address to be confirmed."""
    await accounts.sign_up(write_session, settings, data, visitor)


@post(
    "/email-confirmations",
    operation_id="ask_for_confirmation",
    tags=TAGS,
    opt=SERVING,
    status_code=202,
)
async def ask_for_confirmation(write_session: Writing, settings: Told, data: EmailInput) -> None:
    """Mail a confirmation again; the answer is the same whatever is known of the address."""
    await addresses.ask_again(write_session, settings, data.email)


@get("/email-confirmations/{sha256:str}", operation_id="get_confirmation", tags=TAGS, opt=SERVING)
async def get_confirmation(read_session: Reading, sha256: Hash) -> Response[EmailConfirmation]:
    """Read what a mailed key confirms."""
    return json_response(await addresses.peek(read_session, addresses.CONFIRM, sha256))


@post(
    "/email-confirmations/{sha256:str}",
    operation_id="confirm_email",
    tags=TAGS,
    opt=SERVING,
    status_code=200,
)
async def confirm_email(
    write_session: Writing, visitor: Who, sha256: Hash
) -> Response[EmailConfirmation]:
    """Confirm an address; the key is used up."""
    return json_response(await addresses.confirm(write_session, sha256, visitor))


@post("/logins", operation_id="sign_in", tags=TAGS, opt=SERVING)
async def sign_in(
    write_session: Writing, settings: Told, visitor: Who, data: LoginInput
) -> Response[SignedIn]:
    """Begin a session. 401 `wrong-credentials`; 403 `unconfirmed` or `inactive`."""
    return json_response(await accounts.sign_in(write_session, settings, data, visitor))


@post("/password-resets", operation_id="ask_for_reset", tags=TAGS, opt=SERVING, status_code=202)
async def ask_for_reset(
    write_session: Writing, settings: Told, visitor: Who, data: EmailInput
) -> None:
    """Mail a key for a new password; the answer is the same whatever is known of the address."""
    await accounts.ask_for_reset(write_session, settings, data.email, visitor)


@get("/password-resets/{sha256:str}", operation_id="get_reset", tags=TAGS, opt=SERVING)
async def get_reset(read_session: Reading, sha256: Hash) -> Response[PasswordReset]:
    """Read whose password a mailed key sets."""
    return json_response(await accounts.peek_reset(read_session, sha256))


@post(
    "/password-resets/{sha256:str}",
    operation_id="reset_password",
    tags=TAGS,
    opt=SERVING,
    status_code=204,
)
async def reset_password(
    write_session: Writing, settings: Told, visitor: Who, sha256: Hash, data: PasswordInput
) -> None:
    """Set a new password; the key is used up and every session ends."""
    await accounts.reset(write_session, settings, sha256, data.password, visitor)


@post(
    "/users/{id:int}/password",
    operation_id="change_password",
    tags=TAGS,
    opt=SERVING,
    status_code=200,
)
async def change_password(
    write_session: Writing,
    settings: Told,
    visitor: Who,
    id: Id,  # noqa: A002 - what errors call it
    data: PasswordChange,
) -> Response[SignedIn | None]:
    """Change a password; every session ends, and `session` goes on under a new secret.

    Null where no session was named, or it ended before.
    """
    made = await accounts.change_password(write_session, settings, id, data, visitor)
    return json_response(made, _PERHAPS)


ROUTES = (
    sign_up,
    ask_for_confirmation,
    get_confirmation,
    confirm_email,
    sign_in,
    ask_for_reset,
    get_reset,
    reset_password,
    change_password,
)
