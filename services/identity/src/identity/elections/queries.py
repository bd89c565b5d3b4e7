"""Every read of elections. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, case, extract, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.elections.models import Election, ElectionKind
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_KIND: Final[tuple[Any, ...]] = tuple(
    getattr(ElectionKind, name)
    for name in (
        *("id", "name", "slug", "accent_color", "service_question", "service_since", "newcomer"),
        *("conduct", "conduct_text", "mission", "mission_text"),
        *("eligibility", "eligibility_text", "version", "created", "updated"),
    )
)
#: The kind as a part of a row; needs the join that `statement` makes.
_FORM: Final = case(
    (
        ElectionKind.id.is_not(None),
        func.json_build_object(*(part for one in _KIND for part in (one.key, one))),
    ),
    else_=null(),
)
SUMMARY: Final[tuple[Any, ...]] = (
    *(Election.id, Election.name, Election.slug, Election.date, Election.opens, Election.closes),
    ElectionKind.name.label("kind_name"),
    ElectionKind.slug.label("kind_slug"),
    ElectionKind.accent_color.label("accent_color"),
    *(Election.sample, Election.updated),
)
DETAIL: Final[tuple[Any, ...]] = (
    *SUMMARY,
    *(Election.description, Election.description_html, Election.hide_previous_service),
    _FORM.label("form"),
    *(Election.version, Election.created),
)


def statement(columns: tuple[Any, ...] = DETAIL) -> Select[Any]:
    """Return the statement of elections."""
    found: Select[Any] = select(*columns)
    return found.select_from(Election).outerjoin(ElectionKind, ElectionKind.id == Election.kind_id)


def kinds() -> Select[Any]:
    """Return the statement of kinds."""
    return select(*_KIND)


async def elections(
    session: AsyncSession, window: Window, *, year: int | None, kind: str | None
) -> tuple[list[Row], int]:
    """Return one window of the elections, those of the latest day first."""
    found = statement(SUMMARY)
    if year is not None:
        found = found.where(extract("year", Election.date) == year)
    if kind is not None:
        found = found.where(ElectionKind.slug == kind)
    return await reading.page(session, found, (Election.date.desc(), Election.id.desc()), window)


async def years(session: AsyncSession) -> list[int]:
    """Return the years that have elections, latest first."""
    year = extract("year", Election.date)
    found = await session.scalars(select(year).distinct().order_by(year.desc()))
    return [int(one) for one in found]


async def by_slug(session: AsyncSession, slug: str) -> Row | None:
    """Return one election."""
    return await reading.one(session, statement().where(Election.slug == slug))


async def by_id(session: AsyncSession, election_id: int) -> Row | None:
    """Return one election."""
    return await reading.one(session, statement().where(Election.id == election_id))


async def kind_by_id(session: AsyncSession, kind_id: int) -> Row | None:
    """Return one kind."""
    return await reading.one(session, kinds().where(ElectionKind.id == kind_id))


async def all_kinds(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the kinds, by name."""
    order = (reading.bytewise(ElectionKind.name), ElectionKind.id)
    return await reading.page(session, kinds(), order, window)
