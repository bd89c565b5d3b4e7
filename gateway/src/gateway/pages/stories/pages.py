"""Stories by category, each by itself, and as feeds: /success-stories/."""

from __future__ import annotations

import asyncio
from html import escape
from typing import Final

from contracts.content.stories import Story, StoryCategory, StorySummary
from gateway.backends.stories import Stories
from gateway.pages import asking, boxes, heads
from gateway.pages.companies.pages import company_path
from gateway.pages.heads import Head, Tab
from gateway.pages.landings.blocks import Block, Tile, tile
from gateway.pages.links import Link
from gateway.pages.stories import featured, fetch
from gateway.pages.stories.models import CategoryOfStories, StoriesPage, StoryPage
from gateway.pages.syndication import FORMS, Channel, Item, answer
from gateway.web.pages import NotFound, Page, PageContext, PageRoute, page

VIEW_DRAFTS: Final = "content.view_story"
_TITLE: Final = "Python success stories"
_ABOUT: Final = "What people and companies did with Python, told by themselves"
_TRAIL: Final = (("Python", "/"),)
#: Stories of the landing (as at python.org), of a page of a category, beside a story, of a feed.
_NEWEST: Final = 4
_EACH: Final = 5
_ROWS: Final = 24
_OTHERS: Final = 3
_ITEMS: Final = 20

_NOTE: Final = Block(
    label="successstory-submityours",
    title="Tell yours",
    text="What does Python do where you are? Sign in and tell: a volunteer reads it before it is "
    "published.",
)
_SUBMIT: Final = Link(label="Submit your story", href=fetch.SUBMIT)


@page(fetch.HOME, name="stories", cache=fetch.policy())
async def stories(ctx: PageContext) -> Page:
    """Show the featured story of the day, the newest, and some of each category."""
    service = fetch.service(ctx)
    found, categories, note = await asyncio.gather(
        service.stories(), service.categories(), _note(ctx)
    )
    first = featured.of_today([one for one in found.items if one.featured][:50])
    return ctx.render(
        "stories/list.html",
        StoriesPage(
            head=Head(
                title=_TITLE,
                description=_ABOUT,
                text=f"{_ABOUT}.",
                trail=_TRAIL,
                tabs=_tabs(categories, None),
                subscribe=fetch.feeds(),
            ),
            feeds=fetch.feeds(),
            featured=fetch.card(first) if first else None,
            newest=tuple(fetch.card(one) for one in found.items if one is not first)[:_NEWEST],
            categories=tuple(
                made for one in categories if (made := _category(one, found.items)) is not None
            ),
            pager=None,
            submit=_SUBMIT,
            note=note,
        ),
    )


@page("/success-stories/category/{slug:str}/", name="stories.category",
      cache=fetch.policy("page"))  # fmt: skip
async def category(ctx: PageContext) -> Page:
    """Show the stories of a category, newest first."""
    slug, number, service = asking.slug_of(ctx), asking.page_of(ctx), fetch.service(ctx)
    found, categories, note = await asyncio.gather(
        service.stories(_ROWS, (number - 1) * _ROWS, category=slug),
        service.categories(),
        _note(ctx),
    )
    of = next((one for one in categories if one.slug == slug), None)
    if of is None or (number > 1 and not found.items):
        raise NotFound
    return ctx.render(
        "stories/list.html",
        StoriesPage(
            head=Head(
                title=f"{of.name}: success stories",
                description=f"Success stories with Python: {of.name}",
                trail=(*_TRAIL, ("Success stories", fetch.HOME)),
                tabs=_tabs(categories, of),
                subscribe=fetch.feeds(),
                indexed=number == 1,
            ),
            feeds=fetch.feeds(),
            featured=None,
            newest=tuple(map(fetch.card, found.items)),
            categories=(),
            pager=heads.windows(ctx, found.total, _ROWS, number, "Pages of stories"),
            submit=_SUBMIT,
            note=note,
        ),
    )


async def _draft(ctx: PageContext) -> Page:
    """Show staff a story that is not public."""
    service = Stories(asking.content(ctx).client)
    found = await service.story(asking.slug_of(ctx), token=ctx.speak("content"))
    if found is None:
        raise NotFound
    return _show(ctx, found, [])


@page(
    "/success-stories/{slug:str}/",
    name="stories.story",
    cache=fetch.policy(),
    draft=_draft,
    drafts_for=VIEW_DRAFTS,
)
async def story(ctx: PageContext) -> Page:
    """Show one story."""
    slug = asking.slug_of(ctx)
    ctx.use(f"story:{slug}")
    service = fetch.service(ctx)
    found = await service.story(slug)
    if found is None:
        raise NotFound
    others = await ctx.block(
        f"stories:category:{found.category.slug}",
        lambda: service.stories(_OTHERS + 1, category=found.category.slug),
        keys={fetch.KEY},
        fallback=None,
    )
    return _show(ctx, found, others.items if others else [])


def _show(ctx: PageContext, found: Story, others: list[StorySummary]) -> Page:
    company = None
    if found.company is not None:
        company = Link(label=found.company_name, href=company_path(found.company.slug))
    return ctx.render(
        "stories/story.html",
        StoryPage(
            head=Head(
                title=found.name,
                description=found.pull_quote or f"How {found.company_name} uses Python",
                trail=(
                    *_TRAIL,
                    ("Success stories", fetch.HOME),
                    (found.category.name, fetch.category_path(found.category.slug)),
                ),
                subscribe=fetch.feeds(),
                indexed=found.is_published and not found.sample,
            ),
            id=found.id,
            quote=found.pull_quote,
            html=found.content_html,
            author=found.author,
            company=company,
            company_name=found.company_name,
            website=fetch.website(found),
            category=fetch.category_link(found),
            day=found.published.date() if found.published else None,
            image=found.image,
            sample=found.sample,
            draft=not found.is_published,
            others=tuple(fetch.card(one) for one in others if one.id != found.id)[:_OTHERS],
        ),
    )


def _tabs(categories: list[StoryCategory], of: StoryCategory | None) -> tuple[Tab, ...]:
    return (
        Tab(label="All", href=fetch.HOME, current=of is None),
        *(
            Tab(label=one.name, href=fetch.category_path(one.slug), current=one is of)
            for one in categories
        ),
    )


def _category(one: StoryCategory, found: list[StorySummary]) -> CategoryOfStories | None:
    own = [story for story in found if story.category.id == one.id]
    if not own:
        return None
    return CategoryOfStories(
        title=one.name,
        more=Link(label=f"All {len(own)}", href=fetch.category_path(one.slug)),
        stories=tuple(map(fetch.card, own[:_EACH])),
    )


async def _note(ctx: PageContext) -> Tile:
    return tile(_NOTE, await boxes.placed(ctx, _NOTE.label))


# --- feeds ---


def _feed(form: str) -> PageRoute:
    async def feed(ctx: PageContext) -> Page:
        found = await fetch.service(ctx).stories(_ITEMS)
        channel = Channel(title=_TITLE, path=fetch.HOME, description=_ABOUT)
        return answer(ctx, form, channel, [_item(one) for one in found.items])

    return page(f"{fetch.HOME}feed.{form}", name=f"stories.{form}", cache=fetch.policy())(feed)


def _item(one: StorySummary) -> Item:
    return Item(
        title=one.name,
        href=fetch.story_path(one.slug),
        html=escape(one.pull_quote),
        published=one.published or one.created,
        updated=one.updated,
        author=one.author,
        categories=(one.category.name,),
    )


FEEDS: Final = tuple(map(_feed, FORMS))
