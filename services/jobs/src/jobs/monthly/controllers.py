"""The monthly report over HTTP: for those who may moderate jobs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import QueryParameter

from contracts.jobs.review import MonthlyReport
from jobs.monthly import queries
from jobs.review.services import REVIEW
from servicekit import access
from servicekit.dependencies import Reading
from servicekit.responses import json_response

Month = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$", description="2026-10; the last whole one"
    ),
]


class MonthlyController(Controller):
    """What happened on the board."""

    path = "/review/report"
    tags = ("review",)

    @get(operation_id="get_monthly_report", opt=access.permission(REVIEW))
    async def get_report(
        self, read_session: Reading, month: Month = None
    ) -> Response[MonthlyReport]:
        """Read what happened in a month, and in the one before it."""
        first = queries.first_before(datetime.now(UTC).date())
        if month is not None:
            first = date.fromisoformat(f"{month}-01")
        return json_response(await queries.report(read_session, first))
