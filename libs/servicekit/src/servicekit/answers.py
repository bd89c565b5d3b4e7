"""What routes of many domains share: parameters, ids, and answers made of rows."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import MediaType, Response
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from pydantic_core import to_json

from servicekit import etag
from servicekit.pagination import MAX_OFFSET, Window
from servicekit.problems import Invalid, NotFound

MAX_ID: Final = MAX_OFFSET
"""Where PostgreSQL's bigint ends."""

Id = Annotated[int, PathParameter(ge=1, le=MAX_ID)]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]
TextFilter = Annotated[str | None, QueryParameter(max_length=200)]
IdFilter = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)]
IdsFilter = Annotated[
    list[int] | None,
    QueryParameter(max_items=1000, description="Any of these; the parameter is repeated"),
]
DigitsFilter = Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,3}$")]


def known_ids(name: str, ids: list[int] | None) -> list[int] | None:
    """Return ids of the query; raises Invalid where one is none that a row can have."""
    if ids is not None and not all(1 <= number <= MAX_ID for number in ids):
        raise Invalid.field(["query", name], f"must be ids from 1 to {MAX_ID}", "invalid")
    return ids


def answer(value: Any, *, headers: dict[str, str] | None = None) -> Response[Any]:  # noqa: ANN401
    """Answer rows as JSON, without making a model of each: their columns are the fields."""
    return Response(to_json(value), media_type=MediaType.JSON, headers=headers)


def answer_page(found: tuple[list[dict[str, Any]], int], window: Window) -> Response[Any]:
    """Answer one window of a list."""
    items, total = found
    return answer({"items": items, "total": total, "limit": window.limit, "offset": window.offset})


def answer_versioned(row: dict[str, Any] | None, what: str) -> Response[Any]:
    """Answer one row with its version as ETag; NotFound where there is none."""
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return answer(row, headers={"ETag": etag.etag(row["version"])})
