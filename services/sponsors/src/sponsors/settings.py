"""What the sponsors service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field, SecretStr, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.database import SETTINGS
from servicekit.links import PrivateFileSettings
from servicekit.mail import MailSettings


class Settings(PrivateFileSettings, MailSettings):
    """Settings of the sponsors service."""

    #: The site that links in mails lead to, without a slash at its end.
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    #: The foundation's people for sponsors: who hears of applications and of changes.
    sponsors_email: str = "psf-sponsors@python.org"
    #: Whether who sent a contract may not be who executes it.
    two_people_execute: bool = False
    #: Days before the date of a required asset on which its sponsor is reminded.
    asset_remind_days: Annotated[int, Field(ge=1, le=365)] = 7
    #: Days before the end of a sponsorship on which its sponsor is asked to renew it.
    renewal_remind_days: Annotated[int, Field(ge=1, le=365)] = 60
    #: The conference's API for vouchers, up to the year; without it none are fetched.
    vouchers_url: (
        Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^/\s?#]$")] | None
    ) = None
    #: Key and secret that the conference gave out.
    vouchers_key: str = ""
    vouchers_secret: SecretStr = SecretStr("")
    vouchers_timeout: Annotated[float, Field(gt=0, le=60)] = 10.0


def of(session: AsyncSession) -> Settings:
    """Return the settings of the process that a session is of."""
    return cast("Settings", session.info[SETTINGS])
