"""The form of an event that somebody wants to have listed: its fields, and what is made of them."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import StringConstraints

from contracts.base import Input
from contracts.events.dto import CalendarSummary, EventKind, Submission
from contracts.events.inputs import EARLIEST, LATEST, SubmissionInput
from gateway.pages.accounts import fields
from gateway.pages.downloads.models import Option
from gateway.pages.events import recurrence, rows
from gateway.pages.events.models import Choices
from gateway.web.forms import Fields, FormErrors

#: What the service calls a field that has another name in the form.
NAMES: Final = {"start": "start_day", "end": "end_day", "rule": "repeats"}
_AREAS: Final = (
    *("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/"),
    *("Europe/", "Indian/", "Pacific/"),
)
_MISSING: Final = {
    "title": "Say what it is called.",
    "calendar": "Choose a calendar.",
    "kind": "Choose what it is.",
    "link": "Say where its website is.",
    "description": "Describe it in a few sentences.",
    "start_day": "Say on which day it begins.",
}

_Short = Annotated[str, StringConstraints(max_length=300)]
_Long = Annotated[str, StringConstraints(max_length=20_000)]


class EventForm(Input):
    """What is typed. Times left empty: it takes whole days. `key` is that of this one form."""

    title: _Short = ""
    calendar: _Short = ""
    kind: _Short = ""
    link: Annotated[str, StringConstraints(max_length=2000)] = ""
    description: _Long = ""
    start_day: _Short = ""
    start_time: _Short = ""
    end_day: _Short = ""
    end_time: _Short = ""
    zone: _Short = "UTC"
    repeats: _Short = ""
    repeats_until: _Short = ""
    online: _Short = ""
    place: _Short = ""
    address: _Short = ""
    country: _Short = ""
    python_focus: _Long = ""
    attendees: _Short = ""
    contact_name: _Short = ""
    note: _Long = ""
    key: Annotated[str, StringConstraints(max_length=64)] = ""


def sent(form: EventForm, email: str, kept: str = "") -> SubmissionInput:
    """Return what is sent to the service; `kept` is the rule that there was before.

    Raises FormErrors by field.
    """
    errors = {name: said for name, said in _MISSING.items() if not getattr(form, name)}
    if not (form.online or form.place):
        errors["place"] = "Say where it is, or that it is online."
    start_day, start_time = _day(form, "start_day", errors), _time(form, "start_time", errors)
    end_day, end_time = _day(form, "end_day", errors), _time(form, "end_time", errors)
    last = _day(form, "repeats_until", errors)
    if start_time is None and end_time is not None:
        errors.setdefault("start_time", "Say when it begins, or leave both times empty.")
    if form.zone not in zones():
        errors["zone"] = "Choose a time zone."
    if form.attendees and not (form.attendees.isascii() and form.attendees.isdecimal()):
        errors["attendees"] = "Say a number."
    if errors or start_day is None:
        raise FormErrors(errors)
    all_day = start_time is None
    start = datetime.combine(start_day, start_time or time())
    end = _end(start, end_day, end_time, all_day=all_day)
    if end is not None and end < start:
        raise FormErrors({"end_day": "It cannot end before it begins."})
    values = form.model_dump(
        include={
            *("title", "calendar", "kind", "link", "description", "zone", "place", "address"),
            *("country", "python_focus", "contact_name", "note"),
        }
    )
    return _sending(
        {
            **values,
            "all_day": all_day,
            "start": start,
            "end": end,
            "rule": _rule(form, start_day, last, kept, all_day=all_day) or None,
            "online": bool(form.online),
            "attendees": int(form.attendees) if form.attendees else None,
            "email": email,
        },
    )


def _sending(values: dict[str, object]) -> SubmissionInput:
    """Return what is sent; FormErrors by the names that fields have in the form."""
    try:
        return fields.sending(SubmissionInput, values)
    except FormErrors as error:
        raise FormErrors({NAMES.get(n, n): said for n, said in error.errors.items()}) from error


def _end(start: datetime, day: date | None, at: time | None, *, all_day: bool) -> datetime | None:
    if all_day:
        # The midnight after the last day.
        return datetime.combine(day or start.date(), time()) + timedelta(days=1)
    if day is None and at is None:
        return None
    return datetime.combine(day or start.date(), at or start.time())


def _rule(form: EventForm, first: date, last: date | None, kept: str, *, all_day: bool) -> str:
    if form.repeats == recurrence.KEPT:
        return kept
    if form.repeats not in recurrence.CHOICES:
        raise FormErrors({"repeats": "Choose how it repeats."})
    rule = recurrence.rule_of(form.repeats, first)
    return recurrence.until(rule, last, form.zone, all_day=all_day)


def _day(form: EventForm, name: str, errors: dict[str, str]) -> date | None:
    text = getattr(form, name)
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = date.min
    # Beyond these years nothing can be worked out with zones.
    if found is not None and not EARLIEST.date() <= found < LATEST.date():
        errors[name] = "Say a day, such as 2026-12-24."
        return None
    return found


def _time(form: EventForm, name: str, errors: dict[str, str]) -> time | None:
    text = getattr(form, name)
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        errors[name] = "Say a time, such as 18:30."
        return None


def typed(found: Submission) -> Fields:
    """Return a submission as it stands in the form."""
    first = found.start.date()
    repeats, last = recurrence.choice_of(found.rule, first, found.zone)
    end = found.end - timedelta(days=1) if found.all_day else found.end
    at_once = found.end <= found.start
    values = {
        "title": found.title,
        "calendar": found.calendar.slug,
        "kind": found.kind.value,
        "link": found.link,
        "description": found.description,
        "start_day": first.isoformat(),
        "start_time": "" if found.all_day else f"{found.start:%H:%M}",
        "end_day": "" if at_once else end.date().isoformat(),
        "end_time": "" if found.all_day or at_once else f"{found.end:%H:%M}",
        "zone": found.zone,
        "repeats": repeats,
        "repeats_until": last.isoformat() if last else "",
        "online": "yes" if found.online else "",
        "place": found.place,
        "address": found.address,
        "country": found.country,
        "python_focus": found.python_focus,
        "attendees": "" if found.attendees is None else str(found.attendees),
        "contact_name": found.contact_name,
    }
    return Fields(values.items())


def choices(values: Fields, calendars: list[CalendarSummary]) -> Choices:
    """Return what the selects of the form offer, with what is chosen."""

    def options(name: str, offered: list[tuple[str, str]], usual: str = "") -> tuple[Option, ...]:
        chosen = values.get(name, usual)
        return tuple(
            Option(value=value, label=label, selected=value == chosen) for value, label in offered
        )

    repeats = list(recurrence.CHOICES.items())
    if values.get("repeats") == recurrence.KEPT:
        repeats.append((recurrence.KEPT, "As it does now"))
    kinds = [(kind.value, label) for kind, label in rows.KINDS.items()]
    return Choices(
        calendars=options("calendar", [(one.slug, one.name) for one in calendars]),
        kinds=options("kind", kinds, EventKind.CONFERENCE),
        zones=options("zone", [(name, name.replace("_", " ")) for name in zones()], "UTC"),
        repeats=options("repeats", repeats),
        countries=options("country", [("", "None, or many"), *rows.countries()]),
        key=values.get("key") or secrets.token_urlsafe(16),
    )


@cache
def zones() -> tuple[str, ...]:
    """Return the time zones to choose from: UTC, and those that are called after a place."""
    return "UTC", *sorted(name for name in available_timezones() if name.startswith(_AREAS))
