"""Mails before events, as each visitor wants them: /events/alarms/."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

from contracts.base import Input
from contracts.events.dto import Alarm, EventDetail
from contracts.events.inputs import AlarmInput
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields
from gateway.pages.downloads.models import Option
from gateway.pages.events import fetch, heads, links, times
from gateway.pages.events.models import AlarmRow, AlarmsPage
from gateway.pages.events.submissions import own
from gateway.pages.heads import Head
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import BadInput, NotFound, Page, PageContext, Redirect

_HOURS: Final = {
    1: "An hour before",
    3: "Three hours before",
    24: "A day before",
    72: "Three days before",
    168: "A week before",
}
_DAY: Final = 24
_DONE: Final = {"add": "You will get a mail.", "remove": "You will get no mail."}
_CONFIRM: Final = "Confirm an e-mail address of your account first: the mail is sent to it."


class AlarmForm(Input):
    """What is to be done; `event` with `hours` for a new one, `alarm` for one to be removed."""

    action: Literal["add", "remove"]
    event: fields.Id = 0
    hours: fields.Id = _DAY
    alarm: fields.Id = 0


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    found, event = await asyncio.gather(own(ctx).alarms(), _event(ctx))
    if event is not None and event.id in {one.event_id for one in found}:
        event = None
    chosen = form.values.get("hours", str(_DAY))
    head = Head(
        title="Reminders",
        description="Mails before events",
        trail=(heads.PYTHON, heads.EVENTS, ("Your events", links.OWN)),
        indexed=False,
    )
    model = AlarmsPage(
        head=head,
        form=form,
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        email=visitor.email,
        event=event.id if event else 0,
        title=event.title if event else "",
        hours=tuple(
            Option(value=str(hours), label=label, selected=str(hours) == chosen)
            for hours, label in _HOURS.items()
        ),
        rows=tuple(_row(one) for one in found),
    )
    return ctx.render("events/alarms.html", model)


async def _event(ctx: PageContext) -> EventDetail | None:
    """Return the event that the address names. Raises NotFound."""
    text = ctx.params.get("event", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise BadInput("event", "must be the number of an event")
    found = await fetch.service(ctx).event(int(text))
    if found is None:
        raise NotFound
    return found


def _row(one: Alarm) -> AlarmRow:
    return AlarmRow(
        id=one.id,
        title=one.event_title,
        when=_HOURS.get(one.hours, f"{one.hours} hours before").lower(),
        next=times.timed(one.due, one.due) if one.due else None,
    )


async def _change(ctx: PageContext, data: AlarmForm) -> Redirect:
    visitor = ctx.signed_in()
    service = own(ctx)
    try:
        if data.action == "remove":
            await service.forget(data.alarm)
        else:
            if not visitor.email:
                raise FormErrors({"": _CONFIRM})
            sent = {"event_id": data.event, "hours": data.hours, "email": visitor.email}
            await service.remind(fields.sending(AlarmInput, sent))
    except BackendRefused as error:
        raise common.explained(error, {"event_id": "event"}) from error
    return Redirect(f"{links.REMINDERS}?done={data.action}")


alarms = FormRoute(
    links.REMINDERS,
    name="events.alarms",
    model=AlarmForm,
    show=_show,
    accept=_change,
    limit="60/hour",
    seconds=0,
    params=("done", "event"),
    personal=True,
)
