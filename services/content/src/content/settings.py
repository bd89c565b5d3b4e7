"""What the content service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field, SecretStr, StringConstraints

from servicekit.database import SETTINGS, WriteSession
from servicekit.files import FileSettings
from servicekit.imports import ImportSettings
from servicekit.mail import MailSettings


class Settings(FileSettings, ImportSettings, MailSettings):
    """Settings of the content service."""

    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    """The site that links in mails lead to, without a slash at its end."""
    stories_email: str = "psf-staff@python.org"
    """Who hears of stories that were sent in."""
    meilisearch_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    """Where a Meilisearch server is. Without it PostgreSQL does the searching."""
    meilisearch_key: SecretStr | None = None
    """A key of that server that may search, and manage indexes, documents, settings and tasks."""
    meilisearch_timeout: Annotated[int, Field(ge=1)] = 2
    """Seconds until PostgreSQL answers in its place."""


def of(session: WriteSession) -> Settings:
    """Return the settings of the process that a unit of work is of."""
    return cast("Settings", session.info[SETTINGS])
