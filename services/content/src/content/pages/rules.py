"""What may be at which address, and who may write what: the same for forms, API and seed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from content.pages.models import Page
from contracts.content.pages import PageInput, PageMarkup
from contracts.content.taken import is_taken
from servicekit.access import Principal
from servicekit.problems import Invalid

EDIT: Final = "pages.can_edit_pages"
"""Making a page public or a draft again, and changing or deleting what is public."""
UNSAFE: Final = "content.can_write_unsafe_html"
"""Writing HTML that reaches a page uncleaned."""


def free_path(path: str) -> str:
    """Return a path without edge slashes.

    Raises Invalid where the site itself answers there: nobody would ever see the page.
    """
    bare = path.strip("/")
    if is_taken(bare):
        raise Invalid.field(
            ["body", "path"], f"/{bare}/ is an address of the site itself.", "taken"
        )
    return bare


def is_public_matter(row: Page) -> bool:
    """Tell whether a change of the page reaches the public: at once, or when it is due."""
    return row.is_published or row.publish_at is not None


def check_times(sent: PageInput, *, published: bool, old: Page | None) -> None:
    """Raise Invalid where the due times of a page contradict each other, or its state."""
    if sent.publish_at is not None and published:
        raise Invalid.field(
            ["body", "publish_at"], "The page is public already, or is to be at once.", "published"
        )
    if sent.expire_at is None:
        return
    if sent.publish_at is not None and sent.expire_at <= sent.publish_at:
        raise Invalid.field(["body", "expire_at"], "must come after publish_at", "order")
    changed = old is None or sent.expire_at != old.expire_at
    if changed and sent.expire_at <= datetime.now(UTC):
        raise Invalid.field(["body", "expire_at"], "must be in the future", "past")


def check_markup(sent: PageInput, caller: Principal, old: Page | None) -> None:
    """Raise Forbidden where somebody writes HTML that is not cleaned and may not.

    Text that others wrote may stay while other fields change.
    """
    if not sent.content_markup_type.unsafe:
        return
    kept = (
        old is not None
        and PageMarkup(old.content_markup_type) is sent.content_markup_type
        and old.content == sent.content
    )
    if not kept:
        caller.require(UNSAFE)
