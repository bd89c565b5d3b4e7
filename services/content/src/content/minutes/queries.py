"""Every read of minutes. The columns of a statement are the fields of its DTO, by name.

Who may not see drafts gets statements that cannot return one, nor count it.
"""

from __future__ import annotations

from datetime import date as day
from typing import Any, Final

from sqlalchemy import Integer, Select, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.minutes.models import Minutes
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row

VIEW_DRAFTS: Final = "content.view_minutes"

SUMMARY: Final[tuple[Column, ...]] = tuple(
    getattr(Minutes, name)
    for name in (
        *("id", "date", "number", "title", "is_published", "sample"),
        *("version", "created", "updated"),
    )
)
MINUTES: Final[tuple[Column, ...]] = (
    *SUMMARY,
    Minutes.content,
    Minutes.content_markup_type,
    Minutes.content_html,
)
#: Newest first; of one day the last meeting first.
_ORDER: Final = (Minutes.date.desc(), Minutes.number.desc().nulls_first(), Minutes.id.desc())


def _visible(statement: Select[Any], *, drafts: bool) -> Select[Any]:
    return statement if drafts else statement.where(Minutes.is_published)


async def minutes(  # noqa: PLR0913 - the parameters of a query
    session: AsyncSession,
    window: Window,
    *,
    drafts: bool,
    year: int | None = None,
    is_published: bool | None = None,
    text: bool = False,
) -> tuple[list[Row], int]:
    """Return one window of the minutes, newest first, with their texts if told so."""
    statement = _visible(select(*(MINUTES if text else SUMMARY)), drafts=drafts)
    if year is not None:
        statement = statement.where(Minutes.date.between(day(year, 1, 1), day(year, 12, 31)))
    if is_published is not None:
        statement = statement.where(Minutes.is_published.is_(is_published))
    return await reading.page(session, statement, _ORDER, window)


async def years(session: AsyncSession, *, drafts: bool) -> list[Row]:
    """Return the years that have minutes, newest first, and how many."""
    year = cast(extract("year", Minutes.date), Integer).label("year")
    found = _visible(select(year), drafts=drafts).subquery()
    statement = (
        select(found.c.year, func.count().label("count"))
        .group_by(found.c.year)
        .order_by(found.c.year.desc())
    )
    return await reading.every(session, statement)


async def on_day(session: AsyncSession, date: day, *, drafts: bool) -> list[Row]:
    """Return the minutes of a day with their texts, first what is public, by number."""
    statement = _visible(select(*MINUTES).where(Minutes.date == date), drafts=drafts)
    order = (Minutes.is_published.desc(), Minutes.number.asc().nulls_last(), Minutes.id)
    return await reading.every(session, statement.order_by(*order))


async def one(session: AsyncSession, minutes_id: int, *, drafts: bool) -> Row | None:
    """Return minutes with their text."""
    statement = _visible(select(*MINUTES).where(Minutes.id == minutes_id), drafts=drafts)
    return await reading.one(session, statement)
