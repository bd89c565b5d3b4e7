"""Membership of the Python Software Foundation: a page that is there for whom its switch says."""

from __future__ import annotations

from typing import Final

from gateway.pages.links import Link
from gateway.pages.models import MembershipPage
from gateway.web.pages import NotFound, Page, PageContext, page

SWITCH: Final = "psf_membership"
_JOIN: Final = Link(label="Become a member", href="https://psfmember.org/", external=True)
_LEVELS: Final = (
    (
        "Supporting",
        "You give a yearly amount to the foundation, and vote in its elections.",
    ),
    (
        "Contributing",
        "You work on free software around Python for five hours a month or more, and vote.",
    ),
    (
        "Fellow",
        "Others propose you for what you have done for Python. It lasts for life.",
    ),
    (
        "Basic",
        "You are told what goes on. It costs nothing, and gives no vote.",
    ),
)
_MORE: Final = (
    Link(label="Members of the foundation", href="https://psfmember.org/", external=True),
    Link(label="News of the foundation", href="https://pyfound.blogspot.com/", external=True),
)


@page("/membership/", name="membership", cache=None, personal=True)
async def membership(ctx: PageContext) -> Page:
    """Say what membership is, and how to become a member."""
    if not await ctx.switch(SWITCH):
        raise NotFound
    return ctx.render("membership.html", MembershipPage(join=_JOIN, levels=_LEVELS, more=_MORE))
