"""`python -m identity import accounts FILE`: people of another installation, under their ids.

All or nothing. An account whose id is there already is left as it is, so that an import can be run
again. Keys come raw and are kept as hashes; password hashes of Django stay until the first sign-in.
Permissions that no service asks for yet are kept too, and give nothing until one does. Whoever may
change releases gets the permission to publish them with it: elsewhere the one was the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError
from sqlalchemy import select, text

from contracts.base import Input, Line, Text
from contracts.identity.addresses import Email
from contracts.identity.dto import EmailPrivacy, KeyKind, Name, SearchVisibility
from contracts.identity.events import GroupCreated, UserCreated
from contracts.identity.social import ProviderId
from identity import secrets
from identity.events import tell_group, tell_user
from identity.models import ApiKey, EmailAddress, Group, Member, SocialAccount, User
from identity.services.common import note
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import FieldError, Invalid
from servicekit.service import TaskContext

IMPORTER: Final = Principal(subject="service:identity-import")

_CHANGE: Final = "downloads.change_release"
_PUBLISH: Final = "downloads.can_publish_releases"

Permissions = list[Annotated[Line, StringConstraints(max_length=100)]]


class ImportedGroup(Input):
    """A group and what it gives."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=150)]
    permissions: Permissions = Field(default_factory=list)


class ImportedAddress(Input):
    """An address of an account."""

    email: Email
    verified: bool = False
    primary: bool = False


class ImportedKey(Input):
    """A key as its owner has it."""

    kind: KeyKind
    key: Annotated[str, StringConstraints(min_length=20, max_length=200)] = Field(repr=False)
    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)] = "imported"
    created: AwareDatetime | None = None


class ImportedSocialAccount(Input):
    """An account elsewhere; `uid` is the provider's own name for it."""

    provider: ProviderId
    uid: Annotated[Line, StringConstraints(min_length=1, max_length=255)]
    username: Annotated[Line, StringConstraints(max_length=255)] = ""
    email: Email | Literal[""] = ""
    date_joined: AwareDatetime | None = None
    last_login: AwareDatetime | None = None


class ImportedUser(Input):
    """An account; the names of the fields are Django's."""

    id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    username: Annotated[Line, StringConstraints(min_length=1, max_length=150)]
    password: Annotated[Line, StringConstraints(max_length=500)] = Field(default="", repr=False)
    first_name: Name = ""
    last_name: Name = ""
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    date_joined: AwareDatetime
    last_login: AwareDatetime | None = None
    bio: Text = ""
    search_visibility: SearchVisibility = SearchVisibility.SHOWN
    email_privacy: EmailPrivacy = EmailPrivacy.NOBODY
    public_profile: bool = True
    groups: list[str] = Field(default_factory=list)
    permissions: Permissions = Field(default_factory=list)
    addresses: list[ImportedAddress] = Field(default_factory=list)
    keys: list[ImportedKey] = Field(default_factory=list)
    social_accounts: list[ImportedSocialAccount] = Field(default_factory=list)


class ImportedAccounts(Input):
    """A whole file."""

    groups: list[ImportedGroup] = Field(default_factory=list)
    users: list[ImportedUser]


async def import_accounts(context: TaskContext, file: Path) -> str:
    """Read a file. Raises Invalid naming what is wrong in it, and nothing is kept."""
    try:
        found = ImportedAccounts.model_validate_json(file.read_bytes())  # noqa: ASYNC240 - a command
    except ValidationError as error:
        raise Invalid(
            "The file is not as it has to be.",
            errors=[
                FieldError(loc=list(item["loc"]), msg=item["msg"], code=item["type"])
                for item in error.errors(include_input=False, include_url=False)
            ],
        ) from None
    async with context.session() as session:
        groups = await _groups(session, found.groups)
        known = set(await session.scalars(select(User.id)))
        new = [user for user in found.users if user.id not in known]
        for number, user in enumerate(new, 1):
            await _add(session, user, groups)
            context.progress(number, len(new), "accounts")
        await session.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('account', 'id'), "
                "greatest((SELECT max(id) FROM account), 1))"
            )
        )
    return f"{len(new)} accounts added, {len(found.users) - len(new)} were there already"


async def _groups(session: WriteSession, wanted: list[ImportedGroup]) -> dict[str, int]:
    """Add the groups that are missing; returns the ids of all by name."""
    known = {group.name: group.id for group in await session.scalars(select(Group))}
    for group in wanted:
        if group.name not in known:
            row = Group(name=group.name, permissions=_granted(group.permissions))
            session.add(row)
            await tell_group(session, GroupCreated, row)
            known[group.name] = row.id
    return known


def _granted(permissions: list[str]) -> list[str]:
    """Return what somebody gets who had these permissions elsewhere."""
    publishing = {_PUBLISH} if _CHANGE in permissions else set()
    return sorted({*permissions, *publishing})


async def _add(session: WriteSession, sent: ImportedUser, groups: dict[str, int]) -> None:
    fields = sent.model_dump(
        mode="python",
        exclude={
            *("groups", "addresses", "keys", "social_accounts", "date_joined", "permissions"),
        },
    )
    user = User(**fields, permissions=_granted(sent.permissions), created=sent.date_joined)
    session.add(user)
    await session.flush()
    for name in sorted(set(sent.groups)):
        if name not in groups:
            loc: list[str | int] = ["users", sent.id, "groups"]
            raise Invalid.field(loc, f"There is no group {name}.", "unknown")
        session.add(Member(user_id=user.id, group_id=groups[name]))
    session.add_all(
        EmailAddress(
            user_id=user.id,
            email=address.email.lower(),
            verified=address.verified,
            primary=address.primary,
        )
        for address in sent.addresses
    )
    for key in sent.keys:
        row = ApiKey(
            sha256=secrets.digest(key.key), kind=key.kind.value, user_id=user.id, name=key.name
        )
        if key.created is not None:
            row.created = key.created
        session.add(row)
    for account in sent.social_accounts:
        linked = SocialAccount(
            user_id=user.id,
            provider=account.provider,
            subject=account.uid,
            username=account.username,
            email=account.email.lower(),
            last_used=account.last_login,
        )
        if account.date_joined is not None:
            linked.created = account.date_joined
        session.add(linked)
    note(session, IMPORTER, "imported", user)
    await tell_user(session, UserCreated, user)
