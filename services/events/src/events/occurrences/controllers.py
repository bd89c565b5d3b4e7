"""Times of events over HTTP: lists, days, places. Open to everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from contracts.events.dto import (
    MAX_DAYS,
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    Around,
    Days,
    EventKind,
    Occurrences,
    Places,
)
from events.answers import CountryFilter
from events.occurrences import overviews, queries
from events.occurrences.filters import Cursor, OccurrenceFilter, When
from servicekit import access
from servicekit.answers import IdFilter, TextFilter, answer
from servicekit.audit import in_utc
from servicekit.dependencies import Reading
from servicekit.problems import Invalid

Found = NamedDependency[OccurrenceFilter]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)]


async def occurrence_filter(  # noqa: PLR0913 - the parameters of a query
    *,
    calendar: TextFilter = None,
    category: TextFilter = None,
    location: IdFilter = None,
    country: CountryFilter = None,
    kind: EventKind | None = None,
    featured: bool | None = None,
    online: bool | None = None,
) -> OccurrenceFilter:
    """Read what narrows a list."""
    return OccurrenceFilter(
        calendar=calendar,
        category=category,
        location=location,
        country=country,
        kind=kind,
        featured=featured,
        online=online,
    )


class OccurrenceController(Controller):
    """When events take place."""

    tags = ("occurrences",)
    opt = access.public()
    dependencies = {"found": Provide(occurrence_filter)}  # noqa: RUF012 - as Litestar has it

    @get("/occurrences", operation_id="list_occurrences")
    async def list_occurrences(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        found: Found,
        *,
        when: When | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: Annotated[str | None, QueryParameter(max_length=200)] = None,
        limit: Limit = PAGE_SIZE,
    ) -> Response[Occurrences]:
        """List times of events: the coming ones soonest first, or the past ones latest first."""
        place = None if not cursor else Cursor.read(cursor)
        at = datetime.now(UTC)
        after = since and in_utc(since)
        if when is None:
            when, at = (When.UPCOMING, at) if after is None else (When.COMING, after)
        answered = await queries.listed(
            read_session,
            found,
            when=when,
            at=at,
            since=after,
            until=until and in_utc(until),
            cursor=place,
            limit=limit,
        )
        return answer(answered)

    @get("/occurrences/around", operation_id="get_occurrences_around")
    async def get_around(
        self,
        read_session: Reading,
        found: Found,
        limit: Annotated[int, QueryParameter(ge=1, le=50)] = 5,
    ) -> Response[Around]:
        """Read what is on, what comes soon, and what was just missed."""
        now = datetime.now(UTC)
        return answer(await overviews.around(read_session, found, now, limit=limit))

    @get("/occurrences/days", operation_id="list_days")
    async def list_days(
        self,
        read_session: Reading,
        found: Found,
        first: date,
        last: date,
        limit: Limit = PAGE_SIZE,
    ) -> Response[Days]:
        """List what takes place on each day of a window, by the clocks at the places."""
        if not 0 <= (last - first).days < MAX_DAYS:
            told = f"A window ends at or after its first day, and has {MAX_DAYS} days at most."
            raise Invalid.field(["query", "last"], told, "bad_window")
        if not 1900 <= first.year <= last.year <= 9000:
            raise Invalid.field(["query", "first"], "Years are 1900 to 9000.", "bad_year")
        return answer(await queries.days(read_session, found, first, last, limit=limit))

    @get("/places", operation_id="list_places")
    async def list_places(
        self,
        read_session: Reading,
        found: Found,
        months: Annotated[int, QueryParameter(ge=1, le=24, description="How far ahead")] = 12,
    ) -> Response[Places]:
        """List where events take place within the next months."""
        now = datetime.now(UTC)
        return answer(await overviews.places(read_session, found, now, months=months))
