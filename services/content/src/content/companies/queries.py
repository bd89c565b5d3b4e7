"""Every read of companies. The columns of a statement are the fields of its DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, String, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.companies.models import Company
from contracts.content.companies import OTHER_LETTER
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row, bytewise

_LOGO: Final = case(
    (
        Company.logo_id.isnot(None),
        func.json_build_object(
            *("key", Company.logo_key),
            *("width", Company.logo_width),
            *("height", Company.logo_height),
        ),
    )
).label("logo")
#: What everybody may know.
COMPANY: Final[tuple[Any, ...]] = (
    *(
        getattr(Company, name)
        for name in (
            *("id", "name", "slug", "about", "about_markup_type", "about_html", "url", "sample"),
            *("version", "created", "updated"),
        )
    ),
    _LOGO,
)
RECORD: Final[tuple[Any, ...]] = (*COMPANY, Company.contact, Company.email, Company.logo_id)

#: By name, as people look for it; what differs by its capitals only comes in one order, too.
ORDER: Final = (bytewise(func.lower(Company.name)), Company.id)


async def companies(
    session: AsyncSession, window: Window, *, letter: str | None = None, q: str | None = None
) -> tuple[list[Row], int]:
    """Return one window of the companies, by name, and how many match; `q`: part of a name."""
    statement = select(*COMPANY)
    if letter is not None:
        statement = statement.where(_letter() == letter)
    if q:
        statement = statement.where(or_(*_matches(q)))
    return await reading.page(session, statement, ORDER, window)


def _letter() -> ColumnElement[Any]:
    """Return the first letter of a name, in capitals; what is none from A to Z has one for all."""
    first: ColumnElement[str] = func.upper(func.left(Company.name, 1), type_=String)
    is_letter = func.ascii(first).between(ord("A"), ord("Z"))
    return case((is_letter, first), else_=literal(OTHER_LETTER))


def _matches(q: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Company.name.icontains(q, autoescape=True),
        Company.about.icontains(q, autoescape=True),
    )


async def letters(session: AsyncSession) -> list[Row]:
    """Return with which letters names begin, and how many."""
    letter = select(_letter().label("letter")).subquery().c.letter
    statement = (
        select(letter, func.count().label("count")).group_by(letter).order_by(bytewise(letter))
    )
    return await reading.every(session, statement)


async def by_slug(session: AsyncSession, slug: str) -> Row | None:
    """Return one company."""
    return await reading.one(session, select(*COMPANY).where(Company.slug == slug))


async def record(session: AsyncSession, company_id: int) -> Row | None:
    """Return one company with what staff alone may know of it."""
    return await reading.one(session, select(*RECORD).where(Company.id == company_id))
