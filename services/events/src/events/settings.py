"""What the events service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field, StringConstraints

from servicekit.database import SETTINGS, WriteSession
from servicekit.imports import ImportSettings
from servicekit.mail import MailSettings


class Settings(MailSettings, ImportSettings):
    """Settings of the events service."""

    #: The site that links lead to, and that UIDs name, without a slash at its end.
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    #: Who hears of events that were sent in.
    reviewers_email: str = "events@python.org"
    #: Days back for which the times of a repeating event are kept as rows.
    window_past_days: Annotated[int, Field(ge=31)] = 1100
    #: Days ahead for which they are; half of it is there at any time.
    window_future_days: Annotated[int, Field(ge=62)] = 800


def of(session: WriteSession) -> Settings:
    """Return the settings of the process that a unit of work is of."""
    return cast("Settings", session.info[SETTINGS])
