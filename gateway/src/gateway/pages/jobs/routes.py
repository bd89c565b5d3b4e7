"""Every page and form of the job board."""

from __future__ import annotations

from typing import Any

from gateway.pages.jobs import (
    asking,
    desk,
    feeds,
    job,
    lists,
    names,
    own,
    posting,
    reviewing,
    talking,
)
from gateway.web.forms import FormRoute
from gateway.web.pages import PageRoute

JOBS: tuple[PageRoute | FormRoute[Any], ...] = (
    *lists.LISTS,
    *names.NAMES,
    *feeds.FEEDS,
    posting.create,
    posting.edit,
    *own.OWN,
    talking.comment,
    reviewing.queue,
    reviewing.moderate,
    desk.desk,
    asking.contact,
    asking.report,
    job.job,
)
