"""Placements over HTTP: what everybody may see, and contacts for the gateway."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import QueryParameter

from contracts.sponsors.dto import Placement, SponsorContacts
from contracts.sponsors.features import LogoPlace, Publisher
from servicekit import access
from servicekit.answers import answer, known_ids
from servicekit.dependencies import Reading
from sponsors.answers import YearFilter
from sponsors.placements import queries

SponsorIds = Annotated[
    list[int] | None,
    QueryParameter(
        name="sponsor_id", max_items=1000, description="Of these; the parameter is repeated"
    ),
]


class PlacementController(Controller):
    """Logos that are shown."""

    path = "/placements"
    tags = ("placements",)

    @get(operation_id="list_placements", opt=access.public())
    async def list_placements(
        self,
        read_session: Reading,
        publisher: Publisher | None = None,
        flight: LogoPlace | None = None,
        year: YearFilter = None,
    ) -> Response[list[Placement]]:
        """List the logos that are shown now, by level, sponsor and place."""
        found = await queries.placements(
            read_session, publisher=publisher, flight=flight, year=year
        )
        return answer(found)

    @get(
        "/contacts",
        operation_id="list_placement_contacts",
        opt=access.permission("sponsors.serve_visitors"),
    )
    async def list_placement_contacts(
        self, read_session: Reading, sponsor_ids: SponsorIds = None
    ) -> Response[list[SponsorContacts]]:
        """List the contacts of sponsors, for API keys that may know them."""
        wanted = known_ids("sponsor_id", sponsor_ids) or []
        return answer(await queries.contacts(read_session, wanted))
