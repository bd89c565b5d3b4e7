"""The newest entries, for pages about other things: home, the PSF, and the menu of news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.content.blogs import BlogEntry
from gateway.backends.blogs import Blogs
from gateway.pages.blogs import fetch
from gateway.pages.blogs.models import LatestNews
from gateway.pages.links import Link
from gateway.web.pages import Page, PageContext, page

if TYPE_CHECKING:
    from gateway.backends import Content
    from gateway.web.templating import Templates

#: The group of blogs that pages of the foundation show (as at python.org), and how much of it.
PSF = "psf-news"
PSF_ROWS = 10
#: Entries in the menu.
IN_MENU = 3
_BOX = "boxes/menu_news.html"


async def news(
    ctx: PageContext, count: int, title: str, *, aggregate: str | None = None
) -> LatestNews | None:
    """Return the newest entries, of one group where it is named; None where there are none."""
    content = ctx.backends.content
    if content is None:
        return None
    ctx.use(fetch.KEY)
    found = await ctx.block(
        f"blogs:{aggregate or ''}:{count}",
        lambda: Blogs(content.client).entries(count, aggregate=aggregate),
        keys={fetch.KEY},
        fallback=None,
    )
    return _latest(found.items, title, aggregate) if found and found.items else None


async def in_menu(content: Content) -> list[BlogEntry]:
    """Return what the menu of news shows."""
    return (await Blogs(content.client).entries(IN_MENU)).items


@page("/box/supernav-python-blog/", name="box.news", cache=fetch.policy(), slash="either")
async def box(ctx: PageContext) -> Page:
    """Answer the news cell of the menu: the newest entries."""
    found = await fetch.service(ctx).entries(IN_MENU)
    return ctx.render(_BOX, _latest(found.items, "Latest news"))


def menu_cell(templates: Templates, found: list[BlogEntry]) -> str:
    """Return what the menu of news shows beside its pages; empty where there is nothing."""
    return templates.part(_BOX, _latest(found, "Latest news")) if found else ""


def _latest(found: list[BlogEntry], title: str, aggregate: str | None = None) -> LatestNews:
    path = fetch.aggregate_path(aggregate) if aggregate else fetch.HOME
    return LatestNews(
        title=title, rows=tuple(map(fetch.row, found)), more=Link(label="More news", href=path)
    )
