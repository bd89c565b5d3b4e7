"""What is said to the identity service about passkeys (WebAuthn, https://www.w3.org/TR/webauthn-3/).

A browser asks an authenticator with `options`, which hold a challenge that works once and for a few
minutes. What the authenticator answers, the browser's `PublicKeyCredential` as JSON, comes back as
`credential`: a text, so that nobody on its way needs to know its shape.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line
from contracts.identity.dto import Passkey, Sha256

Credential = Annotated[Line, StringConstraints(min_length=2, max_length=16_384)]
PasskeyName = Annotated[Line, StringConstraints(min_length=1, max_length=100)]


class PasskeyPurpose(StrEnum):
    """What a session asks for a passkey for."""

    SECOND_FACTOR = "second-factor"
    REAUTHENTICATION = "reauthentication"


class PasskeyQuestion(Input):
    """What a passkey is to be asked for."""

    purpose: PasskeyPurpose


class PasskeyOptions(DTO):
    """What the browser asks an authenticator, with binary values as base64url."""

    options: dict[str, Any]


class PasskeyAnswer(Input):
    """What the authenticator answered."""

    credential: Credential


class PasskeyLogin(PasskeyAnswer):
    """A passkey that signs in: it says whose it is, and its user was verified."""

    remember: bool = False


class NewPasskey(PasskeyAnswer):
    """A passkey to be added; `session` is the one that counts as having given a second factor."""

    name: PasskeyName
    session: Sha256 | None = None


class PasskeyChange(Input):
    """Another name for a passkey."""

    name: PasskeyName


class PasskeyAdded(DTO):
    """A passkey that was added; recovery codes where the account had none, told this once."""

    passkey: Passkey
    recovery_codes: list[str] = Field(repr=False)
