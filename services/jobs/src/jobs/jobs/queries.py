"""Reads of visible jobs. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.jobs.dto import MAX_COUNT, MAX_WORD_COUNT, JobDetail, JobOrder
from jobs import references
from jobs.categories.models import Category
from jobs.jobs.filters import APPROVED, ORDERS, VISIBLE, JobFilter, narrow
from jobs.jobs.models import BoardCount, Job
from jobs.types.models import JobType
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

#: Jobs of the same category among which the like are looked for, and how many are shown.
_CANDIDATES: Final = 200
_SIMILAR: Final = 5
_MOST_LOCATIONS: Final = 1000

SUMMARY: Final[tuple[Any, ...]] = (
    *(getattr(Job, name) for name in ("id", "title", "company_name")),
    references.CATEGORY.label("category"),
    references.TYPES.label("types"),
    *(getattr(Job, name) for name in ("other_type", "city", "region", "country")),
    references.LOCATION.label("location"),
    *(
        getattr(Job, name)
        for name in (
            *("location_slug", "country_slug", "remote", "agencies", "featured", "sample"),
            *("summary", "published", "expires", "updated"),
        )
    ),
)
DETAIL: Final[tuple[Any, ...]] = (
    *SUMMARY,
    *(
        getattr(Job, name)
        for name in (
            *("company_description_html", "description_html", "requirements_html", "url"),
            *("version", "created"),
        )
    ),
    Job.email_public.label("has_contact"),
)
_PLACED: Final[tuple[Any, ...]] = (
    *(Job.id, Job.published, Job.category_id, Job.type_ids, Job.country_slug, Job.title),
)
_NEIGHBOUR: Final[tuple[Any, ...]] = (Job.id, Job.title, Job.company_name)


def statement(columns: Sequence[Any]) -> Select[Any]:
    """Return a statement over jobs with their categories."""
    return select(*columns).join(Category, Category.id == Job.category_id)


async def jobs(
    session: AsyncSession, window: Window, found: JobFilter, order: JobOrder
) -> tuple[list[Row], int, bool]:
    """Return one window of visible jobs, how many there are, and whether there are still more.

    They are counted up to MAX_COUNT, or less far where words are looked for: an index knows all of
    a job but its words. At most 3 statements. Rows are found by their ids first, so that what is
    sorted and left out is narrow.

    Raises Invalid for a category or a type that there is none of.
    """
    ids = await narrow(session, select(Job.id), found)
    keys = ids.order_by(*ORDERS[order]).limit(window.limit).offset(window.offset)
    wanted = statement(SUMMARY).where(Job.id.in_(keys)).order_by(*ORDERS[order])
    rows = await reading.every(session, wanted)
    if len(rows) < window.limit and (rows or not window.offset):
        return rows, window.offset + len(rows), False
    most = MAX_WORD_COUNT if found.q else MAX_COUNT
    bounded = ids.limit(most + 1).subquery()
    counted = int(await session.scalar(select(func.count()).select_from(bounded)) or 0)
    return rows, max(min(counted, most), window.offset + len(rows)), counted > most


async def texts(session: AsyncSession, limit: int, found: JobFilter, order: JobOrder) -> list[Row]:
    """Return the first visible jobs of a list, whole. 2 statements. Raises Invalid as `jobs`."""
    ids = await narrow(session, select(Job.id), found)
    keys = ids.order_by(*ORDERS[order]).limit(limit)
    wanted = statement(DETAIL).where(Job.id.in_(keys)).order_by(*ORDERS[order])
    return await reading.every(session, wanted)


async def job(session: AsyncSession, job_id: int) -> Row | None:
    """Return one visible job."""
    return await reading.one(session, statement(DETAIL).where(Job.id == job_id, VISIBLE))


async def states(
    session: AsyncSession, *conditions: ColumnElement[bool], over: bool = False
) -> list[JobDetail]:
    """Return the public state of jobs that are visible; `over`: also of those that just were."""
    shown = APPROVED if over else VISIBLE
    found = await reading.every(session, statement(DETAIL).where(shown, *conditions))
    return [JobDetail.model_validate(row) for row in found]


async def contact(session: AsyncSession, job_id: int) -> Row | None:
    """Return whom to write to, where the poster of a visible job wants it shown."""
    columns: tuple[Any, ...] = (Job.contact.label("name"), Job.email)
    found = select(*columns).where(Job.id == job_id, VISIBLE, Job.email_public)
    return await reading.one(session, found)


async def around(session: AsyncSession, job_id: int) -> Row | None:
    """Return what there is beside a visible job. 4 statements."""
    row = await reading.one(session, select(*_PLACED).where(Job.id == job_id, VISIBLE))
    if row is None:
        return None
    published, number = row["published"], row["id"]
    before = or_(Job.published < published, and_(Job.published == published, Job.id < number))
    after = or_(Job.published > published, and_(Job.published == published, Job.id > number))
    previous = select(*_NEIGHBOUR).where(VISIBLE, Job.published <= published, before)
    following = select(*_NEIGHBOUR).where(VISIBLE, Job.published >= published, after)
    return {
        "previous": await reading.one(
            session, previous.order_by(Job.published.desc(), Job.id.desc()).limit(1)
        ),
        "next": await reading.one(session, following.order_by(Job.published, Job.id).limit(1)),
        "similar": await _similar(session, row),
    }


async def _similar(session: AsyncSession, row: Row) -> list[Row]:
    """Return jobs of the same category: with the same types, a like title, in the same country."""
    newest = (
        select(Job.id, Job.type_ids, Job.country_slug, Job.title)
        .where(VISIBLE, Job.category_id == row["category_id"], Job.id != row["id"])
        .order_by(*ORDERS[JobOrder.NEWEST])
        .limit(_CANDIDATES)
        .subquery()
    )
    shared = func.cardinality(
        func.array(
            select(func.unnest(newest.c.type_ids))
            .intersect(select(func.unnest(literal(row["type_ids"], Job.type_ids.type))))
            .scalar_subquery()
        )
    )
    likeness = (
        2 * func.similarity(newest.c.title, row["title"])
        + shared
        + case((newest.c.country_slug == row["country_slug"], 0.5), else_=0)
    )
    best = (
        select(newest.c.id, likeness.label("likeness"))
        .order_by(likeness.desc(), newest.c.id.desc())
        .limit(_SIMILAR)
        .subquery()
    )
    found = statement(SUMMARY).join(best, best.c.id == Job.id)
    return await reading.every(session, found.order_by(best.c.likeness.desc(), Job.id.desc()))


async def addresses(session: AsyncSession, after: int, limit: int) -> list[Row]:
    """Return ids of visible jobs, by id."""
    columns: tuple[Any, ...] = (Job.id, Job.updated)
    found = select(*columns).where(VISIBLE, Job.id > after)
    return await reading.every(session, found.order_by(Job.id).limit(limit))


async def facets(session: AsyncSession) -> Row:
    """Return how many visible jobs there are of what. 3 statements."""
    counts = await reading.every(
        session,
        select(BoardCount)
        .with_only_columns(*BoardCount.__table__.columns)
        .where(BoardCount.jobs > 0)
        .order_by(
            reading.bytewise(BoardCount.country),
            reading.bytewise(BoardCount.region),
            reading.bytewise(BoardCount.city),
        ),
    )
    of: dict[str, list[Row]] = {}
    for row in counts:
        of.setdefault(row["kind"], []).append(row)
    return {
        **{
            field: sum(row["jobs"] for row in of.get(kind, ()))
            for field, kind in (("jobs", "all"), ("remote", "remote"), ("featured", "featured"))
        },
        "categories": await _named(session, Category, of.get("category", [])),
        "types": await _named(session, JobType, of.get("type", [])),
        "countries": [_country(row) for row in of.get("country", ())],
        "locations": [_location(row) for row in of.get("location", [])[:_MOST_LOCATIONS]],
    }


async def country(session: AsyncSession, slug: str) -> Row | None:
    """Return how many visible jobs there are in a country; None where there never was one."""
    row = await _count(session, "country", slug)
    return row and _country(row)


async def location(session: AsyncSession, slug: str) -> Row | None:
    """Return how many visible jobs there are at a location; None where there never was one."""
    row = await _count(session, "location", slug)
    return row and _location(row)


async def _count(session: AsyncSession, kind: str, key: str) -> Row | None:
    counted = select(BoardCount).with_only_columns(*BoardCount.__table__.columns)
    return await reading.one(session, counted.where(BoardCount.kind == kind, BoardCount.key == key))


def _country(row: Row) -> Row:
    return {"slug": row["key"], "name": row["country"], "jobs": row["jobs"]}


def _location(row: Row) -> Row:
    return {
        "slug": row["key"],
        "name": ", ".join(filter(None, (row["city"], row["region"], row["country"]))),
        **{name: row[name] for name in ("jobs", "city", "region", "country", "country_slug")},
    }


async def _named(
    session: AsyncSession, model: type[Category | JobType], counts: list[Row]
) -> list[Row]:
    """Return the counts of categories or types with their names, by name."""
    jobs_of = {int(row["key"]): row["jobs"] for row in counts}
    columns: tuple[Any, ...] = (model.id, model.slug, model.name)
    found = select(*columns).where(model.id.in_(jobs_of))
    rows = await reading.every(session, found.order_by(reading.bytewise(model.name)))
    return [{"slug": row["slug"], "name": row["name"], "jobs": jobs_of[row["id"]]} for row in rows]
