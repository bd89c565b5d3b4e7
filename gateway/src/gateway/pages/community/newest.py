"""Posts as cards: on lists, and as a block of the landing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.pages import excerpts
from gateway.pages.community.models import PostCard

if TYPE_CHECKING:
    from contracts.content.posts import Post
    from gateway.web.pages import PageContext

#: Dropped with every public post.
POSTS: Final = "posts"
#: What one post of each kind is called.
LABELS: Final = {"text": "Text", "photo": "Photo", "video": "Video", "link": "Link"}
_WORDS: Final = 26


def post_path(number: int) -> str:
    """Return the address of a post."""
    return f"/community/{number}/"


def card(one: Post) -> PostCard:
    """Return a post as lists show it."""
    return PostCard(
        kind=one.kind.value,
        label=LABELS[one.kind.value],
        title=one.title,
        href=post_path(one.id),
        text=one.abstract or excerpts.words(one.content_html, _WORDS),
        date=one.created.date(),
        picture=one.picture,
        caption=one.caption,
        sample=one.sample,
    )


async def posts(ctx: PageContext, count: int) -> tuple[PostCard, ...]:
    """Return the newest posts; none where they cannot be had and were never heard of."""
    content = ctx.backends.content
    if content is None:
        return ()
    ctx.use(POSTS)
    found = await ctx.block(
        f"posts:{count}", lambda: content.posts(limit=count), keys={POSTS}, fallback=None
    )
    return tuple(card(one) for one in found.items) if found else ()
