"""Entries of blogs, which this service itself tells of: found here, to be read at the blogs."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.blogs import BlogEntryChange
from contracts.events import Event


def entry(event: Event) -> Document | None:
    """Make a document of an entry. News are wanted less as they get older, and less than pages."""
    told = event.read(BlogEntryChange).entry
    if told is None:
        return None
    return Document(
        key=key_of("content", event.subject),
        kind="news",
        title=told.title,
        url=told.url,
        keywords=("news", "blog", told.feed.name),
        summary=told.excerpt or f"An entry of {told.feed.name}.",
        text=text_of(told.summary_html),
        facts=(told.feed.name, *(("Sample",) if told.sample else ())),
        date=told.pub_date,
        boost=0.5 if told.sample else 0.8,
        ages=True,
    )


FEEDS: Final = (
    Feed(
        name="content-search-news",
        subjects=("content.blog_entry.*",),
        entity="blog-entries",
        read=entry,
    ),
)
