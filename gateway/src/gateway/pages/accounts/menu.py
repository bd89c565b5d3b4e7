"""The account menu, as data: in the header of every page, and beside the pages of accounts.

A service that has something for people who are signed in adds its entries here; they are shown
where it is behind the gateway. While it is away they stay, and their pages say so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from gateway.cache.paths import SAFE
from gateway.pages.accounts.models import MenuItem
from gateway.pages.navigation import LIVE, Owner

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor
    from gateway.web.pages import PageContext

#: Services that a gateway may do without, as it calls them.
_OPTIONAL: Final[tuple[Owner, ...]] = ("identity", "events", "jobs", "sponsors")

#: Who sees an entry: whoever is not signed in, whoever is, and of these only the staff.
type Who = Literal["anonymous", "signed in", "staff"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `{name}` in its address is the user name; `owner` answers at it.

    `permission`: only who holds it sees it.
    """

    label: str
    href: str
    owner: Owner
    who: Who = "signed in"
    permission: str = ""


ENTRIES: tuple[Entry, ...] = (
    Entry("Sign In", "/accounts/login/", "identity", "anonymous"),
    Entry("Sign Up", "/accounts/signup/", "identity", "anonymous"),
    Entry("Administration", "/admin/", "gateway", "staff"),
    Entry("Your profile", "/users/{name}/", "identity"),
    Entry("Your events", "/events/submissions/", "events"),
    Entry("Your jobs", "/jobs/mine/", "jobs"),
    Entry("Jobs to review", "/jobs/review/", "jobs", permission="jobs.can_moderate_jobs"),
    Entry("Your sponsorships", "/users/sponsorships/", "sponsors"),
    Entry(
        "Sponsorships to review",
        "/sponsors/review/",
        "sponsors",
        permission="sponsors.can_review_sponsorships",
    ),
    Entry("Edit profile", "/users/edit/", "identity"),
    Entry("E-mail addresses", "/accounts/email/", "identity"),
    Entry("Second factor", "/accounts/2fa/", "identity"),
    Entry("Change password", "/accounts/password/change/", "identity"),
    Entry("Linked accounts", "/accounts/social/connections/", "identity"),
    Entry("Sessions", "/accounts/sessions/", "identity"),
    Entry("API keys", "/accounts/keys/", "identity"),
    Entry("Webhooks", "/accounts/webhooks/", "identity"),
    Entry("Security log", "/accounts/security/", "identity"),
    Entry("Sign Out", "/accounts/logout/", "identity"),
)


def profile_path(username: str) -> str:
    """Return the address of somebody's profile."""
    return f"/users/{_in_path(username)}/"


def _in_path(name: str) -> str:
    """Return a user name as the canonical address of a page has it."""
    return quote(name, safe=SAFE.replace("/", ""))


def items(visitor: Visitor, path: str = "", live: Collection[Owner] = LIVE) -> tuple[MenuItem, ...]:
    """Return the menu of a visitor who looks at the page at `path`."""
    shown: set[Who] = {"anonymous"} if visitor.anonymous else {"signed in"}
    if visitor.staff and not visitor.anonymous:
        shown.add("staff")
    name = _in_path(visitor.username)
    return tuple(
        MenuItem(label=entry.label, href=href, current=href == path)
        for entry in ENTRIES
        if entry.who in shown and entry.owner in live
        if not entry.permission or visitor.may(entry.permission)
        for href in (entry.href.format(name=name),)
    )


def of(ctx: PageContext, path: str = "") -> tuple[MenuItem, ...]:
    """Return the menu of who visits, without the entries of services that are not there."""
    absent = {name for name in _OPTIONAL if getattr(ctx.backends, name) is None}
    return items(ctx.visitor, path, LIVE - absent)


def beside(ctx: PageContext, path: str = "") -> tuple[MenuItem, ...]:
    """Return what stands beside a page of accounts: nothing for those who are not signed in."""
    return () if ctx.visitor.anonymous else of(ctx, path or ctx.path)
