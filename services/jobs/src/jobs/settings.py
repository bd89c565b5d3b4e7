"""What the jobs service is told by its environment, beside what every service is."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, cast

from pydantic import Field, StringConstraints

from servicekit.database import SETTINGS, WriteSession
from servicekit.mail import MailSettings


class Settings(MailSettings):
    """Settings of the jobs service."""

    #: The site that links in mails lead to, without a slash at its end.
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    #: The board: who hears of jobs that wait, and of what is said about them.
    board_email: str = "jobs@python.org"
    #: Who gets the monthly report beside the board: a list in JSON.
    report_emails: tuple[str, ...] = ()
    #: Days that a job is visible, from its approval or from the end that is extended.
    job_days: Annotated[int, Field(ge=1, le=3650)] = 90
    #: Days before its end on which the poster is reminded, and from which on it can be extended.
    remind_days: Annotated[int, Field(ge=1)] = 14
    #: Days after its end for which it still can be.
    extend_days: Annotated[int, Field(ge=0)] = 30
    #: Minutes that a job is a reviewer's who claimed it.
    claim_minutes: Annotated[int, Field(ge=1)] = 30
    #: Reports that one visitor can make within a day.
    reports_per_day: Annotated[int, Field(ge=1)] = 5

    @property
    def visible_for(self) -> timedelta:
        """How long a job is visible."""
        return timedelta(days=self.job_days)

    @property
    def reminded_before(self) -> timedelta:
        """How long before its end its poster is reminded, and can extend it."""
        return timedelta(days=self.remind_days)

    @property
    def extension(self) -> timedelta:
        """How long after its end it can be extended."""
        return timedelta(days=self.extend_days)


def of(session: WriteSession) -> Settings:
    """Return the settings of the process that a unit of work is of."""
    return cast("Settings", session.info[SETTINGS])
