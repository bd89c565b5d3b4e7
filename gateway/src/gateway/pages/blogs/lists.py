"""What blogs say, newest first: /blogs/, and /blogs/<group>/ for some of them."""

from __future__ import annotations

import asyncio
from typing import Final

from contracts.content.blogs import BlogAggregate, BlogEntry, BlogFeedRef, RelatedBlog
from gateway.pages import boxes, heads
from gateway.pages.blogs import fetch
from gateway.pages.blogs.models import BlogsPage, RelatedRow
from gateway.pages.downloads.fetch import is_slug
from gateway.pages.heads import Head, Subscribe, Tab
from gateway.pages.landings.blocks import Block, tile
from gateway.pages.links import Link
from gateway.pages.syndication import FORMS, Channel, Item, answer
from gateway.web.pages import BadInput, NotFound, Page, PageContext, PageRoute, page

TITLE: Final = "Python news"
_ABOUT: Final = "News of the people who make Python, gathered from their blogs"
#: Entries in a feed, and pages of a list: what is older is found at the blogs themselves.
_ITEMS: Final = 20
_PAGES: Final = 100

_NOTES: Final = (
    Block(
        label="blogs-subscriptions",
        title="Subscribe",
        text="Read it all in a feed reader: as RSS or Atom.",
    ),
    Block(
        label="blogs-copyright",
        title="Whose words",
        text="Each entry belongs to who wrote it; the links lead to the blogs themselves.",
    ),
)


@page(fetch.HOME, name="blogs", cache=fetch.policy("page"))
async def blogs(ctx: PageContext) -> Page:
    """Show what all blogs say."""
    return await _show(ctx, None)


@page("/blogs/{slug:str}/", name="blogs.group", cache=fetch.policy("page"))
async def group(ctx: PageContext) -> Page:
    """Show what the blogs of a group say."""
    return await _show(ctx, await _group_of(ctx))


async def _group_of(ctx: PageContext) -> BlogAggregate:
    slug, service = ctx.path_params["slug"], fetch.service(ctx)
    found = await service.aggregate(slug) if is_slug(slug) else None
    if found is None:
        raise NotFound
    return found


async def _show(ctx: PageContext, of: BlogAggregate | None) -> Page:
    service = fetch.service(ctx)
    number = _number(ctx)
    slug = of.slug if of else None
    found, feeds, groups, related, written = await asyncio.gather(
        service.entries(fetch.ROWS, (number - 1) * fetch.ROWS, aggregate=slug),
        ctx.block("blogs:feeds", service.feeds, keys={fetch.KEY}, fallback=[]),
        ctx.block("blogs:groups", service.aggregates, keys={fetch.KEY}, fallback=[]),
        ctx.block("blogs:related", service.related, keys={fetch.KEY}, fallback=[]),
        boxes.placed(ctx, *(block.label for block in _NOTES)),
    )
    if number > 1 and not found.items:
        raise NotFound
    rows = tuple(map(fetch.row, found.items))
    stands_out = number == 1 and bool(rows)
    return ctx.render(
        "blogs/list.html",
        BlogsPage(
            head=_head(of, groups, number),
            first=rows[0] if stands_out else None,
            rows=rows[1:] if stands_out else rows,
            pager=heads.windows(
                ctx,
                min(found.total, _PAGES * fetch.ROWS),
                fetch.ROWS,
                number,
                "Pages of the news",
            ),
            sources=tuple(map(_source, of.feeds if of else feeds)),
            related=() if of else tuple(map(_related, related)),
            notes=tuple(tile(block, written) for block in _NOTES),
        ),
    )


def _number(ctx: PageContext) -> int:
    text = ctx.params.get("page", "1")
    known = text.isascii() and text.isdecimal() and len(text) < 4
    if not known or not 1 <= int(text) <= _PAGES:
        raise BadInput("page", f"must be a number from 1 to {_PAGES}")
    return int(text)


def _head(of: BlogAggregate | None, groups: list[BlogAggregate], number: int) -> Head:
    tabs = (
        Tab(label="All news", href=fetch.HOME, current=of is None),
        *(
            Tab(
                label=one.name,
                href=fetch.aggregate_path(one.slug),
                current=of is not None and one.id == of.id,
            )
            for one in groups
        ),
    )
    name, path = _named(of)
    return Head(
        title=name if number == 1 else f"{name}, page {number}",
        description=(of.description if of else "") or _ABOUT,
        text=(of.description if of else _ABOUT) if number == 1 else "",
        trail=(("Python", "/"), *((("News", fetch.HOME),) if of or number > 1 else ())),
        tabs=tabs if groups else (),
        subscribe=Subscribe(
            what=name, webcal="", ics="", rss=f"{path}feed.rss", atom=f"{path}feed.atom"
        ),
        indexed=number == 1,
    )


def _named(of: BlogAggregate | None) -> tuple[str, str]:
    return (of.name, fetch.aggregate_path(of.slug)) if of else (TITLE, fetch.HOME)


def _source(feed: BlogFeedRef) -> Link:
    return Link(label=feed.name, href=feed.website_url, external=True)


def _related(blog: RelatedBlog) -> RelatedRow:
    newest = blog.last_entry_url and Link(
        label=blog.last_entry_title, href=blog.last_entry_url, external=True
    )
    published = blog.last_entry_published
    return RelatedRow(
        blog=Link(label=blog.blog_name or blog.name, href=blog.blog_url, external=True),
        newest=newest or None,
        day=published.date() if published else None,
    )


# --- feeds ---


async def _feed(ctx: PageContext, of: BlogAggregate | None, form: str) -> Page:
    found = await fetch.service(ctx).entries(_ITEMS, aggregate=of.slug if of else None)
    name, path = _named(of)
    channel = Channel(title=name, path=path, description=(of.description if of else "") or _ABOUT)
    return answer(ctx, form, channel, [_item(entry) for entry in found.items])


def _item(entry: BlogEntry) -> Item:
    return Item(
        title=entry.title,
        href=entry.url,
        html=entry.summary_html,
        published=entry.pub_date,
        updated=entry.updated,
        author=entry.feed.name,
    )


def _feeds(form: str) -> tuple[PageRoute, ...]:
    async def everything(ctx: PageContext) -> Page:
        return await _feed(ctx, None, form)

    async def of_group(ctx: PageContext) -> Page:
        return await _feed(ctx, await _group_of(ctx), form)

    return (
        page(f"/blogs/feed.{form}", name=f"blogs.{form}", cache=fetch.policy())(everything),
        page(f"/blogs/{{slug:str}}/feed.{form}", name=f"blogs.group_{form}", cache=fetch.policy())(
            of_group
        ),
    )


FEEDS: Final = tuple(route for form in FORMS for route in _feeds(form))
