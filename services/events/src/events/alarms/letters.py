"""What people are told before an event."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from events.settings import Settings
from servicekit.mail import Letter, letters
from servicekit.reading import Row


def reminder(settings: Settings, occurrence: Row) -> Letter:
    """Remind somebody of one time of an event."""
    title, zone = occurrence["title"], occurrence["zone"]
    begin: datetime = occurrence["start"].astimezone(ZoneInfo(zone))
    when = (
        f"{occurrence['first_day']:%A, %d %B %Y}"
        if occurrence["all_day"]
        else f"{begin:%A, %d %B %Y at %H:%M} ({zone}), {occurrence['start']:%H:%M} UTC"
    )
    location = occurrence["location"]
    where = [f"Where: {location['name']}"] if location else []
    where += [f"More: {occurrence['link']}"] if occurrence["link"] else []
    page = f"/events/{occurrence['calendar']['slug']}/{occurrence['event_id']}/"
    return letters.write(
        settings.public_url,
        "event-alarm",
        f"Soon: {title}",
        "Hello,",
        f"you wanted to be reminded of “{title}”.",
        f"When: {when}",
        *where,
        link=("See the event", page),
        after=("You can take your reminder away there.",),
    )
