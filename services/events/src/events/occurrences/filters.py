"""Which times a list is of, and where in it one window begins.

Whatever narrows a list has an index in the order of time, so that a window costs as much in a large
calendar as in a small one. Nothing is counted.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from contracts.events.dto import EventKind
from events.calendars.models import Calendar
from events.categories.models import Category
from events.occurrences.models import Occurrence, OccurrenceCategory
from servicekit.problems import Invalid

#: The order of every list, and what tells two at the same time apart.
ORDER: Final = (Occurrence.starts, Occurrence.id)


class When(StrEnum):
    """Which times of a list, compared with an instant."""

    UPCOMING = "upcoming"
    CURRENT = "current"
    COMING = "coming"
    PAST = "past"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class OccurrenceFilter:
    """What narrows a list; None lets everything pass."""

    calendar: str | None = None
    category: str | None = None
    location: int | None = None
    country: str | None = None
    kind: EventKind | None = None
    featured: bool | None = None
    online: bool | None = None

    def narrow(self, statement: Select[*tuple[Any, ...]]) -> Select[Any]:
        """Have a statement over occurrences keep what passes."""
        if self.category is not None:
            own = select(Category.id).where(Category.slug == self.category).scalar_subquery()
            statement = statement.join(
                OccurrenceCategory, OccurrenceCategory.occurrence_id == Occurrence.id
            ).where(OccurrenceCategory.category_id == own)
        return statement.where(*self._conditions())

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.calendar is not None:
            own = select(Calendar.id).where(Calendar.slug == self.calendar)
            yield Occurrence.calendar_id == own.scalar_subquery()
        if self.location is not None:
            yield Occurrence.location_id == self.location
        if self.country is not None:
            yield Occurrence.country == self.country
        if self.kind is not None:
            yield Occurrence.kind == self.kind.value
        if self.featured is not None:
            yield Occurrence.featured.is_(self.featured)
        if self.online is not None:
            yield Occurrence.online.is_(self.online)

    @property
    def starts(self) -> ColumnElement[datetime]:
        """The column by which a list is in order: the one that its index has."""
        column = Occurrence.starts if self.category is None else OccurrenceCategory.starts
        return column.expression

    @property
    def order(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """What a list is in the order of."""
        if self.category is None:
            return Occurrence.starts.expression, Occurrence.id.expression
        return OccurrenceCategory.starts.expression, OccurrenceCategory.occurrence_id.expression


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in a list: after a time, or before it."""

    starts: datetime
    id: int
    back: bool = False

    def __str__(self) -> str:
        """Return it as clients have it."""
        text = f"{'<' if self.back else '>'}{self.starts.isoformat()}/{self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Read what clients send. Raises Invalid."""
        try:
            padded = text + "=" * (-len(text) % 4)
            plain = base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii")
            starts, _, number = plain[1:].partition("/")
            found = cls(datetime.fromisoformat(starts), int(number), back=plain[:1] == "<")
        except (ValueError, binascii.Error) as error:
            raise _bad_cursor() from error
        if found.starts.tzinfo is None or not 0 < found.id < 2**63 or str(found) != text:
            raise _bad_cursor()
        return found


def _bad_cursor() -> Invalid:
    return Invalid.field(["query", "cursor"], "This is no cursor of an answer.", "bad_cursor")


def arms(
    found: OccurrenceFilter, when: When, at: datetime, until: datetime | None = None
) -> list[Select[Any]]:
    """Return the statements whose rows together are the list; each has one index to go by.

    What is on is looked for apart from what comes: it began before, however long ago.
    """
    own = found.starts
    statement = found.narrow(select(Occurrence.id, Occurrence.starts))
    if until is not None:
        statement = statement.where(own < until)
    current = statement.where(func.tstzrange(Occurrence.starts, Occurrence.ends).op("@>")(at))
    upcoming = statement.where(own > at)
    return {
        When.UPCOMING: [upcoming],
        When.CURRENT: [current],
        When.COMING: [current, upcoming],
        When.PAST: [statement.where(own <= at, Occurrence.ends <= at)],
        When.ALL: [statement],
    }[when]


def window(
    found: OccurrenceFilter,
    statements: Sequence[Select[Any]],
    *,
    limit: int,
    descending: bool = False,
    cursor: Cursor | None = None,
) -> list[Select[Any]]:
    """Return what each arm has to give for one window, in order; `limit` rows of each."""
    backwards = descending != (cursor is not None and cursor.back)
    order = [column.desc() if backwards else column.asc() for column in found.order]
    limited = []
    for statement in statements:
        one = statement
        if cursor is not None:
            place = tuple_(cursor.starts, cursor.id)
            own = tuple_(*found.order)
            one = one.where(own < place if backwards else own > place)
        limited.append(one.order_by(*order).limit(limit))
    return limited
