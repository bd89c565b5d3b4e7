"""One's own sponsorships: /users/sponsorships/… (as at python.org)."""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING, Final

from contracts.sponsors.dto import SponsorshipStatus
from gateway.pages.events.rows import country_name
from gateway.pages.heads import Head, windows
from gateway.pages.links import Link
from gateway.pages.sponsors import fetch, handover, links, logos, states
from gateway.pages.sponsors.own_models import (
    BenefitsView,
    ChooserPage,
    MinePage,
    OwnRow,
    ProvidedPage,
    SponsorshipPage,
)
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page
from gateway.web.templating import long_date

if TYPE_CHECKING:
    from contracts.sponsors.applications import OwnSponsor, OwnSponsorship, OwnSummary
    from contracts.sponsors.assets import Handover

MINE: Final = ("Your sponsorships", links.MINE)
_ROWS: Final = 50
_DONE: Final = {
    "kept": "Your application is kept. Go on with it whenever you like.",
    "sponsor": "What is kept of the organisation is changed, and the foundation was told.",
    "assets": "Thank you, it is there.",
}
_ROLES: Final = ("primary", "administrative", "accounting", "manager")
#: Room for a logo on a page of one's own, in pixels.
_ROOM: Final = (175, 100)


def head(title: str, *above: tuple[str, str], text: str = "") -> Head:
    """Return the head of a page of one's own."""
    return Head(
        title=title,
        description="Sponsorships of the Python Software Foundation",
        trail=(("Python", "/"), *above),
        text=text,
        indexed=False,
    )


# --- all of them ---


@page(links.MINE, name="sponsors.mine", cache=None, personal=True, params=("done", "page"))
async def mine(ctx: PageContext) -> Page:
    """List the visitor's sponsorships, those that run first, and what is not sent yet."""
    own = fetch.own(ctx)
    number = fetch.page_of(ctx)
    found, draft = await asyncio.gather(own.sponsorships(_ROWS, (number - 1) * _ROWS), own.draft())
    if number > 1 and not found.items:
        raise NotFound
    year = (await fetch.catalogue(ctx)).year
    model = MinePage(
        head=head("Your sponsorships"),
        notice=_DONE.get(ctx.params.get("done", ""), ""),
        begun=Link(label="Go on with it", href=links.NEW) if draft else None,
        rows=tuple(_row(one, year) for one in found.items),
        pager=windows(ctx, found.total, _ROWS, number, "Pages of your sponsorships"),
        apply=Link(label="Apply for a sponsorship", href=links.APPLY),
        edit=Link(label="Change an organisation", href=links.EDIT) if found.items else None,
    )
    return ctx.render("sponsors/mine.html", model)


def _row(one: OwnSummary, year: int) -> OwnRow:
    href = links.sponsorship_path(one.id)
    return OwnRow(
        title=one.sponsor_name,
        href=href,
        mark=states.mark_of(one),
        level=states.level_of(one),
        facts=states.said_of(one),
        steps=(Link(label="What is due", href=f"{href}#assets"), *_again(one, year)),
    )


def _again(one: OwnSummary, year: int) -> tuple[Link, ...]:
    """Return the way to another year: from a contract that was signed in an earlier one."""
    if one.status is not SponsorshipStatus.FINALIZED or not one.year or one.year >= year:
        return ()
    return (Link(label=f"Apply again for {year}", href=f"{links.APPLY}?again={one.id}"),)


# --- one ---


@page(
    "/users/sponsorships/{pk:str}/",
    name="sponsors.sponsorship",
    cache=None,
    personal=True,
    params=("done",),
)
async def sponsorship(ctx: PageContext) -> Page:
    """Show one sponsorship to its people: two calls, at once."""
    own, number = fetch.own(ctx), fetch.number_of(ctx)
    found, given = await asyncio.gather(own.sponsorship(number), own.handover(number))
    if found is None or given is None:
        raise NotFound
    year = (await fetch.catalogue(ctx)).year
    return ctx.render("sponsors/sponsorship.html", _sponsorship(ctx, found, given, year))


def _sponsorship(
    ctx: PageContext, found: OwnSponsorship, given: Handover, year: int
) -> SponsorshipPage:
    sponsor = found.sponsor
    said, papers = handover.paper(given.contract)
    assets = [(one.value is None, handover.required(one, found.id)) for one in given.required]
    again = _again(found, year) if sponsor and sponsor.can_apply else ()
    return SponsorshipPage(
        head=head(found.sponsor_name, MINE),
        notice=_DONE.get(ctx.params.get("done", ""), ""),
        mark=states.mark_of(found),
        said=states.said_of(found),
        facts=_facts(found),
        sponsor=about(sponsor) if sponsor else (),
        people=people(sponsor) if sponsor else (),
        logo=logos.view(sponsor.web_logo, *_ROOM) if sponsor else None,
        edit=links.sponsor_path(sponsor.id) if sponsor and sponsor.can_edit else "",
        assets=links.sponsorship_path(found.id, "assets") if assets else "",
        lacking=tuple(view for lacks, view in assets if lacks),
        there=tuple(view for lacks, view in assets if not lacks),
        provided=handover.provided(given),
        contract=said,
        papers=papers,
        benefits=_benefits(found),
        steps=again,
    )


def _facts(found: OwnSponsorship) -> tuple[tuple[str, str], ...]:
    dates = (("Applied", found.applied_on), ("Approved", found.approved_on),
             ("Finalized", found.finalized_on))  # fmt: skip
    return (
        ("Level", states.level_of(found)),
        ("Fee", states.fee_of(found)),
        *((("Runs", states.span_of(found)),) if states.span_of(found) else ()),
        *((name, long_date(value)) for name, value in dates if value),
    )


def about(sponsor: OwnSponsor) -> tuple[tuple[str, str], ...]:
    """Return what is kept of a sponsor, in words."""
    address = ", ".join(
        filter(
            None,
            (
                sponsor.mailing_address_line_1,
                sponsor.mailing_address_line_2,
                f"{sponsor.postal_code} {sponsor.city}".strip(),
                sponsor.state,
                country_name(sponsor.country),
            ),
        )
    )
    pairs = (
        ("About", sponsor.description),
        ("Website", sponsor.landing_page_url),
        ("Phone", sponsor.primary_phone),
        ("Address", address),
    )
    return tuple((name, text) for name, text in pairs if text)


def people(sponsor: OwnSponsor) -> tuple[tuple[str, str], ...]:
    """Return the contacts of a sponsor, each with what is known of them."""
    made = []
    for one in sponsor.contacts:
        roles = ", ".join(name for name in _ROLES if getattr(one, name))
        made.append((one.name, " · ".join(filter(None, (one.email, one.phone, roles)))))
    return tuple(made)


def _benefits(found: OwnSponsorship) -> tuple[BenefitsView, ...]:
    return tuple(
        BenefitsView(title=name, names=tuple(one.display_name for one in some))
        for name, some in groupby(found.benefits, key=lambda one: one.program_name)
    )


@page(
    "/users/sponsorships/{pk:str}/provided-assets/",
    name="sponsors.provided",
    cache=None,
    personal=True,
)
async def provided(ctx: PageContext) -> Page:
    """List what the foundation gave for a sponsorship."""
    number = fetch.number_of(ctx)
    found = await fetch.own(ctx).handover(number)
    if found is None:
        raise NotFound
    back = links.sponsorship_path(number)
    model = ProvidedPage(
        head=head("From the foundation for you", MINE, (found.sponsor_name, back)),
        provided=handover.provided(found),
        back=back,
    )
    return ctx.render("sponsors/provided.html", model)


# --- which sponsor ---


@page(links.EDIT, name="sponsors.edit_implicit", cache=None, personal=True)
async def implicit(ctx: PageContext) -> Page:
    """Lead to the visitor's sponsor, or let them choose among several."""
    found = await fetch.own(ctx).sponsors()
    if not found:
        raise Redirect(links.MINE, kept=False)
    if len(found) == 1:
        raise Redirect(links.sponsor_path(found[0].id), kept=False)
    model = ChooserPage(
        head=head("Which organisation?", MINE),
        links=tuple(Link(label=one.name, href=links.sponsor_path(one.id)) for one in found),
    )
    return ctx.render("sponsors/chooser.html", model)


DASHBOARD = (mine, implicit, sponsorship, provided)
