"""What pages of editorial content read of their address, and whom they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.pages.downloads.fetch import is_slug
from gateway.web.pages import BadInput, NotFound

if TYPE_CHECKING:
    from gateway.backends import Content
    from gateway.web.pages import PageContext

#: Digits of an id, and of the number of a page of a list.
_LONGEST = 18
_LONGEST_PAGE = 4


def content(ctx: PageContext) -> Content:
    """Return the content service. Raises NotFound where the site has none."""
    if ctx.backends.content is None:
        raise NotFound
    return ctx.backends.content


def slug_of(ctx: PageContext, name: str = "slug") -> str:
    """Return a slug in the address. Raises NotFound for what is none."""
    slug = ctx.path_params[name]
    if not is_slug(slug):
        raise NotFound
    return slug


def number_of(ctx: PageContext, name: str) -> int:
    """Return an id in the address. Raises NotFound for what is none."""
    text = ctx.path_params[name]
    if not (is_number(text) and len(text) <= _LONGEST):
        raise NotFound
    return int(text)


def page_of(ctx: PageContext) -> int:
    """Return which page of a list is wanted, from 1. Raises BadInput."""
    text = ctx.params.get("page", "1")
    if not (is_number(text) and len(text) <= _LONGEST_PAGE):
        raise BadInput("page", "must be a number from 1")
    return int(text)


def is_number(text: str) -> bool:
    """Tell whether a text is a whole number from 1 in digits."""
    return text.isascii() and text.isdecimal() and int(text) > 0
