"""Pages, which this service itself tells of."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.content.pages import PageRef, PageTemplate
from contracts.events import Event

#: Words of a text that stand for a page whose description is empty.
_WORDS: Final = 50
#: What is further down the tree is wanted less.
_BOOSTS: Final = (1.3, 1.2, 1.1)


def page(event: Event) -> Document | None:
    """Make a document of a public page; text that is served without the site around it is none."""
    told = event.read(PageRef).page
    if told is None or told.template_name is PageTemplate.RAW:
        return None
    text = text_of(told.content_html)
    segments = told.path.split("/")
    return Document(
        key=key_of("content", event.subject),
        kind="page",
        title=told.title,
        url=told.url,
        names=(" ".join(segments), segments[-1].replace("-", " ")),
        keywords=tuple(word for part in told.keywords.split(",") if (word := part.strip())),
        summary=told.description or " ".join(text.split()[:_WORDS]),
        text=text,
        boost=_BOOSTS[min(len(segments), len(_BOOSTS)) - 1],
    )


FEEDS: Final = (
    Feed(name="content-search-pages", subjects=("content.page.*",), entity="pages", read=page),
)
