"""Parameters that routes of several domains share."""

from __future__ import annotations

from typing import Annotated

from litestar.params import QueryParameter

from contracts.jobs.dto import JobState

#: Litestar gives `state` to handlers for something else.
InState = Annotated[JobState | None, QueryParameter(name="state")]
