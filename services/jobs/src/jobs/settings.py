"""What the jobs service is told by its environment, beside what every service is."""

from __future__ import annotations

from servicekit.mail import MailSettings


class Settings(MailSettings):
    """Settings of the jobs service."""
