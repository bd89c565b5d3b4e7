"""One featured story, for the home page and the menu."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contracts.content.stories import StorySummary
from gateway.backends.stories import Stories
from gateway.pages.links import Link
from gateway.pages.stories import fetch
from gateway.pages.stories.models import FeaturedStory
from gateway.web.pages import NotFound, Page, PageContext, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.backends import Content
    from gateway.web.templating import Templates

#: Featured stories that take turns.
_MOST = 50
_BOX = "boxes/menu_stories.html"


async def featured(ctx: PageContext) -> FeaturedStory | None:
    """Return the featured story of the day; None where there is none."""
    content = ctx.backends.content
    if content is None:
        return None
    ctx.use(fetch.KEY)
    found = await ctx.block(
        "stories:featured",
        lambda: Stories(content.client).stories(_MOST, featured=True),
        keys={fetch.KEY},
        fallback=None,
    )
    story = of_today(found.items) if found else None
    return _model(story) if story else None


def of_today(stories: Sequence[StorySummary]) -> StorySummary | None:
    """Return the story whose turn it is: each day another one, the same for everybody."""
    return stories[datetime.now(UTC).toordinal() % len(stories)] if stories else None


async def in_menu(content: Content) -> StorySummary | None:
    """Return what the menu of stories shows: the newest that is featured."""
    found = (await Stories(content.client).stories(1, featured=True)).items
    return found[0] if found else None


@page("/box/supernav-python-success-stories/", name="box.stories", cache=fetch.policy(),
      slash="either")  # fmt: skip
async def box(ctx: PageContext) -> Page:
    """Answer the stories cell of the menu."""
    found = (await fetch.service(ctx).stories(1, featured=True)).items
    if not found:
        raise NotFound
    return ctx.render(_BOX, _model(found[0]))


def menu_cell(templates: Templates, story: StorySummary | None) -> str:
    """Return what the menu of stories shows beside its pages; empty where there is nothing."""
    return templates.part(_BOX, _model(story)) if story else ""


def _model(story: StorySummary) -> FeaturedStory:
    return FeaturedStory(story=fetch.card(story), more=Link(label="More stories", href=fetch.HOME))
