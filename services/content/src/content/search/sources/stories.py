"""Success stories, which this service itself tells of."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.stories import StoryRef
from contracts.events import Event


def story(event: Event) -> Document | None:
    """Make a document of a published story. Featured ones are wanted more."""
    told = event.read(StoryRef).story
    if told is None:
        return None
    boost = 1.1 if told.featured else 1.0
    return Document(
        key=key_of("content", event.subject),
        kind="story",
        title=told.name,
        url=f"/success-stories/{told.slug}/",
        keywords=("success story", told.category.name, told.company_name, told.author),
        summary=told.pull_quote or f"How {told.company_name} uses Python.",
        text=text_of(told.content_html),
        facts=(told.category.name, *(("Sample",) if told.sample else ())),
        date=told.published,
        boost=boost * (0.7 if told.sample else 1.0),
    )


FEEDS: Final = (
    Feed(
        name="content-search-stories",
        subjects=("content.story.*",),
        entity="stories",
        read=story,
    ),
)
