"""What the content service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from servicekit.files import FileSettings
from servicekit.imports import ImportSettings


class Settings(FileSettings, ImportSettings):
    """Settings of the content service."""

    meilisearch_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    """Where a Meilisearch server is. Without it PostgreSQL does the searching."""
    meilisearch_key: SecretStr | None = None
    """A key of that server that may search, and manage indexes, documents, settings and tasks."""
    meilisearch_timeout: Annotated[int, Field(ge=1)] = 2
    """Seconds until PostgreSQL answers in its place."""
