"""Every page of blogs."""

from __future__ import annotations

from typing import Final

from gateway.pages.blogs import latest, lists
from gateway.web.pages import PageRoute

BLOGS: Final[tuple[PageRoute, ...]] = (lists.blogs, lists.group, *lists.FEEDS, latest.box)
