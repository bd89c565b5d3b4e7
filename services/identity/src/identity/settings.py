"""What the identity service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the identity service."""

    #: The site that links in mails lead to, without a slash at its end.
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    #: Password hashes that are made or compared at the same time; each takes 19 MiB and a core.
    hashing_at_once: Annotated[int, Field(ge=1, le=64)] = 4
    #: Days a link in a mail works.
    mailed_key_days: Annotated[int, Field(ge=1)] = 3
    #: Seconds between two confirmation mails to one address.
    confirmation_pause: Annotated[float, Field(ge=0)] = 180.0
    #: Days an account is kept that nobody ever confirmed.
    unconfirmed_keep_days: Annotated[int, Field(ge=1)] = 30
