"""What the pages of accounts print. Template names stand in each docstring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from gateway.pages.downloads.models import Option
from gateway.web.forms import FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One entry of the account menu; `current`: it is this page."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMenu:
    """`fragments/account.html` (no frame), at /authenticated.

    `name` is whose account it is, empty for somebody who is not signed in.
    """

    name: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditButton:
    """`fragments/edit.html` (no frame), at /release-edit-button/<pk> and others."""

    href: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What every page of accounts has, and all that some have.

    `menu` stands beside the page of somebody who is signed in. `notice` says what was just done.
    """

    menu: tuple[MenuItem, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(AccountPage):
    """A page about one form: `form` is its state, `subject` whom or what it is about."""

    form: FormState
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLink:
    """A provider to go to; a form is sent to `href`."""

    id: str
    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyOffer:
    """What is said to browsers that cannot use passkeys here.

    `elsewhere` is this page at an address where they could, empty where there is none.
    """

    note: str
    elsewhere: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage(FormPage):
    """`accounts/login.html`; `beyond` is the query that sign-up takes along."""

    beyond: str
    providers: tuple[ProviderLink, ...]
    offer: PasskeyOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage(FormPage):
    """`accounts/reauthenticate.html`; `password`, `passkeys`: which of them there are.

    Without a password, `providers` are asked.
    """

    password: bool
    passkeys: bool
    providers: tuple[ProviderLink, ...]
    offer: PasskeyOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavePage(FormPage):
    """`accounts/delete.html`; `password`: it is asked for."""

    password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyPage(FormPage):
    """`accounts/passkey.html`: the page on which the browser asks an authenticator.

    `options` is what it asks, in JSON; `new`: a passkey is made. `kept` are hidden fields that go
    along with the answer; `back` is where to go without one.
    """

    title: str
    new: bool
    options: str
    kept: tuple[tuple[str, str], ...]
    back: str
    offer: PasskeyOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatePage(FormPage):
    """`accounts/authenticate.html`; `app`, `passkeys`: which of them there are."""

    app: bool
    passkeys: bool
    offer: PasskeyOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created: datetime
    used: datetime | None
    backed_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsPage(FormPage):
    """`accounts/factors.html`.

    `missing`: staff may do nothing before there is a factor. `any`: there is one; `removable`: it
    may go. `codes` are left; `name` is of a new passkey. `onward` is the query that remembers where
    the visitor was going.
    """

    onward: str
    missing: bool
    passkeys: tuple[PasskeyRow, ...]
    app: bool
    codes: int
    any: bool
    removable: bool
    name: str
    offer: PasskeyOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPage(FormPage):
    """`accounts/app.html`. `picture` is an SVG, empty before there is a secret; `uri` is in it."""

    back: str
    picture: Markup
    secret: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesLeftPage(FormPage):
    """`accounts/codes_left.html`; `left`: how many."""

    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesPage(AccountPage):
    """`accounts/codes.html`: codes that were just made. `file` is a link that holds them."""

    codes: tuple[str, ...]
    file: str
    beyond: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpPage(FormPage):
    """`accounts/signup.html`."""

    providers: tuple[ProviderLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayPage(AccountPage):
    """`accounts/away.html`: on the way to a provider, at `href`."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewcomerPage(FormPage):
    """`accounts/social_signup.html`.

    `exists` is an address that has an account here, which is to be signed in to; `vouched`: the
    provider has confirmed the address.
    """

    provider: str
    name: str
    exists: str
    vouched: bool
    username: str
    email: str
    connections: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """An account elsewhere; `name` is what it is called there."""

    id: int
    provider: str
    name: str
    created: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsPage(FormPage):
    """`accounts/connections.html`.

    `waiting` is the provider of an account that waits to be linked, `waiting_name` what it is
    called there. `password`: there is one here.
    """

    accounts: tuple[ConnectionRow, ...]
    providers: tuple[ProviderLink, ...]
    waiting: str
    waiting_name: str
    password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of an account."""

    id: int
    email: str
    verified: bool
    primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailPage(FormPage):
    """`accounts/email.html`."""

    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage(AccountPage):
    """`accounts/profile.html`. `own`: its owner looks at it; `hidden`: only the owner may."""

    username: str
    name: str
    email: str
    joined: datetime
    own: bool
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage(FormPage):
    """`accounts/edit.html`; `values` are what is stored or was typed, by field."""

    values: dict[str, str]
    visibility: tuple[Option, ...]
    privacy: tuple[Option, ...]
    profile: str
    delete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as its owner sees it; `here`: it is the one that asks."""

    id: int
    where: str
    began: datetime
    seen: datetime
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage(FormPage):
    """`accounts/sessions.html`."""

    sessions: tuple[SessionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key of an API. Empty `scopes`: all that its owner may."""

    id: int
    name: str
    kind: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None
    used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPage(FormPage):
    """`accounts/keys.html`. `permissions` are what scopes can be chosen from."""

    keys: tuple[KeyRow, ...]
    kinds: tuple[Option, ...]
    lifetimes: tuple[Option, ...]
    permissions: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeyPage(AccountPage):
    """`accounts/key.html`: a key that was just made. `header` is how it is sent."""

    name: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One line of a security log. `grave`: worth a second look."""

    time: datetime
    what: str
    where: str
    grave: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPage(AccountPage):
    """`accounts/security.html`."""

    rows: tuple[LogRow, ...]
    older: str
    newer: str
