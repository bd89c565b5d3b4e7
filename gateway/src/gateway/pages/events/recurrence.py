"""How a submitted event repeats: a few choices that people know, as rules of RFC 5545 and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: What can be chosen. What is none of these is told to the reviewers in words.
CHOICES: Final = {
    "": "It takes place once",
    "weekly": "Every week",
    "fortnightly": "Every two weeks",
    "monthly-weekday": "Every month, on the same day of the week (such as the second Tuesday)",
    "monthly-day": "Every month, on the same date",
    "yearly": "Every year, on the same date",
}
#: Chosen where an event repeats in a way that is none of the choices, and shall go on so.
KEPT: Final = "kept"


def rule_of(choice: str, first: date) -> str:
    """Return the rule of a choice for an event whose first day is `first`; empty for once."""
    # A month has a fifth Tuesday now and then; the last one it has always.
    nth = (first.day - 1) // 7 + 1
    rules = {
        "weekly": "FREQ=WEEKLY",
        "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
        "monthly-weekday": f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{_DAYS[first.weekday()]}",
        "monthly-day": "FREQ=MONTHLY",
        "yearly": "FREQ=YEARLY",
    }
    return rules.get(choice, "")


def until(rule: str, last: date | None, zone: str, *, all_day: bool) -> str:
    """Return a rule that ends with a day; of an event with times the end is an instant."""
    if not rule or last is None:
        return rule
    if all_day:
        return f"{rule};UNTIL={last:%Y%m%d}"
    end = datetime.combine(last, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)
    return f"{rule};UNTIL={end:%Y%m%dT%H%M%SZ}"


def choice_of(rule: str, first: date, zone: str) -> tuple[str, date | None]:
    """Return which choice made a rule, and with which last day; `KEPT` where none did."""
    head, _, end = rule.partition(";UNTIL=")
    made = {rule_of(choice, first): choice for choice in CHOICES}
    if head not in made:
        return KEPT, None
    if not end:
        return made[head], None
    if len(end) == len("20261231"):
        return made[head], date(int(end[:4]), int(end[4:6]), int(end[6:]))
    instant = datetime.strptime(end, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return made[head], instant.astimezone(ZoneInfo(zone)).date()
