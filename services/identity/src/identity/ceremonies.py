"""What authenticators are asked, and whether their answers hold (WebAuthn).

Nothing here knows of rows. The library checks the signature, the challenge, the origin, the name of
the site and the flags, as https://www.w3.org/TR/webauthn-3/#sctn-rp-operations has it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.settings import Settings
from servicekit.problems import Conflict

MINUTES: Final = 5
"""How long an answer is waited for; somebody may have to fetch a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A key pair that was just made, by its public half."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    transports: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an authenticator says before any of it is checked; `user_handle` may be left out."""

    credential_id: bytes
    challenge: bytes
    user_handle: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a use that holds says of a passkey."""

    sign_count: int
    backed_up: bool


def origin(settings: Settings) -> str:
    """Return where passkeys are used. Raises Conflict where the site has no name."""
    found = settings.passkey_origin
    if found is None:
        raise Conflict("Passkeys need a site with a name, not a number.", code="no_name")
    return found


def user_handle(settings: Settings, user_id: int) -> bytes:
    """Return what authenticators call an account: the same each time, and no name or number."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"passkey:{user_id}".encode(), hashlib.sha256).digest()


def options_to_add(
    settings: Settings, challenge: bytes, handle: bytes, username: str, known: Iterable[bytes]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, on an authenticator that has none of these.

    The passkey is to be found without a user name, where the authenticator can do that.
    """
    name = _name(settings)
    asked = webauthn.generate_registration_options(
        rp_id=name,
        rp_name=name,
        user_id=handle,
        user_name=username,
        challenge=challenge,
        timeout=MINUTES * 60_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json_dict(asked)


def options_to_use(
    settings: Settings, challenge: bytes, known: Iterable[bytes], *, verified: bool
) -> dict[str, Any]:
    """Return what a browser needs to use a passkey, one of these where any are known.

    `verified`: the authenticator has to know its user, by a PIN or a finger.
    """
    need = UserVerificationRequirement
    asked = webauthn.generate_authentication_options(
        rp_id=_name(settings),
        challenge=challenge,
        timeout=MINUTES * 60_000,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=need.REQUIRED if verified else need.PREFERRED,
    )
    return options_to_json_dict(asked)


def challenge_of_new(credential: str) -> bytes | None:
    """Return the challenge that a new passkey answers; None where it is no such thing."""
    try:
        sent = parse_registration_credential_json(credential)
        return parse_client_data_json(sent.response.client_data_json).challenge
    except Exception:  # noqa: BLE001 - made-up bytes break a parser in many ways
        return None


def read(credential: str) -> Answer | None:
    """Return what an authenticator says; None where it is no such thing."""
    try:
        sent = parse_authentication_credential_json(credential)
        return Answer(
            credential_id=sent.raw_id,
            challenge=parse_client_data_json(sent.response.client_data_json).challenge,
            user_handle=sent.response.user_handle,
        )
    except Exception:  # noqa: BLE001 - made-up bytes break a parser in many ways
        return None


def check_new(settings: Settings, credential: str, challenge: bytes) -> Made | None:
    """Return a passkey that was made as it was asked for; None where it was not."""
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_name(settings),
            expected_origin=origin(settings),
        )
        transports = parse_registration_credential_json(credential).response.transports or []
    except Exception:  # noqa: BLE001 - made-up bytes break a parser in many ways
        return None
    return Made(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        backed_up=found.credential_backed_up,
        transports=sorted({str(one.value) for one in transports}),
    )


def check_used(
    settings: Settings, credential: str, challenge: bytes, public_key: bytes, *, verified: bool
) -> Used | None:
    """Return what a use of a passkey says, if it holds; its counter is the caller's to compare."""
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_name(settings),
            expected_origin=origin(settings),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=verified,
        )
    except Exception:  # noqa: BLE001 - made-up bytes break a parser in many ways
        return None
    return Used(sign_count=found.new_sign_count, backed_up=found.credential_backed_up)


def _name(settings: Settings) -> str:
    return urlsplit(origin(settings)).hostname or ""
