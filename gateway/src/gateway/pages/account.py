"""Fragments that depend on who asks; loaded by a script, so that pages themselves do not.

Accounts do not exist yet: everybody is anonymous, and the links of the menu appear with the
identity service.
"""

from __future__ import annotations

from gateway.pages import navigation
from gateway.pages.links import Link
from gateway.pages.models import AccountMenu
from gateway.pages.navigation import Owner
from gateway.web.pages import NotFound, Page, PageContext, page

_ANONYMOUS: tuple[tuple[Owner, Link], ...] = (
    ("identity", Link(label="Sign In", href="/accounts/login/")),
    ("identity", Link(label="Sign Up", href="/accounts/signup/")),
)


@page("/authenticated", name="account.menu", cache=None, slash="either")
async def account_menu(ctx: PageContext) -> Page:
    """Answer the account menu."""
    return ctx.render("fragments/account.html", menu(navigation.LIVE))


def menu(live: frozenset[Owner]) -> AccountMenu:
    """Return the menu of an anonymous visitor, with links whose address answers."""
    return AccountMenu(links=tuple(link for owner, link in _ANONYMOUS if owner in live))


@page("/release-edit-button/{pk:str}", name="account.release_edit_button", cache=None)
async def release_edit_button(ctx: PageContext) -> Page:
    """Answer the link by which staff edit a release: nothing, to anybody else."""
    pk = ctx.path_params["pk"]
    if not (pk.isascii() and pk.isdecimal()):
        raise NotFound
    return ctx.respond("", "text/html; charset=utf-8")
