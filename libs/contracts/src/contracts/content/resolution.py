"""What an address of the site is to the content service."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from contracts.base import DTO
from contracts.content.pages import Page
from contracts.content.redirects import RedirectCode


class AddressKind(StrEnum):
    """What there is at an address."""

    PAGE = "page"
    REDIRECT = "redirect"
    GONE = "gone"
    NOTHING = "nothing"


class Resolution(DTO):
    """The answer to "what is at this path?", complete enough to show it.

    `location` is the whole target of a redirect, placeholders filled in; the query of the request
    is to be added to it by whoever answers the visitor, unless the redirect is for that very query
    (`keeps_query` false).
    """

    kind: AddressKind
    page: Page | None = None
    location: str = ""
    code: RedirectCode = RedirectCode.PERMANENT
    keeps_query: bool = True
    by_query: bool = Field(
        default=False,
        description="There are redirects at this path for certain queries: ask with the query",
    )
