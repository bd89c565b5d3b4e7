"""The choice of a level and its benefits: /sponsors/application/ (as at python.org).

One rule decides what a choice costs and whether it can be sent: the service's. The button "Check"
asks it; a script presses that button whenever something is ticked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints

from contracts.base import Input
from contracts.sponsors.dto import FIRST_YEAR, LAST_YEAR
from contracts.sponsors.inputs import DraftInput
from gateway.pages import boxes
from gateway.pages.accounts import common
from gateway.pages.heads import Head
from gateway.pages.landings.blocks import Block, tile
from gateway.pages.links import Link
from gateway.pages.sponsors import choice as choices
from gateway.pages.sponsors import fetch, links, offered
from gateway.pages.sponsors.choice import Choice
from gateway.pages.sponsors.choice_models import ChoicePage, ClosedPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect

if TYPE_CHECKING:
    from contracts.sponsors.applications import ApplicationDraft, Quote
    from contracts.sponsors.dto import Catalogue

TRAIL: Final = (
    ("Python", "/"),
    ("Python Software Foundation", "/psf-landing/"),
    ("Sponsors", links.ALL),
)
#: Where one is on the way to an application.
STEPS: Final = ("Level and benefits", "Organisation", "People", "Look it over")
TITLE: Final = "Become a sponsor"
CLOSED: Final = "Applications are closed, so nothing was sent."

_OPEN: Final = Block(
    label="sponsorship-application",
    title="Apply to become a sponsor",
    text="Choose a level, see its benefits, and send your application. You can stop and go on "
    "later.",
)
_SHUT: Final = Block(
    label="sponsorship-application-closed",
    title="Applications are closed",
    text="At the moment no new applications are taken online. Write to sponsors@python.org.",
)
_SHUT_LINKS: Final = (
    Link(label="About sponsorship", href=links.ABOUT),
    Link(label="Sponsors of the foundation", href=links.ALL),
)
_DESCRIPTION: Final = "Choose a level and benefits, and apply to become a sponsor"
_NOT_CHOSEN: Final = "This cannot be sent as it is."
_NOTHING: Final = "Choose a level, or benefits that come without one."

_Id = Annotated[str, StringConstraints(max_length=20)]


class ChoiceForm(Input):
    """A level and benefits, by their ids; what is no id of this year is as good as absent."""

    action: Literal["check", "next"] = "next"
    package: _Id = ""
    of: _Id = ""
    benefits: list[_Id] = Field(default_factory=list)


def head(title: str, *, text: str = "", indexed: bool = False) -> Head:
    """Return the head of a page on the way to an application."""
    return Head(title=title, description=_DESCRIPTION, trail=TRAIL, text=text, indexed=indexed)


async def closed(ctx: PageContext, notice: str = "") -> Page:
    """Say that nobody can apply now."""
    written = await boxes.placed(ctx, _SHUT.label)
    intro = tile(_SHUT, written)
    model = ClosedPage(head=head(intro.title), intro=intro, notice=notice, links=_SHUT_LINKS)
    return ctx.render("sponsors/closed.html", model)


async def begun(ctx: PageContext) -> ApplicationDraft | None:
    """Return what the visitor left unfinished."""
    return None if ctx.visitor.anonymous else await fetch.own(ctx).draft()


def chosen(ctx: PageContext, draft: ApplicationDraft | None) -> Choice:
    """Return what was chosen before: since then by nobody in particular, or as it was kept."""
    unnamed = choices.read(ctx.cookies)
    if unnamed is not None:
        return unnamed
    if draft is None:
        return Choice()
    return Choice(draft.package_id, tuple(draft.benefit_ids), draft.package_id)


async def _show(ctx: PageContext, form: FormState) -> Page:
    year = _preview(ctx)
    if year is not None:
        return await _preview_of(ctx, form, year)
    if not await fetch.is_open(ctx):
        return await closed(ctx, form.errors.get("", ""))
    catalogue, draft, written = await asyncio.gather(
        fetch.catalogue(ctx), begun(ctx), boxes.placed(ctx, _OPEN.label)
    )
    if form.values:
        picked = choices.typed(form.values, catalogue)
    elif "again" in ctx.params:
        picked = await _again(ctx, catalogue)
    else:
        picked = chosen(ctx, draft)
    quote = None if picked.empty else await fetch.service(ctx).quote(picked.selection())
    go_on = draft is not None and bool(draft.sponsor or draft.sponsor_id or draft.contacts)
    model = ChoicePage(
        head=head(TITLE, indexed=True),
        form=form,
        intro=tile(_OPEN, written),
        preview="",
        steps=STEPS,
        levels=offered.levels(catalogue, picked),
        groups=offered.groups(catalogue, picked, quote),
        of=str(picked.of or ""),
        quote=offered.quoted(quote, catalogue) if quote else None,
        go_on=Link(label="Go on with your application", href=links.NEW) if go_on else None,
    )
    return ctx.render("sponsors/choose.html", model)


async def _again(ctx: PageContext, catalogue: Catalogue) -> Choice:
    """Return a choice like that of a sponsorship of the visitor's. Raises NotFound."""
    last = await fetch.own(ctx).sponsorship(_again_of(ctx))
    if last is None:
        raise NotFound
    return choices.again(last, catalogue)


def _again_of(ctx: PageContext) -> int:
    text = ctx.params["again"]
    if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text)):
        raise NotFound
    return int(text)


def _preview(ctx: PageContext) -> int | None:
    """Return the year that staff want to look at; nobody else has a preview (as at python.org)."""
    text = ctx.params.get("config_year", "")
    if not text or not ctx.visitor.may(fetch.REVIEW):
        return None
    if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text[:9]) <= LAST_YEAR):
        raise NotFound
    return int(text)


async def _preview_of(ctx: PageContext, form: FormState, year: int) -> Page:
    catalogue = await fetch.desk(ctx).catalogue(year)
    if catalogue is None:
        raise NotFound
    nothing = Choice()
    model = ChoicePage(
        head=head(f"{TITLE}: preview of {year}"),
        form=form,
        intro=tile(_OPEN, {}),
        preview=str(year),
        steps=STEPS,
        levels=offered.levels(catalogue, nothing),
        groups=offered.groups(catalogue, nothing, None),
        of="",
        quote=None,
        go_on=None,
    )
    return ctx.render("sponsors/choose.html", model)


async def _take(ctx: PageContext, data: ChoiceForm) -> Redirect | Page:
    if _preview(ctx) is not None:
        common.refuse(403, "This is a preview: nothing can be sent from it.")
    if not await fetch.is_open(ctx):
        raise FormErrors({"": CLOSED}, 409)
    catalogue = await fetch.catalogue(ctx)
    picked = choices.typed(offered.fields(data.package, data.of, data.benefits), catalogue)
    if data.action == "check":
        state = ctx.form
        return await _show(ctx, offered.filled(state, picked))
    if picked.empty:
        raise FormErrors({"package": _NOTHING})
    quote = await fetch.service(ctx).quote(picked.selection())
    if quote.wrong:
        raise FormErrors({"": _NOT_CHOSEN, **offered.wrongs(quote)})
    return await _keep(ctx, picked, quote)


async def _keep(ctx: PageContext, picked: Choice, quote: Quote) -> Redirect:
    """Keep a choice that can be sent, for its writer or in the browser, and lead on."""
    if ctx.visitor.anonymous:
        return Redirect(links.NEW, cookies=(choices.keep(picked, ctx.site.origin),))
    own = fetch.own(ctx)
    draft = await own.draft()
    sponsor = draft.sponsor_id if draft else None
    if "again" in ctx.params:
        last = await own.sponsorship(_again_of(ctx))
        sponsor = last.sponsor_id if last else sponsor
    await own.keep(
        DraftInput(
            package_id=picked.package,
            benefit_ids=quote.benefit_ids,
            sponsor_id=sponsor,
            sponsor=draft.sponsor if draft else {},
            contacts=draft.contacts if draft else [],
        )
    )
    return Redirect(links.NEW, cookies=(choices.forget(ctx.site.origin),))


choose = FormRoute(
    links.APPLY,
    name="sponsors.choose",
    model=ChoiceForm,
    show=_show,
    accept=_take,
    # A script asks for the price whenever something is ticked.
    limit="1200/hour",
    seconds=0,
    params=("again", "config_year"),
    personal=True,
    cookies=(choices.COOKIE,),
)
