"""Companies, which this service itself tells of."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.companies import CompanyRef
from contracts.events import Event


def company(event: Event) -> Document | None:
    """Make a document of a company."""
    told = event.read(CompanyRef).company
    if told is None:
        return None
    text = text_of(told.about_html)
    return Document(
        key=key_of("content", event.subject),
        kind="company",
        title=told.name,
        url=f"/companies/{told.slug}/",
        keywords=("company", "uses Python"),
        summary="" if text else f"{told.name} uses Python.",
        text=text,
        facts=("Sample",) if told.sample else (),
        boost=0.8 if told.sample else 1.0,
    )


FEEDS: Final = (
    Feed(
        name="content-search-companies",
        subjects=("content.company.*",),
        entity="companies",
        read=company,
    ),
)
