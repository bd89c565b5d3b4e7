"""Fill an empty database with what a visitor would take for the real site.

What is there already is left as it is: seeding again changes nothing, and never undoes what
somebody edited. Each domain seeds its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from content.blogs import seed as blogs
from content.boxes import seed as boxes
from content.companies import seed as companies
from content.groups import seed as groups
from content.menus import seed as menus
from content.minutes import seed as minutes
from content.pages import seed as pages
from content.posts import seed as posts
from content.redirects import seed as redirects
from content.samples import seed as samples
from content.search import tasks as search
from content.stories import seed as stories
from content.synonyms import seed as synonyms
from servicekit.service import TaskContext

#: What fills each domain, in this order; each says in a few words what it added.
SEEDS: Final[tuple[Callable[[TaskContext], Awaitable[str]], ...]] = (
    boxes.seed,
    menus.seed,
    redirects.seed,
    pages.seed,
    synonyms.seed,
    companies.seed,
    samples.seed,
    minutes.seed,
    blogs.seed,
    groups.seed,
    posts.seed,
    stories.seed,
    search.seed,
)


async def seed(context: TaskContext) -> str:
    """Add what is missing, domain by domain."""
    return "; ".join([await fill(context) for fill in SEEDS])
