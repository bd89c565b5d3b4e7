"""What a service that follows others is told by its environment."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field

from servicekit.settings import ServiceSettings


class ImportSettings(ServiceSettings):
    """Settings of a service that follows what others publish."""

    #: Seconds that a source elsewhere has to answer.
    import_timeout: Annotated[float, Field(gt=0, le=120)] = 30.0
    #: Bytes of an answer that are read at most.
    import_max_bytes: Annotated[int, Field(ge=1000)] = 5_000_000
    #: Minutes between two looks at a source; after failures ever more.
    import_minutes: Annotated[int, Field(ge=1)] = 60
    #: Networks in which a source may be though they are not public: a list in JSON.
    import_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    #: Days that reports of imports are kept.
    import_keep_days: Annotated[int, Field(ge=1)] = 90
