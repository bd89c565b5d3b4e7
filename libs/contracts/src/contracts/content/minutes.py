"""Minutes of meetings of the board, by day. A day may have more than one meeting.

The first meeting of a day answers at `/psf/records/board/minutes/2024-05-01/`, the second at
`…/2024-05-01/2/`. A meeting gets its number when it is published first, and keeps it as long as its
day is the same: so no number tells of a draft.
"""

from __future__ import annotations

from datetime import date as day
from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Text
from contracts.content.texts import TextMarkup
from contracts.events import EventData

HOME: Final = "/psf/records/board/minutes/"


class MinutesSummary(DTO):
    """Minutes without their text."""

    id: int
    date: day
    number: int | None = Field(description="Which meeting of its day; null before it is published")
    title: str
    is_published: bool
    sample: bool = Field(description="Made up, to show what minutes look like")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime

    @property
    def url(self) -> str:
        """Where the minutes answer, as an absolute path; a draft where staff see it."""
        if self.number is None or not self.is_published:
            return f"{HOME}drafts/{self.id}/"
        own = "" if self.number == 1 else f"{self.number}/"
        return f"{HOME}{self.date.isoformat()}/{own}"


class Minutes(MinutesSummary):
    """Minutes with their text. `content_html` is safe to put into a page as it is."""

    content: str
    content_markup_type: TextMarkup
    content_html: str


class MinutesYear(DTO):
    """How many minutes there are of a year."""

    year: int
    count: int


class MinutesInput(Input):
    """Minutes to create, or to put in place of what is there."""

    date: Annotated[day, Field(ge=day(1990, 1, 1), le=day(2100, 12, 31))] = Field(
        description="The day of the meeting", examples=["2024-05-01"]
    )
    title: Annotated[Line, StringConstraints(min_length=1, max_length=200)] = (
        "PSF Board Meeting Minutes"
    )
    content: Annotated[Text, StringConstraints(max_length=200_000)] = ""
    content_markup_type: TextMarkup = TextMarkup.MARKDOWN
    is_published: bool = False


class MinutesRef(EventData):
    """What every event of minutes says. Of a draft not even the day is told."""

    AGGREGATE: ClassVar[str] = "minutes"

    id: int
    is_published: bool
    dates: tuple[day, ...] = ()
    """Days at which the public sees them, or saw them before this change."""
    minutes: Minutes | None = None
    """The whole state; None of a draft, and after a deletion."""


class MinutesCreated(MinutesRef):
    """Minutes were added. Those that are public from the start are published next."""

    SUBJECT: ClassVar[str] = "content.minutes.created"


class MinutesPublished(MinutesRef):
    """Minutes became public."""

    SUBJECT: ClassVar[str] = "content.minutes.published"


class MinutesUpdated(MinutesRef):
    """Minutes changed."""

    SUBJECT: ClassVar[str] = "content.minutes.updated"


class MinutesUnpublished(MinutesRef):
    """Minutes are public no longer."""

    SUBJECT: ClassVar[str] = "content.minutes.unpublished"


class MinutesDeleted(MinutesRef):
    """Minutes are gone. `is_published` tells whether they were public."""

    SUBJECT: ClassVar[str] = "content.minutes.deleted"


EVENTS: tuple[type[EventData], ...] = (
    MinutesCreated,
    MinutesPublished,
    MinutesUpdated,
    MinutesUnpublished,
    MinutesDeleted,
)
