"""What the content service is told by its environment, beside what every service is."""

from __future__ import annotations

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the content service."""
