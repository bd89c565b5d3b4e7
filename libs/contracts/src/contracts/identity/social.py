"""Signing in with an account elsewhere: what the identity service answers and accepts.

A browser is named by the SHA-256 of a secret that only it has, in a cookie; so is the state that
went to the provider and came back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line
from contracts.identity.addresses import Email
from contracts.identity.dto import Password, Provider, Sha256, SignedIn, SocialAccount, Username

#: Problem types, beside the status.
WRONG_STATE: Final = "wrong-state"
"""400: no sign-in was begun by this browser with this provider, or it is over."""
PROVIDER_REFUSED: Final = "provider-refused"
"""400: the provider does not know the code, or refused for a reason of its own."""
PROVIDER_AWAY: Final = "provider-away"
"""424: the provider does not answer. Nobody was signed in."""
PROVIDER_GARBAGE: Final = "provider-garbage"
"""424: what the provider answered does not hold. Nobody was signed in."""
NOT_PROVEN: Final = "not-proven"
"""403: who wants to link has not proved lately who they are."""
LINKED_ELSEWHERE: Final = "linked-elsewhere"
"""409: another account here has the account there."""
ACCOUNT_EXISTS: Final = "account-exists"
"""409: the address that the provider vouches for belongs to an account: sign in to it."""
LAST_WAY_IN: Final = "last-way-in"
"""409: without it nobody could sign in to the account."""
HAS_PASSWORD: Final = "has-password"  # noqa: S105 - a word
"""409: the account has a password, which counts instead."""

ProviderId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
#: An address of the site to go to afterwards.
Beyond = Annotated[Line, StringConstraints(max_length=2000)]


class Process(StrEnum):
    """What somebody goes to a provider for."""

    LOGIN = "login"
    CONNECT = "connect"
    REAUTHENTICATE = "reauthenticate"


class SocialBegin(Input):
    """Somebody wants to go to a provider. All but `login` needs the `session` it is done for."""

    provider: ProviderId
    process: Process = Process.LOGIN
    browser: Sha256
    session: Sha256 | None = None
    next: Beyond = ""


class SocialStart(DTO):
    """Where the browser goes. It is told this once: it holds the state."""

    location: str = Field(repr=False)


class SocialAnswer(Input):
    """What a browser brought back from a provider."""

    provider: ProviderId
    state: Sha256
    browser: Sha256
    session: Sha256 | None = None
    code: Annotated[Line, StringConstraints(max_length=3000)] = Field(default="", repr=False)
    error: Annotated[Line, StringConstraints(max_length=200)] = ""
    iss: Annotated[Line, StringConstraints(max_length=500)] = ""


class Outcome(StrEnum):
    """What came of going to a provider."""

    SIGNED_IN = "signed_in"
    LINKED = "linked"
    REAUTHENTICATED = "reauthenticated"
    #: No account here knows the one there: it waits for somebody to sign up, or in.
    UNKNOWN = "unknown"
    #: The person said no, there.
    CANCELLED = "cancelled"


class SocialOutcome(DTO):
    """What came of going to a provider; `signed_in` where a session was made."""

    outcome: Outcome
    next: str = ""
    signed_in: SignedIn | None = None


class PendingIdentity(DTO):
    """An account elsewhere that waits for an account here."""

    provider: Provider
    username: str = Field(description="As the provider tells it; may be empty")
    email: str = Field(description="As the provider tells it; may be empty")
    email_verified: bool = Field(description="The provider vouches for the address")
    account_exists: bool = Field(
        description="An account has confirmed this very address; only told where it is vouched for"
    )
    suggestion: str = Field(description="A user name that is free")


class SocialSignUp(Input):
    """What a newcomer sends whom a provider told about."""

    username: Username
    email: Email


class SocialLink(Input):
    """An account elsewhere that waits in a browser is to belong to whose session it is."""

    browser: Sha256
    session: Sha256


class WaysIn(DTO):
    """How somebody can sign in to their account."""

    password: bool
    social: list[SocialAccount]


class FirstPassword(Input):
    """A password for an account that has none; `session` goes on, under a new secret."""

    password: Password = Field(repr=False)
    session: Sha256 | None = None
