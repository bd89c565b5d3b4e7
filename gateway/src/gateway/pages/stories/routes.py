"""Every page and form of stories."""

from __future__ import annotations

from typing import Any, Final

from gateway.pages.stories import featured, pages, submissions
from gateway.web.forms import FormRoute
from gateway.web.pages import PageRoute

STORIES: Final[tuple[PageRoute | FormRoute[Any], ...]] = (
    pages.stories,
    submissions.submit,
    submissions.mine,
    submissions.submission,
    pages.category,
    pages.story,
    *pages.FEEDS,
    featured.box,
)
