"""Minutes of the board. They are changed in the staff admin."""

from __future__ import annotations

from datetime import date as day
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from contracts.content import minutes as dto
from gateway.api.modern.declaration import Operation, Param, by_id, listing, reading

_SERVICE: Final = "content"
_TAG: Final = "content"
_KEYS: Final = ("minutes", "api:minutes")


class Minutes(BaseModel):
    """Minutes of a meeting, without their text."""

    id: int
    date: day = Field(examples=["2024-05-01"])
    number: int | None = Field(description="Which meeting of its day")
    title: str
    page: str = Field(
        description="Path on the site", examples=["/psf/records/board/minutes/2024-05-01/"]
    )
    is_published: bool
    is_sample: bool = Field(description="Made up, to show what minutes look like")
    revision: int = Field(description="Grows with each change")
    updated_at: datetime


class WholeMinutes(Minutes):
    """Minutes of a meeting with their text."""

    content_html: str = Field(description="Safe to be put into a page")


def minutes_of(found: dto.MinutesSummary) -> Minutes:
    """Return minutes as this API tells them."""
    return Minutes(**_minutes(found))


def whole_minutes_of(found: dto.Minutes) -> WholeMinutes:
    """Return minutes with their text."""
    return WholeMinutes(**_minutes(found), content_html=found.content_html)


def _minutes(found: dto.MinutesSummary) -> dict[str, Any]:
    return {
        "id": found.id,
        "date": found.date,
        "number": found.number,
        "title": found.title,
        "page": found.url,
        "is_published": found.is_published,
        "is_sample": found.sample,
        "revision": found.version,
        "updated_at": found.updated,
    }


MINUTES: Final = (
    Operation(
        id="list_minutes",
        path="/minutes",
        tag=_TAG,
        summary="List minutes of the board",
        description="Without their texts, newest first.",
        run=listing(_SERVICE, lambda _: "/minutes", dto.MinutesSummary, minutes_of),
        out=Minutes,
        many=True,
        params=(
            Param(
                name="year",
                to="year",
                schema={"type": "integer", "minimum": 1990, "maximum": 2100},
                description="Of this year",
                example="2024",
            ),
        ),
        keys=_KEYS,
    ),
    Operation(
        id="get_minutes",
        path="/minutes/{id}",
        tag=_TAG,
        summary="Read minutes with their text",
        run=reading(_SERVICE, by_id("/minutes"), dto.Minutes, whole_minutes_of),
        out=WholeMinutes,
        keys=_KEYS,
    ),
)
