"""Posts of the community, which this service itself tells of."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.posts import PostRef
from contracts.events import Event


def post(event: Event) -> Document | None:
    """Make a document of a public post."""
    told = event.read(PostRef).post
    if told is None:
        return None
    text = text_of(told.content_html)
    return Document(
        key=key_of("content", event.subject),
        kind="post",
        title=told.title,
        url=f"/community/{told.id}/",
        keywords=("community", told.kind.value),
        summary=told.abstract,
        text=text,
        facts=("Sample",) if told.sample else (),
        date=told.created,
        boost=0.7 if told.sample else 0.9,
        ages=True,
    )


FEEDS: Final = (
    Feed(
        name="content-search-posts",
        subjects=("content.post.*",),
        entity="posts",
        read=post,
    ),
)
