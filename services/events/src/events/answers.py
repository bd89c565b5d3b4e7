"""Parameters that routes of several domains share."""

from __future__ import annotations

from typing import Annotated

from litestar.params import QueryParameter

CountryFilter = Annotated[
    str | None,
    QueryParameter(pattern=r"^[A-Z]{2}$", description="ISO 3166-1, two letters"),
]
