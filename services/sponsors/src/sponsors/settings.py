"""What the sponsors service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import StringConstraints

from servicekit.database import SETTINGS, WriteSession
from servicekit.files import FileSettings
from servicekit.mail import MailSettings


class Settings(FileSettings, MailSettings):
    """Settings of the sponsors service."""

    #: The site that links in mails lead to, without a slash at its end.
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    #: The foundation's people for sponsors: who hears of applications and of changes.
    sponsors_email: str = "psf-sponsors@python.org"


def of(session: WriteSession) -> Settings:
    """Return the settings of the process that a unit of work is of."""
    return cast("Settings", session.info[SETTINGS])
