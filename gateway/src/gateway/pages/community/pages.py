"""Posts of the community: lists by kind, the page of each, feeds.

A video is linked, with its picture: nothing of another site is loaded before somebody goes there.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from contracts.content.posts import Post
from gateway.cache.policy import CachePolicy
from gateway.pages import asking, excerpts, heads, syndication
from gateway.pages.community.models import PostPage, PostsPage
from gateway.pages.community.newest import LABELS, POSTS, card, post_path
from gateway.pages.heads import Head, Subscribe, Tab
from gateway.pages.links import Link
from gateway.web.pages import BadInput, NotFound, Page, PageContext, PageRoute, page

HOME: Final = "/community/"
LIST: Final = "/community/posts/"
#: Posts of one page (as at python.org), and of a feed.
ROWS: Final = 24
ITEMS: Final = 20
_WORDS: Final = 26
_ABOVE: Final = (("Python", "/"), ("Community", HOME))
_TITLE: Final = "Posts of the community"
_TABS: Final = {"": "All", "text": "Texts", "photo": "Photos", "video": "Videos", "link": "Links"}
_GO: Final = {"text": "Source", "photo": "Source", "video": "Watch the video", "link": "Visit"}


@page(LIST, name="community.posts", cache=CachePolicy(params=("kind", "page"), fresh=86400))
async def posts(ctx: PageContext) -> Page:
    """List posts, newest first; with `kind` those of one kind."""
    ctx.use(POSTS)
    kind, number = ctx.params.get("kind", ""), asking.page_of(ctx)
    if kind not in _TABS:
        raise BadInput("kind", f"must be one of {', '.join(LABELS)}")
    found = await asking.content(ctx).posts(kind=kind, limit=ROWS, offset=(number - 1) * ROWS)
    if number > 1 and not found.items:
        raise NotFound
    return ctx.render(
        "community/list.html",
        PostsPage(
            head=Head(
                title=f"{_TITLE}: {_TABS[kind].lower()}" if kind else _TITLE,
                description="Texts, photos, videos and links of the Python community",
                text="What people who use Python tell, show and point to.",
                trail=_ABOVE,
                subscribe=_feeds(),
            ),
            kinds=tuple(
                Tab(label=label, href=f"{LIST}?kind={key}" if key else LIST, current=key == kind)
                for key, label in _TABS.items()
            ),
            posts=tuple(card(one) for one in found.items),
            pager=heads.windows(
                ctx,
                found.total,
                ROWS,
                number,
                "Pages of posts",
                params={"kind": kind} if kind else {},
            ),
        ),
    )


@page("/community/{post:int}/", name="community.post", cache=CachePolicy(fresh=86400))
async def post(ctx: PageContext) -> Page:
    """Show one post."""
    number = asking.number_of(ctx, "post")
    if ctx.path != post_path(number):
        raise NotFound
    ctx.use(f"post:{number}")
    found = await asking.content(ctx).post(number)
    if found is None:
        raise NotFound
    kind = found.kind.value
    return ctx.render(
        "community/post.html",
        PostPage(
            head=Head(
                title=found.title,
                description=found.abstract
                or excerpts.words(found.content_html, _WORDS)
                or found.title,
                text=found.abstract,
                trail=(*_ABOVE, ("Posts", LIST)),
                indexed=not found.sample,
            ),
            id=found.id,
            kind=kind,
            label=LABELS[kind],
            html=found.content_html,
            published=found.created,
            picture=found.picture,
            caption=found.caption,
            target=_target(found),
            event=found.event,
            event_gone=found.event_id is not None and found.event is None,
            sample=found.sample,
        ),
    )


def _target(found: Post) -> Link | None:
    if not found.url:
        return None
    host = (urlsplit(found.url).hostname or found.url).removeprefix("www.")
    return Link(label=_GO[found.kind.value], href=found.url, text=host, external=True)


def _feed(form: str) -> PageRoute:
    async def feed(ctx: PageContext) -> Page:
        ctx.use(POSTS)
        found = await asking.content(ctx).posts(limit=ITEMS)
        channel = syndication.Channel(
            title="The Python community", path=HOME, description="Posts of the Python community"
        )
        items = [
            syndication.Item(
                title=one.title,
                href=post_path(one.id),
                html=one.content_html or one.abstract,
                published=one.created,
                updated=one.updated,
            )
            for one in found.items
        ]
        return syndication.answer(ctx, form, channel, items)

    return page(f"{HOME}feed.{form}", name=f"community.{form}", cache=CachePolicy(fresh=86400))(
        feed
    )


def _feeds() -> Subscribe:
    return Subscribe(
        what="Posts of the Python community",
        webcal="",
        ics="",
        rss=f"{HOME}feed.rss",
        atom=f"{HOME}feed.atom",
    )


PAGES: Final = (posts, post, *(_feed(form) for form in syndication.FORMS))
