"""What can be chosen, and what a choice costs, over HTTP."""

from __future__ import annotations

from litestar import Controller, Response, get, post
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sponsors.applications import Quote
from contracts.sponsors.dto import Catalogue
from contracts.sponsors.inputs import Selection
from servicekit import access
from servicekit.access import Principal
from servicekit.dependencies import Caller, Reading
from servicekit.responses import json_response
from sponsors.answers import REVIEW, YearFilter
from sponsors.choosing import queries, rules
from sponsors.years import queries as years


class ChoosingController(Controller):
    """What sponsors choose from."""

    tags = ("choosing",)

    @get("/catalogue", operation_id="get_catalogue", opt=access.public())
    async def get_catalogue(
        self, read_session: Reading, principal: Caller, year: YearFilter = None
    ) -> Response[Catalogue]:
        """Read everything that can be chosen in the current year; in others only staff can."""
        wanted, current = await _year(read_session, principal, year)
        return json_response(await queries.catalogue(read_session, wanted, current))

    @post("/quotes", operation_id="quote", opt=access.public(), status_code=200)
    async def quote(
        self,
        read_session: Reading,
        principal: Caller,
        data: Selection,
        year: YearFilter = None,
    ) -> Response[Quote]:
        """Tell what a choice costs, and what is wrong with it. Nothing is kept."""
        wanted, _ = await _year(read_session, principal, year)
        found = await queries.offer(read_session, wanted)
        return json_response(rules.quote(found, data.package_id, data.benefit_ids))


async def _year(session: AsyncSession, caller: Principal, wanted: int | None) -> tuple[int, int]:
    """Return the year that is asked for, and the current one. Raises Unauthorized, Forbidden."""
    current = await years.current(session)
    if wanted not in {None, current}:
        caller.require(REVIEW)
    return wanted or current, current
