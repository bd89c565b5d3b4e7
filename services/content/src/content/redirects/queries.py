"""Every read of redirects, and what leads where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.redirects.models import Redirect
from contracts.content.redirects import Redirect as RedirectDTO
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row, bytewise

REDIRECT: Final[tuple[Column, ...]] = tuple(
    getattr(Redirect, name)
    for name in (
        *("id", "old_path", "query", "is_prefix", "target", "code", "note"),
        *("version", "created", "updated"),
    )
)
_ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "old_path": bytewise(Redirect.old_path),
    "updated": Redirect.updated,
    "id": Redirect.id,
}


async def redirects(
    session: AsyncSession, window: Window, *, old_path: str | None, q: str | None, order: str
) -> tuple[list[Row], int]:
    """Return one window of the redirects and how many match; `q` is part of path or target."""
    statement = select(*REDIRECT)
    if old_path is not None:
        statement = statement.where(Redirect.old_path == ("/" + old_path.strip("/")))
    if q:
        statement = statement.where(
            or_(
                Redirect.old_path.contains(q, autoescape=True),
                Redirect.target.contains(q, autoescape=True),
            )
        )
    return await reading.page(
        session, statement, (reading.direction(_ORDERS, order), Redirect.id), window
    )


async def redirect(session: AsyncSession, redirect_id: int) -> Row | None:
    """Return one redirect."""
    return await reading.one(session, select(*REDIRECT).where(Redirect.id == redirect_id))


async def candidates(session: AsyncSession, path: str) -> Sequence[RedirectDTO]:
    """Return the redirects that may answer at a path (`/a/b`), the most specific first."""
    parts = path.strip("/").split("/")
    above = ["/" + "/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    statement = (
        select(*REDIRECT)
        .where(
            or_(
                Redirect.old_path == "/" + "/".join(parts),
                Redirect.old_path.in_(above) & Redirect.is_prefix,
            )
        )
        .order_by(Redirect.old_path.desc(), Redirect.query.nulls_last())
    )
    rows = await reading.every(session, statement)
    found = [RedirectDTO.model_validate(row) for row in rows]
    return sorted(found, key=lambda one: len(one.old_path), reverse=True)


async def every(session: AsyncSession) -> list[RedirectDTO]:
    """Return all redirects; there are hundreds."""
    rows = await reading.every(session, select(*REDIRECT).order_by(Redirect.id))
    return [RedirectDTO.model_validate(row) for row in rows]
