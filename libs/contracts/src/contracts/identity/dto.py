"""What the identity service answers and accepts.

A secret (of a session, a key, a mailed link) crosses the wire once, when it is made. Afterwards
it is named by its SHA-256 in lower-case hex, so that no address, log or trace holds one.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.base import DTO, Input, Line, Text, said
from contracts.identity.addresses import Email
from contracts.identity.memberships import Membership, Subscription
from contracts.identity.nominations import Nomination
from contracts.identity.webhooks import Webhook

#: Problem types, beside the status.
WRONG_CREDENTIALS: Final = "wrong-credentials"
"""401: no such account, or another password. A 401 of another type is about the token."""
UNCONFIRMED: Final = "unconfirmed"
"""403: the password is right and no address confirmed; a new mail is on its way."""
INACTIVE: Final = "inactive"
"""403: the password is right and the account closed."""
WRONG_CODE: Final = "wrong-code"
"""401: not the code of a second factor that holds now."""
WRONG_PASSKEY: Final = "wrong-passkey"
"""401: no passkey of this account, or not an answer to what was asked."""
TOO_MANY_CODES: Final = "too-many-codes"
"""429: too many wrong codes or passkeys; `Retry-After` says how long."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: User names as they can be chosen. Older accounts may have letters of other scripts.
Username = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9@.+_-]+$", min_length=1, max_length=150)
]
#: Spaces at its ends belong to a password. The rules of a new one are the service's.
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1024)]
Name = Annotated[Line, StringConstraints(max_length=150)]
Login = Annotated[Line, StringConstraints(min_length=1, max_length=254)]


class SearchVisibility(IntEnum):
    """Whether a profile may be found. The numbers are stored by clients."""

    HIDDEN = 0
    SHOWN = 1


class EmailPrivacy(IntEnum):
    """Who sees the address on a profile. The numbers are stored by clients."""

    ANYONE = 0
    SIGNED_IN = 1
    NOBODY = 2


class KeyKind(StrEnum):
    """How a key is sent: `ApiKey user:key`, `Token key`, `Bearer key`."""

    APIKEY = "apikey"
    TOKEN = "token"  # noqa: S105 - a word
    BEARER = "bearer"


# --- people, as other services and the site know them ---


class UserSummary(DTO):
    """What others may keep of a user: no address, nothing private."""

    id: int
    username: str
    name: str = Field(description="First and last name, else the user name")
    is_active: bool


class Profile(DTO):
    """A public profile, as its viewer may see it."""

    id: int
    username: str
    name: str
    email: str | None = Field(description="Null unless the viewer may see it")
    joined: datetime


class SessionUser(DTO):
    """Who is signed in, with the rights of this session or key.

    `permissions` are one's own and one's groups'; a superuser has every grantable one. They are
    empty while a second factor is owed.
    """

    id: int
    username: str
    name: str
    email: str
    is_staff: bool
    is_superuser: bool
    groups: list[str]
    permissions: list[str]
    needs_second_factor: bool = Field(
        default=False, description="The session counts once a code was given"
    )
    must_add_second_factor: bool = Field(
        default=False, description="Staff without one: no permissions until there is one"
    )


# --- signing up and in ---


#: A path of this site, or nothing.
SitePath = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^(/([^/\\\s][^\\\s]*)?)?$", "must be a path of the site, or empty"),
        max_length=500,
    ),
]


class SignUp(Input):
    """What a newcomer sends."""

    username: Username
    email: Email
    password: Password = Field(repr=False)
    first_name: Name = ""
    last_name: Name = ""
    beyond: SitePath = ""
    """Where the newcomer was going: the link of the mail leads on to there."""


class EmailInput(Input):
    """An address: to be added, or to send something to."""

    email: Email


class EmailConfirmation(DTO):
    """What a confirmation key confirms."""

    username: str
    email: str


class LoginInput(Input):
    """What is sent to sign in: `login` is a user name or an address, in any case."""

    login: Login
    password: Password = Field(repr=False)
    remember: bool = False


class Session(DTO):
    """One session. It ends by itself at `expires`, which use moves on where not `remembered`."""

    id: int
    user_id: int
    created: datetime
    last_seen: datetime
    expires: datetime
    remembered: bool
    reauthenticated_at: datetime = Field(
        description="When its password, or a passkey, was last given"
    )
    agent: str = Field(description="The browser, as it called itself")


class SessionState(DTO):
    """A session with whose it is."""

    session: Session
    user: SessionUser


class SignedIn(SessionState):
    """A session that was just made. Its secret is told this once."""

    secret: str = Field(repr=False)


class PasswordInput(Input):
    """A password: to prove who one is, or a new one."""

    password: Password = Field(repr=False)


class PasswordChange(Input):
    """A new password with the old one; `session` is the one that goes on, under a new secret."""

    old_password: Password = Field(repr=False)
    new_password: Password = Field(repr=False)
    session: Sha256 | None = None


class CodeInput(Input):
    """A code of a second factor, or a recovery code."""

    code: Annotated[Line, StringConstraints(min_length=6, max_length=40)] = Field(repr=False)


class TotpConfirmation(CodeInput):
    """The first code of a new app; `session` is the one that counts as having given it."""

    session: Sha256 | None = None


class TotpSetup(DTO):
    """What an app needs to show codes. It is told until a first code was given."""

    secret: str = Field(repr=False, description="In base32, to be typed")
    uri: str = Field(repr=False, description="otpauth://…, to be shown as a QR code")


class RecoveryCodes(DTO):
    """Codes for somebody who lost the app; each works once. They are told this once."""

    codes: list[str] = Field(repr=False)


class Passkey(DTO):
    """A passkey (WebAuthn), without its key."""

    id: int
    name: str
    created: datetime
    last_used: datetime | None
    backed_up: bool = Field(description="Whether it survives the device that it was made on")


class SecondFactors(DTO):
    """What a user has beside the password."""

    totp: bool
    recovery_codes: int = Field(description="How many are left")
    required: bool = Field(description="Without one, the user has no permissions")
    passkeys: list[Passkey] = Field(default=[], description="The oldest first")
    password: bool = Field(default=True, description="Whether there is a password at all")


class PasswordReset(DTO):
    """Whose password a reset key sets."""

    username: str


# --- one's own things ---


class EmailAddress(DTO):
    """An address of an account. The primary one is verified and gets all mail."""

    id: int
    email: str
    verified: bool
    primary: bool


class OwnProfile(DTO):
    """One's profile as one edits it."""

    id: int
    username: str
    first_name: str
    last_name: str
    bio: str = Field(description="Markdown; shown to nobody else")
    search_visibility: SearchVisibility
    email_privacy: EmailPrivacy
    public_profile: bool
    version: int = Field(description="Row version, for If-Match")


class ProfileInput(Input):
    """A profile as one sends it. A user name of old may stay."""

    username: Annotated[Line, StringConstraints(min_length=1, max_length=150)]
    first_name: Name = ""
    last_name: Name = ""
    bio: Annotated[Text, StringConstraints(max_length=10_000)] = ""
    search_visibility: SearchVisibility = SearchVisibility.SHOWN
    email_privacy: EmailPrivacy = EmailPrivacy.NOBODY
    public_profile: bool = True


class Key(DTO):
    """A key of an API, without its secret. No scopes: all that its owner may."""

    id: int
    kind: KeyKind
    name: str
    scopes: list[str]
    created: datetime
    expires: datetime | None
    last_used: datetime | None = Field(description="To the minute")


class KeyInput(Input):
    """A key as one asks for it."""

    kind: KeyKind
    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    scopes: Annotated[
        list[Annotated[Line, StringConstraints(max_length=100)]], Field(max_length=50)
    ]
    expires: AwareDatetime | None = None


class NewKey(Key):
    """A key that was just made. Its secret is told this once."""

    secret: str = Field(repr=False)


class KeyState(DTO):
    """A key with whose it is and what it may."""

    key: Key
    user: SessionUser


class Provider(DTO):
    """A site elsewhere that can say who a visitor is."""

    id: str
    name: str
    proves: bool = Field(
        default=False, description="It asks again who somebody is, and tells when it did"
    )


class SocialAccount(DTO):
    """An account elsewhere that signs in to one here."""

    id: int
    provider: Provider
    username: str = Field(description="As the provider told it last")
    email: str = Field(description="As the provider told it last")
    created: datetime
    last_used: datetime | None


class SecurityEntry(DTO):
    """One line of a user's own security log."""

    id: UUID
    time: datetime
    action: str = Field(examples=["signed_in", "password_changed", "key_created"])
    actor: str = Field(description="Subject of whoever did it, e.g. user:7")
    details: dict[str, Any]


# --- staff ---


class GroupSummary(DTO):
    """A group by its name."""

    id: int
    name: str


class User(DTO):
    """An account as staff see it. `permissions` are its own, without those of its groups."""

    id: int
    username: str
    first_name: str
    last_name: str
    email: str = Field(description="The primary address; empty where there is none")
    is_active: bool
    is_staff: bool
    is_superuser: bool
    groups: list[GroupSummary]
    permissions: list[str]
    last_login: datetime | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class UserInput(Input):
    """An account as staff send it. `groups` are ids."""

    username: Annotated[Line, StringConstraints(min_length=1, max_length=150)]
    first_name: Name = ""
    last_name: Name = ""
    is_active: bool
    is_staff: bool
    is_superuser: bool
    groups: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=100)]
    permissions: Annotated[
        list[Annotated[Line, StringConstraints(max_length=100)]], Field(max_length=500)
    ]


class AccountExport(DTO):
    """Everything that is kept of a user, but for hashes and secrets."""

    exported: datetime
    account: User
    profile: OwnProfile
    addresses: list[EmailAddress]
    sessions: list[Session]
    keys: list[Key]
    social_accounts: list[SocialAccount] = Field(default_factory=list)
    security_log: list[SecurityEntry]
    second_factors: SecondFactors | None = Field(
        default=None, description="Null in what was exported before they were told"
    )
    webhooks: list[Webhook] = Field(default_factory=list)
    membership: Membership | None = None
    subscriptions: list[Subscription] = Field(default_factory=list)
    nominations: list[Nomination] = Field(
        default_factory=list, description="Those that they made, and those of themselves"
    )


class Group(DTO):
    """A group of people with permissions."""

    id: int
    name: str
    permissions: list[str]
    members: int = Field(description="How many people are in it")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class GroupInput(Input):
    """A group as staff send it."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=150)]
    permissions: Annotated[
        list[Annotated[Line, StringConstraints(max_length=100)]], Field(max_length=500)
    ]


class Permission(DTO):
    """A permission that can be given."""

    name: str = Field(examples=["downloads.change_release"])
    description: str
