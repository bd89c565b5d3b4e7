"""Every read of the service, as SQLAlchemy Core statements whose rows become JSON or DTOs.

The columns of a statement are the fields of its DTO, by name; a test compares the two. Who may
not see drafts gets statements that cannot return one, nor a file of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.downloads.dto import Major, ReleaseCycle
from contracts.downloads.dto import Release as ReleaseDTO
from downloads.filters import (
    FILE_DEFAULT_ORDER,
    FILE_ORDERS,
    RELEASE_ORDERS,
    SYSTEM_ORDERS,
    Column,
    FileFilter,
    ReleaseFilter,
    bytewise,
    has_files_for,
)
from downloads.models import Cycle, CycleBranch, OperatingSystem, Release, ReleaseFile
from downloads.rules import URL_FIELDS
from servicekit.pagination import Window

type Row = dict[str, Any]

SYSTEM: Final[tuple[Column, ...]] = tuple(
    getattr(OperatingSystem, name)
    for name in ("id", "name", "slug", "version", "created", "updated")
)
SUMMARY: Final[tuple[Column, ...]] = tuple(
    getattr(Release, name)
    for name in (
        *("id", "name", "slug", "major", "number", "series", "is_latest", "is_published"),
        *("pre_release", "show_on_download_page", "release_date", "release_notes_url"),
        *("release_page", "version", "created", "updated"),
    )
)
TEXT: Final[tuple[Column, ...]] = (
    Release.content,
    Release.content_markup_type,
    Release.content_html,
)
FILE: Final[tuple[ColumnElement[Any] | Column, ...]] = (
    *(getattr(ReleaseFile, name) for name in ("id", "name", "slug", "os_id")),
    OperatingSystem.slug.label("os_slug"),
    ReleaseFile.release_id,
    Release.slug.label("release_slug"),
    *(getattr(ReleaseFile, name) for name in ("description", "is_source", *URL_FIELDS)),
    *(
        getattr(ReleaseFile, name)
        for name in ("md5_sum", "sha256_sum", "filesize", "download_button")
    ),
    *(getattr(ReleaseFile, name) for name in ("version", "created", "updated")),
)


# --- operating systems ---


async def systems(  # noqa: PLR0913 - the parameters of a query
    session: AsyncSession,
    window: Window,
    *,
    id_in: Sequence[int] | None,
    name: str | None,
    slug: str | None,
    order: str,
) -> tuple[list[Row], int]:
    """Return one window of the systems and how many match."""
    statement = select(*SYSTEM)
    if id_in is not None:
        statement = statement.where(OperatingSystem.id.in_(id_in))
    if name is not None:
        statement = statement.where(OperatingSystem.name == name)
    if slug is not None:
        statement = statement.where(OperatingSystem.slug == slug)
    by = _direction(SYSTEM_ORDERS, order)
    return await _page(session, statement, (by, OperatingSystem.id), window)


async def system(session: AsyncSession, system_id: int) -> Row | None:
    """Return one system."""
    return await _one(session, select(*SYSTEM).where(OperatingSystem.id == system_id))


# --- releases ---


async def releases(
    session: AsyncSession, window: Window, found: ReleaseFilter, *, drafts: bool, order: str
) -> tuple[list[Row], int]:
    """Return one window of the releases, as summaries, and how many match."""
    statement = select(*SUMMARY).where(*found.conditions())
    if not drafts:
        statement = statement.where(Release.is_published)
    by = _direction(RELEASE_ORDERS, order)
    return await _page(session, statement, (by, Release.id), window)


async def release(
    session: AsyncSession, condition: ColumnElement[bool], *, drafts: bool
) -> Row | None:
    """Return one release with text, files and the release that supersedes it. Two statements."""
    newest = (
        _newest_of_series(Release.series)
        .with_only_columns(_NEWER.c.slug)
        .correlate(Release)
        .scalar_subquery()
    )
    superseded_by = func.coalesce(func.nullif(newest, Release.slug), "").label("superseded_by")
    statement = select(*SUMMARY, *TEXT, superseded_by).where(condition)
    if not drafts:
        statement = statement.where(Release.is_published)
    row = await _one(session, statement)
    if row is not None:
        row["files"] = (await files_of(session, [row["id"]]))[row["id"]]
    return row


async def states(session: AsyncSession, ids: Sequence[int]) -> dict[int, ReleaseDTO]:
    """Return the whole state of each release, drafts too, as events carry it. Two statements."""
    statement = select(*SUMMARY, *TEXT).where(Release.id.in_(ids))
    rows = await _all(session, statement)
    files = await files_of(session, [row["id"] for row in rows])
    return {
        row["id"]: ReleaseDTO.model_validate({**row, "files": files[row["id"]]}) for row in rows
    }


async def files_of(
    session: AsyncSession, ids: Sequence[int], *, os_id: int | None = None
) -> dict[int, list[Row]]:
    """Return the files of each release, by system and name; of one system only if it is told."""
    grouped: dict[int, list[Row]] = {release_id: [] for release_id in ids}
    if not ids:
        return grouped
    statement = (
        _files()
        .where(ReleaseFile.release_id.in_(ids))
        .order_by(bytewise(OperatingSystem.name), bytewise(ReleaseFile.name), ReleaseFile.id)
    )
    if os_id is not None:
        statement = statement.where(ReleaseFile.os_id == os_id)
    for row in await _all(session, statement):
        grouped[row["release_id"]].append(row)
    return grouped


# --- the latest ones ---


async def latest_of_majors(
    session: AsyncSession, majors: Iterable[Major], *, text: bool = False
) -> dict[Major, Row]:
    """Return the latest published release of each major version that has one.

    That is the one flagged as latest. Where none is (it was unpublished or deleted), the final
    release with the highest version takes its place, so that a download button never disappears
    because of a mistake that was just undone.
    """
    statement = (
        select(*SUMMARY, *(TEXT if text else ()))
        .ext(distinct_on(Release.major))
        .where(
            Release.major.in_([int(major) for major in majors]),
            Release.is_published,
            Release.is_latest | (~Release.pre_release & Release.show_on_download_page),
        )
        .order_by(
            Release.major,
            Release.is_latest.desc(),
            Release.version_key.desc(),
            Release.release_date.desc(),
            Release.id.desc(),
        )
    )
    return {Major(row["major"]): row for row in await _all(session, statement)}


async def latest_of_series(session: AsyncSession, series: str) -> Row | None:
    """Return the newest published release of a 3.N series; a pre-release counts."""
    statement = _newest_of_series(literal(series)).with_only_columns(
        *(_NEWER.c[column.key] for column in SUMMARY)
    )
    return await _one(session, statement)


async def latest_prerelease(session: AsyncSession) -> Row | None:
    """Return the newest published pre-release of Python 3."""
    statement = (
        select(*SUMMARY)
        .where(Release.is_published, Release.pre_release, Release.major == int(Major.PYTHON3))
        .order_by(Release.release_date.desc(), Release.version_key.desc(), Release.id.desc())
        .limit(1)
    )
    return await _one(session, statement)


async def latest(session: AsyncSession) -> Row:
    """Return the fields of `LatestReleases`. Three statements."""
    majors = {"python3": Major.PYTHON3, "python2": Major.PYTHON2, "pymanager": Major.PYMANAGER}
    found = await latest_of_majors(session, majors.values(), text=True)
    files = await files_of(session, [row["id"] for row in found.values()])
    for row in found.values():
        row |= {"superseded_by": "", "files": files[row["id"]]}
    return {
        **{which: found.get(major) for which, major in majors.items()},
        "prerelease": await latest_prerelease(session),
    }


async def by_system(session: AsyncSession, slug: str) -> Row | None:
    """Return the fields of `BySystem`, or None where there is no such system. Three statements."""
    found = await _one(session, select(*SYSTEM).where(OperatingSystem.slug == slug))
    if found is None:
        return None
    statement = (
        select(*SUMMARY)
        .where(Release.is_published, has_files_for(slug))
        .order_by(Release.release_date.desc(), Release.version_key.desc(), Release.id.desc())
    )
    rows = await _all(session, statement)
    files = await files_of(session, [row["id"] for row in rows], os_id=found["id"])
    for row in rows:
        row["files"] = files[row["id"]]
    return {
        "operating_system": found,
        "stable": [row for row in rows if not row["pre_release"]],
        "pre_releases": [row for row in rows if row["pre_release"]],
    }


# --- files ---


async def files(
    session: AsyncSession, window: Window, found: FileFilter, *, drafts: bool, order: str | None
) -> tuple[list[Row], int]:
    """Return one window of the files and how many match."""
    statement = _files().where(*found.conditions())
    if not drafts:
        statement = statement.where(Release.is_published)
    by = (
        FILE_DEFAULT_ORDER
        if order is None
        else (_direction(FILE_ORDERS, order), *FILE_DEFAULT_ORDER[1:])
    )
    return await _page(session, statement, by, window)


async def file(session: AsyncSession, file_id: int, *, drafts: bool) -> Row | None:
    """Return one file."""
    statement = _files().where(ReleaseFile.id == file_id)
    if not drafts:
        statement = statement.where(Release.is_published)
    return await _one(session, statement)


def files_with_release(condition: ColumnElement[bool]) -> Select[Any]:
    """Select files of drafts too, with what an event says of their release."""
    return (
        _files()
        .add_columns(
            *(
                getattr(Release, name).label(f"release_{name}")
                for name in ("version", "major", "series", "is_published")
            )
        )
        .where(condition)
    )


# --- the release cycle ---


async def release_cycle(session: AsyncSession) -> ReleaseCycle | None:
    """Return the release cycle as last read; None where it never was."""
    found = (await session.execute(select(Cycle.as_of, Cycle.fetched))).mappings().first()
    if found is None:
        return None
    columns = [column for column in CycleBranch.__table__.columns if column.name != "position"]
    branches = await _all(session, select(*columns).order_by(CycleBranch.position))
    return ReleaseCycle.model_validate({**found, "branches": branches})


# --- parts of the above ---

_NEWER: Final = Release.__table__.alias("newer")


def _newest_of_series(series: ColumnElement[str] | Column) -> Select[Any]:
    """Newest published release of a series of Python 3: by date, then by version."""
    return (
        select(_NEWER)
        .where(
            _NEWER.c.is_published,
            _NEWER.c.major == int(Major.PYTHON3),
            _NEWER.c.series == series,
            _NEWER.c.series != "",
        )
        .order_by(_NEWER.c.release_date.desc(), _NEWER.c.version_key.desc(), _NEWER.c.id.desc())
        .limit(1)
    )


def _files() -> Select[Any]:
    return (
        select(*FILE)
        .join(Release, ReleaseFile.release_id == Release.id)
        .join(OperatingSystem, ReleaseFile.os_id == OperatingSystem.id)
    )


def _direction(orders: Mapping[str, ColumnElement[Any] | Column], order: str) -> ColumnElement[Any]:
    column = orders[order.removeprefix("-")]
    return column.desc() if order.startswith("-") else column.asc()


async def _one(session: AsyncSession, statement: Select[Any]) -> Row | None:
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def _all(session: AsyncSession, statement: Select[Any]) -> list[Row]:
    found = await session.execute(statement)
    names = tuple(found.keys())
    # A mapping of each row would look every name up again: three times the work.
    return [dict(zip(names, row, strict=True)) for row in found]


async def _page(
    session: AsyncSession,
    statement: Select[Any],
    order: Sequence[ColumnElement[Any] | Column],
    window: Window,
) -> tuple[list[Row], int]:
    """Run one statement, and a second one that counts only where the window does not tell."""
    rows = await _all(session, statement.order_by(*order).limit(window.limit).offset(window.offset))
    if len(rows) < window.limit and (rows or not window.offset):
        return rows, window.offset + len(rows)  # the end is in sight: nothing to count
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
    return rows, int(await session.scalar(counted) or 0)
