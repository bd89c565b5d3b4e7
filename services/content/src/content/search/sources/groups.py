"""Working groups, which this service itself tells of."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.groups import HOME, TEXTS, WorkGroupRef
from contracts.events import Event


def group(event: Event) -> Document | None:
    """Make a document of an approved group."""
    told = event.read(WorkGroupRef).work_group
    if told is None:
        return None
    return Document(
        key=key_of("content", event.subject),
        kind="group",
        title=told.name,
        url=f"{HOME}{told.slug}/",
        keywords=("working group", "work group", "committee", "PSF"),
        summary=told.short_description,
        text=text_of(" ".join(getattr(told.html, name) for name in TEXTS)),
        facts=() if told.active else ("Has ended",),
        boost=1.0 if told.active else 0.7,
    )


FEEDS: Final = (
    Feed(
        name="content-search-groups",
        subjects=("content.work_group.*",),
        entity="work-groups",
        read=group,
    ),
)
