"""Minutes of the board, which this service itself tells of."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.minutes import MinutesRef
from contracts.events import Event


def minutes(event: Event) -> Document | None:
    """Make a document of published minutes."""
    told = event.read(MinutesRef).minutes
    if told is None:
        return None
    text = text_of(told.content_html)
    return Document(
        key=key_of("content", event.subject),
        kind="minutes",
        title=f"{told.title}, {told.date:%-d %B %Y}",
        url=told.url,
        names=(f"minutes {told.date.isoformat()}", f"minutes {told.date:%B %Y}"),
        keywords=("board", "meeting", "minutes", "PSF"),
        summary="" if text else f"Minutes of {told.date:%-d %B %Y}.",
        text=text,
        facts=("Sample",) if told.sample else (),
        date=datetime.combine(told.date, time(), UTC),
        boost=0.7 if told.sample else 0.9,
        ages=True,
    )


FEEDS: Final = (
    Feed(
        name="content-search-minutes",
        subjects=("content.minutes.*",),
        entity="minutes",
        read=minutes,
    ),
)
