"""What the downloads service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the downloads service."""

    #: Where the release cycle is read from; empty: it is not, and the rows stay as they are.
    release_cycle_url: str = "https://peps.python.org/api/release-cycle.json"
    #: Seconds for the whole fetch.
    release_cycle_timeout: Annotated[float, Field(gt=0, le=60)] = 5.0
    #: Bytes of an answer that are read before it is given up.
    release_cycle_max_bytes: Annotated[int, Field(ge=1024)] = 512 * 1024
