"""Reads that several pages of stories share, with the surrogate keys that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.content.stories import Story, StorySummary
from gateway.backends.stories import Stories
from gateway.cache.policy import CachePolicy
from gateway.pages import asking
from gateway.pages.heads import Subscribe
from gateway.pages.links import Link
from gateway.pages.stories.models import StoryCard

if TYPE_CHECKING:
    from gateway.web.pages import PageContext

HOME = "/success-stories/"
SUBMIT = f"{HOME}create/"
OWN = f"{HOME}mine/"
#: Of every page that lists stories or names a category.
KEY = "stories"


def policy(*params: str) -> CachePolicy:
    """Return how pages of stories are kept."""
    return CachePolicy(params=params, fresh=3600)


def service(ctx: PageContext) -> Stories:
    """Return the stories. Raises NotFound where the site has no content service."""
    ctx.use(KEY)
    return Stories(asking.content(ctx).client)


def story_path(slug: str) -> str:
    """Return the address of a story."""
    return f"{HOME}{slug}/"


def category_path(slug: str) -> str:
    """Return the address of a category."""
    return f"{HOME}category/{slug}/"


def category_link(story: StorySummary) -> Link:
    """Return the link to the category of a story."""
    return Link(label=story.category.name, href=category_path(story.category.slug))


def card(story: StorySummary) -> StoryCard:
    """Return a story as lists print it."""
    return StoryCard(
        title=story.name,
        href=story_path(story.slug),
        quote=story.pull_quote,
        company=story.company_name,
        category=category_link(story),
        image=story.image,
        sample=story.sample,
    )


def website(story: Story) -> Link | None:
    """Return the link to the site of a story's company, by the name of its host."""
    if not story.company_url:
        return None
    host = (urlsplit(story.company_url).hostname or story.company_url).removeprefix("www.")
    return Link(label=host, href=story.company_url, external=True)


def feeds() -> Subscribe:
    """Return the feeds of stories."""
    return Subscribe(
        what="Python success stories",
        webcal="",
        ics="",
        rss=f"{HOME}feed.rss",
        atom=f"{HOME}feed.atom",
    )
