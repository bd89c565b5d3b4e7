"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from content.banners import models as banners
from content.blogs import models as blogs
from content.boxes import models as boxes
from content.companies import models as companies
from content.groups import models as groups
from content.media import models as media
from content.menus import models as menus
from content.minutes import models as minutes
from content.pages import models as pages
from content.people import models as people
from content.posts import models as posts
from content.redirects import models as redirects
from content.samples import models as samples
from content.search import models as search
from content.stories import models as stories
from content.synonyms import models as synonyms
from content.tables import Base

__all__ = [
    "METADATA",
    "banners",
    "blogs",
    "boxes",
    "companies",
    "groups",
    "media",
    "menus",
    "minutes",
    "pages",
    "people",
    "posts",
    "redirects",
    "samples",
    "search",
    "stories",
    "synonyms",
]

METADATA: Final[MetaData] = Base.metadata
