"""Windows of lists: `limit` and `offset`, counted in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy import Select, func, select

from contracts.base import Page
from servicekit.database import ReadSession, WriteSession

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000
#: Where PostgreSQL's bigint ends; a larger offset would be an error there.
MAX_OFFSET: Final = 2**63 - 1


@dataclass(frozen=True)
class Window:
    """Which rows of a list: at most `limit` from `offset` on."""

    limit: int
    offset: int


async def provide_window(
    limit: Annotated[
        int,
        QueryParameter(ge=0, le=MAX_LIMIT, description="Rows at most; 0 stands for the default"),
    ] = DEFAULT_LIMIT,
    offset: Annotated[
        int, QueryParameter(ge=0, le=MAX_OFFSET, description="Rows left out in front")
    ] = 0,
) -> Window:
    """Read `limit` and `offset` of the query; bad values are a 400 that names the field."""
    return Window(limit=limit or DEFAULT_LIMIT, offset=offset)


InWindow = NamedDependency[Window]


def page[T](items: Sequence[T], *, total: int, window: Window) -> Page[T]:
    """Make the answer of a list."""
    return Page[T](items=list(items), total=total, limit=window.limit, offset=window.offset)


async def count(session: ReadSession | WriteSession, query: Select[*tuple[Any, ...]]) -> int:
    """Count the rows of `query`, whatever its order and window."""
    bare = query.order_by(None).limit(None).offset(None).subquery()
    return (await session.execute(select(func.count()).select_from(bare))).scalar_one()
