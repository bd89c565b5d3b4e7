"""Parameters and choices that several domains share."""

from __future__ import annotations

from typing import Annotated, Final

from litestar.params import QueryParameter

from contracts.admin import AdminChoice
from contracts.sponsors.dto import FIRST_YEAR, LAST_YEAR

YearFilter = Annotated[int | None, QueryParameter(ge=FIRST_YEAR, le=LAST_YEAR)]
YEARS: Final = tuple(
    AdminChoice(value=str(year), label=str(year)) for year in range(FIRST_YEAR, LAST_YEAR + 1)
)
#: What the desk of staff asks for.
REVIEW: Final = "sponsors.can_review_sponsorships"
