"""Redirects: addresses that lead somewhere else, or that are gone for good."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, said
from contracts.events import EventData

# What a path may hold unescaped or escaped (RFC 3986), without the slashes.
_PATH = r"[A-Za-z0-9\-._~!$&'()*+,;=:@%]"
_QUERY = rf"(?:{_PATH}|[/?])"
_REST = rf"(?:{_PATH}|\{{rest\}}|\{{stem\}})"

#: The old path, beginning with a slash; one at the end says nothing.
OldPath = Annotated[
    str,
    StringConstraints(
        max_length=500,
        pattern=said(
            rf"^(/{_PATH}+)+/?$", "must be a path such as /dev/peps, without spaces and without ?"
        ),
    ),
]
#: A path of the site or an http(s) address; `{rest}` and `{stem}` stand for what follows a prefix.
Target = Annotated[
    str,
    StringConstraints(
        max_length=2000,
        pattern=said(
            rf"^$|^(/|(/{_REST}+)+/?|https?://[A-Za-z0-9.-]+(:[0-9]+)?(/{_REST}*)*)"
            rf"(\?({_REST}|[/?])*)?(#{_QUERY}*)?$",
            "must be empty, a path that begins with one /, or an address with https:// or http://",
        ),
    ),
]


class RedirectCode(IntEnum):
    """With which status a visitor is sent on."""

    PERMANENT = 301
    TEMPORARY = 302


class Redirect(DTO):
    """An address that leads elsewhere.

    Where the old path is a prefix, `{rest}` in the target is what follows it (`8/x.html`), and
    `{stem}` the same without `.html` and a slash at its end. The query of the request is kept,
    unless the redirect is for that query alone.
    """

    id: int
    old_path: str = Field(description="Without a slash at the end")
    query: str | None = Field(description="Only for this query; null: whatever the query is")
    is_prefix: bool = Field(description="Also for every address below it")
    target: str = Field(description="Where it leads; empty: the address is gone (410)")
    code: RedirectCode
    note: str
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class RedirectInput(Input):
    """Create or replace a redirect."""

    old_path: OldPath = Field(examples=["/dev/peps"])
    query: (
        Annotated[
            str,
            StringConstraints(
                max_length=500,
                pattern=said(rf"^{_QUERY}*$", "must be a query such as id=7, without ? and spaces"),
            ),
        ]
        | None
    ) = Field(default=None, description="Only for this query; absent: whatever the query is")
    is_prefix: bool = Field(default=False, description="Also for every address below it")
    target: Target = Field(
        default="",
        description="Where it leads; empty: the address is gone",
        examples=["https://peps.python.org/{rest}"],
    )
    code: RedirectCode = RedirectCode.PERMANENT
    note: Annotated[Line, StringConstraints(max_length=300)] = ""


class RedirectRef(EventData):
    """What every event of a redirect says."""

    AGGREGATE: ClassVar[str] = "redirect"

    id: int
    old_path: str
    is_prefix: bool
    redirect: Redirect | None = None
    """Full state; None after a deletion."""
    previous_paths: tuple[str, ...] = ()
    """The old path before this change, where it was another one."""


class RedirectCreated(RedirectRef):
    """A redirect was added."""

    SUBJECT: ClassVar[str] = "content.redirect.created"


class RedirectUpdated(RedirectRef):
    """A redirect changed."""

    SUBJECT: ClassVar[str] = "content.redirect.updated"


class RedirectDeleted(RedirectRef):
    """A redirect is gone."""

    SUBJECT: ClassVar[str] = "content.redirect.deleted"


EVENTS: tuple[type[EventData], ...] = (RedirectCreated, RedirectUpdated, RedirectDeleted)
