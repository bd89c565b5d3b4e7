"""What pages of sponsors ask for, how they are kept, and what their addresses mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contracts.sponsors.dto import APPLICATIONS_OPEN
from contracts.sponsors.inputs import Person
from gateway.backends.sponsors import OwnSponsorships, SponsorDesk
from gateway.pages.accounts import common
from gateway.pages.asking import is_number
from gateway.web.pages import BadInput, NotFound

if TYPE_CHECKING:
    from contracts.sponsors.dto import Catalogue
    from gateway.auth.visitor import Visitor
    from gateway.backends import Sponsors
    from gateway.web.pages import PageContext

#: Dropped with every package: levels name and order logos.
LEVELS: Final = "sponsor-levels"
#: Dropped with everything that can be chosen.
CATALOGUE: Final = "sponsor-catalogue"
#: Who may look at applications, and decide.
REVIEW: Final = "sponsors.can_review_sponsorships"

_LONGEST: Final = 18
_LAST_PAGE: Final = 1000
_NOT_STAFF: Final = "This page is for those who review sponsorships."


def service(ctx: PageContext) -> Sponsors:
    """Return the sponsors service. Raises NotFound where the site has none."""
    if ctx.backends.sponsors is None:
        raise NotFound
    return ctx.backends.sponsors


def own(ctx: PageContext) -> OwnSponsorships:
    """Return what the visitor has to do with. Raises Redirect where nobody is signed in."""
    sponsors = service(ctx)
    return OwnSponsorships(sponsors.client, ctx.speak("sponsors"))


def desk(ctx: PageContext) -> SponsorDesk:
    """Return sponsorships as the visitor works on them.

    Raises Redirect where nobody is signed in, and Refused (403) for who is none of the staff.
    """
    sponsors = service(ctx)
    if not ctx.signed_in().may(REVIEW):
        common.refuse(403, _NOT_STAFF)
    return SponsorDesk(sponsors.client, ctx.speak("sponsors"))


async def catalogue(ctx: PageContext) -> Catalogue:
    """Return what can be chosen this year."""
    return await ctx.blocks.fetch("sponsors:catalogue", {CATALOGUE, LEVELS}, service(ctx).catalogue)


async def is_open(ctx: PageContext) -> bool:
    """Tell whether the visitor can apply now."""
    service(ctx)
    return await ctx.switch(APPLICATIONS_OPEN)


def person(visitor: Visitor, emails: tuple[str, ...] = ()) -> Person:
    """Return who does something, as the service is told; `emails` are confirmed addresses."""
    return Person(
        name=visitor.name or visitor.username,
        email=visitor.email,
        emails=list(emails or filter(None, (visitor.email,))),
        username=visitor.username,
        groups=sorted(visitor.groups),
    )


async def addresses(ctx: PageContext) -> tuple[str, ...]:
    """Return the confirmed addresses of the visitor."""
    found = await common.identity(ctx).addresses(ctx.visitor.id)
    return tuple(one.email for one in found if one.verified)


def number_of(ctx: PageContext) -> int:
    """Return the id in the address. Raises NotFound for what is none."""
    text = ctx.path_params["pk"]
    if not (is_number(text) and len(text) <= _LONGEST):
        raise NotFound
    return int(text)


def page_of(ctx: PageContext) -> int:
    """Return the number of the page of a list that is asked for. Raises BadInput."""
    text = ctx.params.get("page", "1")
    if not (is_number(text) and len(text) <= _LONGEST):
        raise BadInput("page", "must be a number from 1")
    if int(text) > _LAST_PAGE:
        raise NotFound
    return int(text)
