"""The application itself, step by step: /sponsors/application/new/ (as at python.org).

What is typed is kept with each step, so that its writer can stop and go on at any browser. Logos
are sent with the last step only: they are the one thing that is not kept before.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from contracts.sponsors.dto import CLOSED
from contracts.sponsors.inputs import ApplicationInput, DraftInput
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common
from gateway.pages.links import Link
from gateway.pages.sponsors import choice as choices
from gateway.pages.sponsors import choosing, fetch, links, offered, typed
from gateway.pages.sponsors.own_models import AppliedPage, ApplyPage, SponsorChoice, Summary
from gateway.pages.sponsors.typed import TypedForm
from gateway.web.forms import Fields, FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

if TYPE_CHECKING:
    from contracts.sponsors.applications import ApplicationDraft, Applied, OwnSponsor, Quote
    from gateway.pages.sponsors.choice import Choice

#: The steps after the choice, as addresses name them.
STEPS: Final = ("organisation", "people", "review")
_PER_USER: Final = "20/hour"
_TOO_MANY: Final = "Many applications came from this account just now. Wait a while."
_WAITS: Final = "has an application that waits, or is approved"
_ROLES: Final = {
    "primary": "primary contact",
    "administrative": "administration",
    "accounting": "accounting",
    "manager": "manager",
}
#: Characters that are kept of a text that is too long to be sent.
_MOST: Final = 2000
_MOST_LINE: Final = 300
_CHOOSE_AGAIN: Final = "What you chose cannot be sent any more. Please look at it again."


@dataclass(frozen=True, slots=True)
class Begun:
    """An application that is not sent: what was chosen, for whom, and what was typed."""

    picked: Choice
    sponsor: int | None
    texts: dict[str, str]
    contacts: list[dict[str, Any]]

    def kept(self) -> DraftInput:
        """Return it as the service keeps it."""
        return DraftInput(
            package_id=self.picked.package,
            benefit_ids=list(self.picked.benefits),
            sponsor_id=self.sponsor,
            sponsor={name: text[:_MOST] for name, text in self.texts.items()},
            contacts=[
                {
                    name: value[:_MOST_LINE] if isinstance(value, str) else value
                    for name, value in one.items()
                }
                for one in self.contacts
            ],
        )


async def _begun(ctx: PageContext) -> Begun:
    """Return what the visitor has begun. Raises Redirect where nothing was chosen."""
    ctx.signed_in()
    draft = await choosing.begun(ctx)
    picked = choosing.chosen(ctx, draft)
    if picked.empty:
        raise Redirect(links.APPLY, kept=False)
    if draft is None:
        return Begun(picked, None, {}, [])
    return Begun(picked, draft.sponsor_id, dict(draft.sponsor), _contacts(draft))


def _contacts(draft: ApplicationDraft) -> list[dict[str, Any]]:
    return [dict(one) for one in draft.contacts]


def _step(ctx: PageContext) -> str:
    step = ctx.params.get("step", STEPS[0])
    return step if step in STEPS else STEPS[0]


def _address(step: str) -> str:
    return links.NEW if step == STEPS[0] else f"{links.NEW}?step={step}"


# --- shown ---


async def _show(ctx: PageContext, form: FormState) -> Page:
    ctx.signed_in()
    if not await fetch.is_open(ctx):
        return await choosing.closed(ctx, form.errors.get("", ""))
    begun = await _begun(ctx)
    step = _step(ctx)
    if step == "people" and begun.sponsor is not None:
        raise Redirect(_address("review"), kept=False)
    quote, sponsors = await asyncio.gather(
        fetch.service(ctx).quote(begun.picked.selection(begun.sponsor)), fetch.own(ctx).sponsors()
    )
    return await _page(ctx, form, begun, quote, sponsors)


async def _page(
    ctx: PageContext, form: FormState, begun: Begun, quote: Quote, sponsors: list[OwnSponsor]
) -> Page:
    step = _step(ctx)
    catalogue = await fetch.catalogue(ctx)
    values = form.values or _first(ctx, begun, step)
    chosen = values.get("sponsor", str(begun.sponsor or ""))
    here = STEPS.index(step)
    back = links.APPLY if not here else _address(STEPS[0 if begun.sponsor else here - 1])
    model = ApplyPage(
        head=choosing.head(choosing.TITLE),
        form=form,
        values=values,
        steps=choosing.STEPS,
        here=here + 2,
        step=step,
        back=back,
        quote=offered.quoted(quote, catalogue),
        change=links.APPLY,
        key=values.get("key") or secrets.token_urlsafe(16),
        sponsors=tuple(_choice(one, chosen) for one in sponsors),
        new=begun.sponsor is None,
        countries=typed.options(values.get("country", ""), "Choose one"),
        incorporated=typed.options(
            values.get("country_of_incorporation", ""), "The one of the address"
        ),
        contacts=typed.rows(values),
        summaries=_summaries(begun, sponsors),
    )
    return ctx.render(f"sponsors/apply_{step}.html", model)


def _first(ctx: PageContext, begun: Begun, step: str) -> Fields:
    """Return what a step shows before anything was typed there."""
    contacts = begun.contacts
    if step == "people" and not contacts:
        visitor = ctx.visitor
        # Most who apply are the ones to write to, too.
        contacts = [{"name": visitor.name, "email": visitor.email, "primary": True}]
    return typed.kept(begun.texts, contacts)


def _choice(one: OwnSponsor, chosen: str) -> SponsorChoice:
    return SponsorChoice(
        value=str(one.id),
        name=one.name,
        why_not="" if one.can_apply else _WAITS,
        chosen=str(one.id) == chosen,
    )


def _summaries(begun: Begun, sponsors: list[OwnSponsor]) -> tuple[Summary, ...]:
    """Return what was filled in, to be looked over before it is sent."""
    known = next((one for one in sponsors if one.id == begun.sponsor), None)
    if known is not None:
        facts = (("Name", known.name), ("Address", f"{known.mailing_address_line_1}, {known.city}"))
        people = tuple((one.name, one.email) for one in known.contacts)
        return (
            Summary(title="Organisation", facts=facts, change=_address(STEPS[0])),
            Summary(title="People", facts=people, change=links.sponsor_path(known.id)),
        )
    texts = tuple(
        (typed.LABELS[name], begun.texts[name]) for name in typed.TEXTS if begun.texts.get(name)
    )
    people = tuple((str(one.get("name") or ""), _person(one)) for one in begun.contacts)
    return (
        Summary(title="Organisation", facts=texts, change=_address(STEPS[0])),
        Summary(title="People", facts=people, change=_address(STEPS[1])),
    )


def _person(one: dict[str, Any]) -> str:
    roles = [label for name, label in _ROLES.items() if one.get(name)]
    parts = [str(one.get("email") or ""), str(one.get("phone") or ""), *roles]
    return " · ".join(part for part in parts if part)


# --- taken ---


async def _take(ctx: PageContext, data: TypedForm) -> Redirect | Page:
    ctx.signed_in()
    if not await fetch.is_open(ctx):
        raise FormErrors({"": choosing.CLOSED}, 409)
    begun = await _begun(ctx)
    match _step(ctx):
        case "organisation":
            return await _organisation(ctx, data, begun)
        case "people":
            return await _people(ctx, data, begun)
        case _:
            return await _send(ctx, data, begun)


async def _organisation(ctx: PageContext, data: TypedForm, begun: Begun) -> Redirect:
    texts = data.texts
    chosen = texts.get("sponsor", "")
    if chosen:
        known = next((s for s in await fetch.own(ctx).sponsors() if str(s.id) == chosen), None)
        if known is None:
            raise FormErrors({"sponsor": "Choose among the organisations, or a new one."})
        if not known.can_apply:
            raise FormErrors({"sponsor": f"{known.name} {_WAITS}."})
        await _keep(ctx, Begun(begun.picked, known.id, begun.texts, begun.contacts))
        return _go(ctx, data, "review")
    sponsor = typed.sponsor_of(texts)
    wrong = typed.checked_sponsor(sponsor)
    await _keep(ctx, Begun(begun.picked, None, sponsor, begun.contacts), wrong)
    return _go(ctx, data, "people", wrong)


async def _people(ctx: PageContext, data: TypedForm, begun: Begun) -> Redirect:
    contacts = typed.contacts_of(data.texts)
    wrong = typed.checked_contacts(contacts)
    # A row that was left out moves the others up, and the form comes back as it was typed.
    kept = [{**one, "id": ""} for one in contacts]
    await _keep(ctx, Begun(begun.picked, begun.sponsor, begun.texts, kept), wrong)
    return _go(ctx, data, "review", wrong)


async def _keep(ctx: PageContext, begun: Begun, wrong: dict[str, str] | None = None) -> None:
    """Keep what was typed. What the service cannot keep is told beside what is wrong anyway."""
    try:
        await fetch.own(ctx).keep(begun.kept())
    except BackendRefused as error:
        if wrong:
            raise FormErrors(wrong) from error
        raise common.explained(error) from error


def _go(
    ctx: PageContext, data: TypedForm, step: str, wrong: dict[str, str] | None = None
) -> Redirect:
    """Lead on: to the next step, or away from it all, where what was typed is kept."""
    gone = (choices.forget(ctx.site.origin),)
    if data.texts.get("action") == "later":
        return Redirect(f"{links.MINE}?done=kept", cookies=gone)
    if wrong:
        raise FormErrors(wrong)
    return Redirect(_address(step), cookies=gone)


async def _send(ctx: PageContext, data: TypedForm, begun: Begun) -> Page:
    visitor = ctx.visitor
    sponsor = None
    if begun.sponsor is None:
        try:
            sponsor = typed.record(begun.texts, begun.contacts, data, new=True)
        except FormErrors as error:
            raise FormErrors(_elsewhere(error.errors)) from error
    await common.within_limit(ctx, _PER_USER, "sponsors.apply", str(visitor.id), _TOO_MANY)
    sent = ApplicationInput.model_construct(
        person=fetch.person(visitor, await fetch.addresses(ctx)),
        package_id=begun.picked.package,
        benefit_ids=list(begun.picked.benefits),
        sponsor_id=begun.sponsor,
        sponsor=sponsor,
    )
    try:
        made = await fetch.own(ctx).apply(sent, f"{visitor.id}-{data.texts.get('key', '')}")
    except BackendRefused as error:
        raise _refused(error) from error
    return _applied(ctx, made)


def _refused(error: BackendRefused) -> FormErrors:
    """Return what a refusal means to the applicant."""
    if error.status == HTTPStatus.CONFLICT:
        said = choosing.CLOSED if common.named(error, CLOSED) else str(error.problem.get("detail"))
        return FormErrors({"": said}, 409)
    if error.status != HTTPStatus.BAD_REQUEST:
        raise error
    told: Any = error.problem.get("errors")
    places = {str(part) for one in told or () for part in one.get("loc") or ()}
    if places & {"benefit_ids", "package_id"}:
        return FormErrors({"": _CHOOSE_AGAIN})
    return FormErrors(_elsewhere(typed.explained(error)))


def _elsewhere(errors: dict[str, str]) -> dict[str, str]:
    """Return what is wrong by the fields of the last step; of other steps it is told by name."""
    here = {name: said for name, said in errors.items() if name in {*typed.LOGOS, ""}}
    others = [f"{_label(name)}: {said}" for name, said in errors.items() if name not in here]
    if others:
        here[""] = " ".join(filter(None, (here.get("", ""), *others)))
    return here


def _label(name: str) -> str:
    return typed.LABELS.get(name) or "People"


def _applied(ctx: PageContext, made: Applied) -> Page:
    fee = offered.LATER if made.agreed_fee is None else offered.money(made.agreed_fee)
    model = AppliedPage(
        head=choosing.head("Thank you"),
        sponsor=made.sponsor_name,
        quote=(made.level_name or "Without a level", fee),
        notified=tuple(made.notified),
        links=(
            Link(label="See your application", href=links.sponsorship_path(made.id)),
            Link(label="All your sponsorships", href=links.MINE),
        ),
    )
    return ctx.render("sponsors/applied.html", model)


apply = FormRoute(
    links.NEW,
    name="sponsors.apply",
    model=TypedForm,
    show=_show,
    accept=_take,
    limit="240/hour",
    seconds=0,
    params=("step",),
    personal=True,
    size=typed.SIZE,
    files=True,
    cookies=(choices.COOKIE,),
)
