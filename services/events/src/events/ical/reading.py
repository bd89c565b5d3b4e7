"""Reading calendars of others: each event as what a form would have sent, or why it is left out.

The library parses and knows zones; x-wr-timezone puts calendars right that name a zone for all of
their times. One bad event never keeps the others from being read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import x_wr_timezone
from icalendar import Calendar
from icalendar import Event as Component
from pydantic import TypeAdapter, ValidationError

from contracts.content.addresses import ElsewhereOrNone
from contracts.events.dto import EventMarkup, EventStatus
from events.events.series import UTC_NAME
from events.ical.zones import UnknownZone, name_of

_ADDRESS: Final = TypeAdapter(ElsewhereOrNone)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HTML: Final = re.compile(r"</?(?:a|b|br|div|em|i|li|ol|p|span|strong|ul)\b[^<>]*>", re.IGNORECASE)
_MOST_TEXT: Final = 50_000
_STATUSES: Final = {status.value.upper(): status for status in EventStatus}


class BadCalendar(ValueError):
    """What was read is no calendar; says why."""


class _BadEvent(ValueError):
    """An event that cannot be read; says why."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One event of a calendar.

    `values` are fields of EventInput, what a calendar says; `place` is the text of its location.
    `digest` changes when anything but the time of reading does.
    """

    uid: str
    values: dict[str, Any]
    place: str
    digest: str


@dataclass(kw_only=True)
class Parsed:
    """What a calendar holds, and what could not be read of it."""

    found: list[Found] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def read(body: bytes, zone: str = UTC_NAME) -> Parsed:
    """Read a calendar; `zone` is that of times without one. Raises BadCalendar."""
    try:
        calendars = Calendar.from_ical(body, multiple=True)
        calendars = [_standard(one) for one in calendars if one.name == "VCALENDAR"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BadCalendar(f"this is no calendar: {error}"[:300]) from error
    if not calendars:
        raise BadCalendar("there is no calendar in it")
    parsed = Parsed()
    groups: dict[str, list[Component]] = {}
    for calendar in calendars:
        cancelled = str(_value(calendar, "METHOD", "")).upper() == "CANCEL"
        for component in calendar.events:
            if cancelled:
                component["STATUS"] = "CANCELLED"
            groups.setdefault(_uid(component), []).append(component)
    for uid, components in groups.items():
        parsed.found.extend(_group(uid, components, zone, parsed.skipped))
    return parsed


def _value(component: Mapping[str, Any], name: str, default: object = None) -> Any:  # noqa: ANN401
    """Return a property as the library has it: each kind is another."""
    return component.get(name, default)


def _standard(calendar: Calendar) -> Calendar:
    return x_wr_timezone.to_standard(calendar) if "X-WR-TIMEZONE" in calendar else calendar


def _uid(component: Component) -> str:
    """Return the UID of an event; of one without, a name made of what it says."""
    told = _line(_value(component, "UID"), 400)
    return told or f"{hashlib.sha256(component.to_ical()).hexdigest()[:32]}@nowhere"


def _group(uid: str, components: list[Component], zone: str, skipped: list[str]) -> Iterator[Found]:
    """Yield the event of one UID with its overrides; times without an event are events."""
    own = [one for one in components if "RECURRENCE-ID" not in one]
    others = [one for one in components if "RECURRENCE-ID" in one]
    if not own:
        for one in others:
            original = _value(one, "RECURRENCE-ID").to_ical().decode()
            yield from _tried(f"{uid}/{original}", one, [], zone, skipped)
        return
    latest = max(own, key=_sequence)
    yield from _tried(uid, latest, others if _repeats(latest) else [], zone, skipped)


def _tried(
    uid: str, component: Component, others: list[Component], zone: str, skipped: list[str]
) -> Iterator[Found]:
    try:
        yield _event(uid, component, others, zone)
    except (_BadEvent, UnknownZone) as error:
        skipped.append(f"{_title(component)}: {error}")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        skipped.append(f"{_title(component)}: {type(error).__name__}: {error}"[:300])


def _event(uid: str, component: Component, others: list[Component], zone: str) -> Found:
    _must_be_whole(component)
    start = _value(component, "DTSTART").dt
    all_day = not isinstance(start, datetime)
    if not all_day and start.tzinfo is not None:
        zone = name_of(start, str(_value(component, "DTSTART").params.get("TZID", "")))
    values: dict[str, Any] = {
        **_words(component),
        "status": _status(component),
        "all_day": all_day,
        "zone": zone,
        "start": _wall(start, zone),
        "end": _end(component, zone),
        "rules": [rule.to_ical().decode() for rule in component.rrules],
        "additional": [_period(start, end, zone) for start, end in component.rdates],
        "exceptions": [
            _exception(one, values_start=_wall(start, zone), zone=zone, all_day=all_day)
            for one in component.exdates
        ],
        "overrides": [_override(one, zone) for one in sorted(others, key=_sequence)],
    }
    # Of two for the same time the later one counts.
    values["overrides"] = list({one["original"]: one for one in values["overrides"]}.values())
    return Found(
        uid=uid,
        values=values,
        place=_line(_value(component, "LOCATION"), 255),
        digest=_digest([component, *others]),
    )


def _must_be_whole(component: Component) -> None:
    for name, reason in component.errors:
        raise _BadEvent(f"{name}: {reason}")
    if "DTSTART" not in component:
        raise _BadEvent("it does not say when it begins")


def _override(component: Component, zone: str) -> dict[str, Any]:
    _must_be_whole(component)
    original = _value(component, "RECURRENCE-ID")
    if str(original.params.get("RANGE", "")).upper() == "THISANDFUTURE":
        raise _BadEvent("a time that changes all later ones is not followed")
    words = _words(component)
    return {
        "original": _wall(original.dt, zone),
        "start": _wall(_value(component, "DTSTART").dt, zone),
        "end": _end(component, zone),
        "title": words["title"],
        "description": words["description"],
        "link": words["link"],
        "status": _status(component) if "STATUS" in component else None,
    }


def _words(component: Component) -> dict[str, Any]:
    text = _CONTROL.sub("", str(_value(component, "DESCRIPTION", "")).replace("\r\n", "\n")).strip()
    link = _line(_value(component, "URL"), 500)
    try:
        link = _ADDRESS.validate_python(link)
    except ValidationError:
        link = ""
    kind = EventMarkup.HTML if _HTML.search(text) else EventMarkup.PLAIN
    return {
        "title": _title(component),
        "description": text[:_MOST_TEXT],
        "description_markup_type": kind,
        "link": link,
    }


def _title(component: Component) -> str:
    text = str(_value(component, "DESCRIPTION", "")).strip().partition("\n")[0]
    return _line(_value(component, "SUMMARY"), 200) or _line(text, 200) or "Untitled"


def _line(value: object, most: int) -> str:
    return _CONTROL.sub("", " ".join(str(value or "").split()))[:most].strip()


def _status(component: Component) -> EventStatus:
    return _STATUSES.get(str(_value(component, "STATUS", "")).upper(), EventStatus.CONFIRMED)


def _repeats(component: Component) -> bool:
    return "RRULE" in component or "RDATE" in component


def _sequence(component: Component) -> int:
    return int(_value(component, "SEQUENCE", 0))


def _end(component: Component, zone: str) -> datetime | None:
    start = _value(component, "DTSTART").dt
    if "DTEND" in component:
        end = _value(component, "DTEND").dt
        if isinstance(start, datetime) and not isinstance(end, datetime):
            end = datetime.combine(end, time.min)
        return max(_wall(end, zone), _wall(start, zone))
    if "DURATION" in component:
        return max(_wall(start + _value(component, "DURATION").dt, zone), _wall(start, zone))
    return None


def _wall(moment: date | datetime, zone: str) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _period(start: date | datetime, end: date | datetime | None, zone: str) -> str:
    text = _wall(start, zone).isoformat()
    return text if end is None else f"{text}/{_wall(end, zone).isoformat()}"


def _exception(
    moment: date | datetime, *, values_start: datetime, zone: str, all_day: bool
) -> datetime:
    """Return the wall time that is left out; a mere day means the time of that day."""
    wall = _wall(moment, zone)
    if all_day:
        return datetime.combine(wall.date(), time.min)
    if not isinstance(moment, datetime):
        return datetime.combine(wall.date(), values_start.time())
    return wall


def _digest(components: list[Component]) -> str:
    whole = hashlib.sha256()
    for component in components:
        for line in component.to_ical().split(b"\r\n"):
            # Many write the time of asking into it.
            if not line.startswith(b"DTSTAMP"):
                whole.update(line + b"\n")
    return whole.hexdigest()
