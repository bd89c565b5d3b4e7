"""Sending an event in, and following what becomes of it: /events/submit/, /events/submissions/."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from contracts.events.dto import Submission, SubmissionState, SubmissionSummary
from gateway.backends.errors import BackendRefused
from gateway.backends.events import OwnEvents
from gateway.pages.accounts import common, fields
from gateway.pages.events import fetch, heads, links, rows, submitting
from gateway.pages.events.models import (
    NotePart,
    SubmissionPage,
    SubmissionRow,
    SubmissionsPage,
    SubmitPage,
    ThanksPage,
)
from gateway.pages.events.submitting import EventForm
from gateway.pages.heads import Head, Mark, windows
from gateway.pages.links import Link
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import BadInput, NotFound, Page, PageContext, Redirect, page
from gateway.web.templating import long_date

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor

_THANKS: Final = f"{links.SUBMIT}thanks/"
_ROWS: Final = 20
_PER_USER: Final = "20/hour"
_TOO_MANY: Final = "Many events were sent in from this account just now. Wait a while."
_CONFIRM: Final = "Confirm an e-mail address of your account first: the reviewers write to it."
_STATES: Final = {
    SubmissionState.WAITING: Mark(label="waiting for review", kind="feature"),
    SubmissionState.ASKED: Mark(label="question for you", kind="security"),
    SubmissionState.APPROVED: Mark(label="listed", kind="bugfix"),
    SubmissionState.REJECTED: Mark(label="not listed", kind="end-of-life"),
    SubmissionState.WITHDRAWN: Mark(label="withdrawn"),
}
_SAID: Final = {
    SubmissionState.WAITING: "A volunteer looks at it, usually within a few days.",
    SubmissionState.ASKED: "The reviewers want to know something. Change the event, or tell them "
    "in the last field, and save.",
    SubmissionState.APPROVED: "It is in the calendar.",
    SubmissionState.REJECTED: "The reviewers did not list it; below they say why.",
    SubmissionState.WITHDRAWN: "You took it back.",
}
_ACTIONS: Final = {
    "edited": "changed",
    "waiting": "sent in",
    "asked": "asked",
    "approved": "listed",
    "rejected": "not listed",
    "withdrawn": "withdrawn",
}
_DONE: Final = {"save": "Your changes are saved.", "withdraw": "The event is taken back."}


class OwnForm(EventForm):
    """What is to be done with a submission; `version` is that of the one that was shown."""

    action: Literal["save", "withdraw"] = "save"
    version: fields.Id = 0


def own(ctx: PageContext) -> OwnEvents:
    """Return what the visitor sent in. Raises Redirect where nobody is signed in."""
    token = ctx.speak("events")
    return OwnEvents(fetch.service(ctx).client, token)


def _head(title: str, *above: tuple[str, str]) -> Head:
    return Head(
        title=title,
        description="Have an event listed in the calendars of Python.org",
        trail=(heads.PYTHON, heads.EVENTS, *above),
        indexed=False,
    )


# --- a new one ---


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    calendars = await fetch.service(ctx).calendars()
    model = SubmitPage(
        head=_head("Submit an event"),
        form=form,
        choices=submitting.choices(form.values, calendars),
        email=visitor.email,
    )
    return ctx.render("events/submit.html", model)


async def _accept(ctx: PageContext, data: EventForm) -> Redirect:
    visitor = ctx.signed_in()
    sent = submitting.sent(data, _address(visitor))
    await common.within_limit(ctx, _PER_USER, "submissions", str(visitor.id), _TOO_MANY)
    try:
        await own(ctx).submit(sent, f"{visitor.id}-{data.key}")
    except BackendRefused as error:
        raise common.explained(error, submitting.NAMES) from error
    return Redirect(_THANKS)


def _address(visitor: Visitor) -> str:
    if not visitor.email:
        raise FormErrors({"": _CONFIRM})
    return visitor.email


submit = FormRoute(
    links.SUBMIT,
    name="events.submit",
    model=EventForm,
    show=_show,
    accept=_accept,
    limit="30/hour",
    personal=True,
)


@page(_THANKS, name="events.thanks", cache=fetch.policy())
async def thanks(ctx: PageContext) -> Page:
    """Thank for an event, and say what happens next."""
    fetch.service(ctx)
    head = _head("Thank you", ("Submit an event", links.SUBMIT))
    return ctx.render("events/thanks.html", ThanksPage(head=head, own=links.OWN))


# --- one's own ---


@page(links.OWN, name="events.submissions", cache=None, personal=True, params=("page",))
async def submissions(ctx: PageContext) -> Page:
    """List what the visitor sent in, newest first."""
    text = ctx.params.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text)):
        raise BadInput("page", "must be a number from 1")
    number = int(text)
    found = await own(ctx).submissions(_ROWS, (number - 1) * _ROWS)
    if number > 1 and not found.items:
        raise NotFound
    model = SubmissionsPage(
        head=_head("Your events"),
        rows=tuple(_row(one) for one in found.items),
        pager=windows(ctx, found.total, _ROWS, number, "Pages of your events"),
        submit=links.SUBMIT,
        reminders=links.REMINDERS,
    )
    return ctx.render("events/submissions.html", model)


def _row(one: SubmissionSummary) -> SubmissionRow:
    return SubmissionRow(
        title=one.title,
        href=f"{links.OWN}{one.id}/",
        mark=_STATES[one.state],
        calendar=one.calendar.name,
        sent=one.created.date(),
    )


async def _show_one(ctx: PageContext, form: FormState) -> Page:
    service, events = own(ctx), fetch.service(ctx)
    number = fetch.number_of(ctx, "submission")
    found, calendars = await asyncio.gather(service.submission(number), events.calendars())
    if found is None:
        raise NotFound
    values = form.values or submitting.typed(found)
    model = SubmissionPage(
        head=_head(found.title, ("Your events", links.OWN)),
        form=form,
        values=values,
        choices=submitting.choices(values, calendars),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        mark=_STATES[found.state],
        said=_SAID[found.state],
        event=_event(found),
        can_edit=found.can_edit,
        version=found.version,
        facts=_facts(found),
        notes=tuple(
            NotePart(
                time=note.time.date(),
                who="You" if note.by == "submitter" else "Reviewers",
                what=_ACTIONS.get(note.action, note.action),
                text=note.text,
            )
            for note in found.notes
        ),
    )
    return ctx.render("events/submission.html", model)


def _event(found: Submission) -> Link | None:
    if found.event_id is None:
        return None
    return Link(
        label="See it in the calendar",
        href=links.event_path(found.calendar.slug, found.event_id),
    )


def _facts(found: Submission) -> tuple[tuple[str, str], ...]:
    """Return a submission that cannot be changed, as terms and texts."""
    begin = long_date(found.start)
    if not found.all_day:
        begin = f"{begin}, {found.start:%H:%M} ({found.zone.replace('_', ' ')})"
    facts = (
        ("Calendar", found.calendar.name),
        ("Kind", rows.KINDS[found.kind]),
        ("Begins", begin),
        (
            "Where",
            "Online" if found.online else ", ".join(filter(None, (found.place, found.address))),
        ),
        ("Website", found.link),
    )
    return tuple((term, text) for term, text in facts if text)


async def _change(ctx: PageContext, data: OwnForm) -> Redirect:
    visitor = ctx.signed_in()
    number = fetch.number_of(ctx, "submission")
    service = own(ctx)
    found = await service.submission(number)
    if found is None:
        raise NotFound
    try:
        if data.action == "withdraw":
            await service.withdraw(number)
        else:
            sent = submitting.sent(data, _address(visitor), found.rule)
            await service.edit(number, sent, data.version)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise common.explained(error, submitting.NAMES) from error
    return Redirect(f"{links.OWN}{number}/?done={data.action}")


submission = FormRoute(
    f"{links.OWN}{{submission:str}}/",
    name="events.submission",
    model=OwnForm,
    show=_show_one,
    accept=_change,
    limit="60/hour",
    seconds=0,
    params=("done",),
    personal=True,
)
