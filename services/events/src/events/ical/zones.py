"""Time zones of calendars elsewhere, by their IANA names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from events.events.series import UTC_NAME, zones

#: Months in which offsets are compared, to tell by which rules clocks change.
_MONTHS: Final = 24


class UnknownZone(ValueError):
    """A zone that has no IANA name."""


def name_of(moment: datetime, told: str) -> str:
    """Return the zone of a time that has one; `told` is its TZID. Raises UnknownZone.

    What is no IANA name may end in one, may be Windows' name, or may have the offsets of one by its
    own VTIMEZONE.
    """
    found = moment.tzinfo
    if found is None:
        raise UnknownZone("no zone")
    key = getattr(found, "key", "") or told.strip('"')
    if found is UTC or key.upper() in {"UTC", "Z", "ETC/UTC", "GMT"}:
        return UTC_NAME
    parts = key.split("/")
    for at in range(len(parts)):
        name = "/".join(parts[at:])
        if name in zones():
            return name
    if WINDOWS_TO_OLSON.get(key) in zones():
        return WINDOWS_TO_OLSON[key]
    return _by_offsets(moment, found, key)


def _by_offsets(moment: datetime, found: tzinfo, key: str) -> str:
    begin = date(moment.year, 1, 15)
    days = [begin + timedelta(days=30 * month) for month in range(_MONTHS)]
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in days]
    offsets = [noon.astimezone(found).utcoffset() for noon in noons]
    # A zone of a place is likelier meant than one that is only an offset.
    for name in sorted(zones(), key=lambda one: (one.startswith("Etc/"), "/" not in one, one)):
        zone = ZoneInfo(name)
        if all(
            noon.astimezone(zone).utcoffset() == offset
            for noon, offset in zip(noons, offsets, strict=True)
        ):
            return name
    raise UnknownZone(f"no zone has the clocks of {key or 'this time'}")
