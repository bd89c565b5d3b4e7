"""Which series there can be: what the model of a request cannot tell by itself.

A rule gives at most one time a day, so that nobody fills the table with one event.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import vRecur

from contracts.events.inputs import LATEST
from events.events.series import Series, period, zones
from servicekit.problems import Invalid

_FREQUENCIES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_MOST_TIMES: Final = 1000
_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}
    | {"BYHOUR", "BYMINUTE", "BYSECOND"}
)
_WEEKDAYS: Final = {name: at for at, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
#: How often a weekday comes in a period at most: what BYSETPOS can choose from.
_WEEKDAY_TIMES: Final = {"DAILY": 1, "WEEKLY": 1, "MONTHLY": 5, "YEARLY": 53}
#: Years within which a rule must give a time: the 29th of February, and some.
_SOON: Final = timedelta(days=366 * 9)


class BadRule(ValueError):
    """A rule that cannot be kept; says why."""


def check(series: Series, place: Sequence[str] = ("body",)) -> Series:
    """Return the series with its rules in one form. Raises Invalid, naming the field."""
    if series.zone not in zones():
        raise Invalid.field([*place, "zone"], "There is no such time zone.", "unknown_zone")
    rules = []
    for rule in series.rules:
        try:
            rules.append(normal(rule, series))
        except BadRule as error:
            raise Invalid.field([*place, "rules"], f"{error}.", "bad_rule") from error
    for text in series.additional:
        try:
            start, end = period(text)
        except ValueError as error:
            raise Invalid.field(
                [*place, "additional"], "This is no day of the calendar.", "bad_time"
            ) from error
        if end is not None and end < start:
            raise Invalid.field(
                [*place, "additional"], "An end is before its start.", "ends_before_start"
            )
    if series.changes and not series.repeats:
        raise Invalid.field(
            [*place, "overrides"], "Only what repeats has times of its own.", "not_repeating"
        )
    for change in series.changes:
        if change.ends is not None and change.ends < (change.starts or change.original):
            raise Invalid.field(
                [*place, "overrides"], "An end is before its start.", "ends_before_start"
            )
    return Series(
        starts=series.starts,
        ends=series.ends,
        all_day=series.all_day,
        zone=series.zone,
        rules=tuple(dict.fromkeys(rules)),
        additional=tuple(dict.fromkeys(series.additional)),
        exceptions=tuple(dict.fromkeys(series.exceptions)),
        changes=series.changes,
    )


def normal(rule: str, series: Series) -> str:
    """Return a rule as it is kept: its end in UTC, or a day where the series is of whole days.

    Raises BadRule.
    """
    try:
        parts = vRecur.from_ical(rule)
    except ValueError as error:
        raise BadRule("This is no rule of RFC 5545") from error
    _must_be_plain(parts)
    if parts.get("UNTIL"):
        parts["UNTIL"] = [_until(parts["UNTIL"][0], series)]
    text = _text(parts)
    _must_fire(text, parts, series)
    return text


def _must_be_plain(parts: vRecur) -> None:
    """Refuse what gives more than one time a day, or takes for ever to work out."""
    frequency = str((parts.get("FREQ") or [""])[0])
    if frequency not in _FREQUENCIES:
        raise BadRule("A rule is DAILY, WEEKLY, MONTHLY or YEARLY")
    if other := parts.keys() - _PARTS:
        raise BadRule(f"{', '.join(sorted(other))} cannot be kept")
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        if len(parts.get(name, ())) > 1:
            raise BadRule("A rule gives one time a day at most")
    chosen = len(parts.get("BYDAY", ())) * _WEEKDAY_TIMES[frequency] or 31
    if any(abs(int(one)) > chosen for one in parts.get("BYSETPOS", ())):
        raise BadRule("BYSETPOS is past the last day")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule("COUNT and UNTIL do not go together")
    for name in ("COUNT", "INTERVAL"):
        if name in parts and not 1 <= int(parts[name][0]) <= _MOST_TIMES:
            raise BadRule(f"{name} is 1 to {_MOST_TIMES}")


def _text(parts: vRecur) -> str:
    written: bytes = parts.to_ical()  # type: ignore[no-untyped-call]
    return written.decode()


def _until(found: date | datetime, series: Series) -> date | datetime:
    if found.year >= LATEST.year:
        raise BadRule(f"UNTIL is before {LATEST.year}")
    if series.all_day:
        return found.date() if isinstance(found, datetime) else found
    zone = ZoneInfo(series.zone)
    if not isinstance(found, datetime):
        # The whole of that day belongs to it.
        found = datetime(found.year, found.month, found.day, 23, 59, 59, tzinfo=zone)
    elif found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def _must_fire(text: str, parts: vRecur, series: Series) -> None:
    """Refuse a rule that never comes to anything: looking for its times would take for ever.

    dateutil looks at every day until the year 9999, so days are sifted here before it is asked.
    """
    if not _some_day(parts, series.starts.date()):
        raise BadRule(f"{text} never comes to a time")
    bare = vRecur({name: parts[name] for name in parts if name not in {"COUNT", "UNTIL"}})
    try:
        found = rrulestr(_text(bare), dtstart=series.starts)
        first = next(iter(found), None)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRule("This is no rule of RFC 5545") from error
    if first is None or first - series.starts > _SOON:
        raise BadRule(f"{text} never comes to a time")


def _some_day(parts: vRecur, start: date) -> bool:
    """Tell whether there is a day that the rule's own days and months leave over."""
    frequency, interval = str(parts["FREQ"][0]), int((parts.get("INTERVAL") or [1])[0])
    months = {int(one) for one in parts.get("BYMONTH", ())}
    days = {int(one) for one in parts.get("BYMONTHDAY", ())}
    weekdays = {_WEEKDAYS[str(one)[-2:]] for one in parts.get("BYDAY", ())}
    if not days and not weekdays:
        if frequency in {"MONTHLY", "YEARLY"}:
            days = {start.day}
        if frequency == "YEARLY":
            months = months or {start.month}
    monday = start - timedelta(days=start.weekday())
    for offset in range(_SOON.days):
        day = start + timedelta(days=offset)
        steps = {
            "DAILY": offset,
            "WEEKLY": (day - monday).days // 7,
            "MONTHLY": (day.year - start.year) * 12 + day.month - start.month,
            "YEARLY": day.year - start.year,
        }[frequency]
        last = monthrange(day.year, day.month)[1]
        if (
            steps % interval == 0
            and (not months or day.month in months)
            and (not days or day.day in days or day.day - last - 1 in days)
            and (not weekdays or day.weekday() in weekdays)
        ):
            return True
    return False
