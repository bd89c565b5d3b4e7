"""The search over the whole site: what it answers.

A `kind` is a word for what sort of thing was found (release, page, pep …). More kinds come with the
contexts that are built, so it is no closed set; each comes with its label.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.base import DTO

#: Results of one page, and how many pages deep anybody may look.
PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_PAGE = 50
#: Characters of a question.
MAX_QUERY = 200


class SearchKind(DTO):
    """How many results are of one kind, whichever kind was asked for."""

    kind: str
    label: str = Field(examples=["Releases"])
    count: int


class SearchResult(DTO):
    """One thing that was found.

    The two fields in HTML are escaped text with `<mark>` around the words that were looked for,
    and no other markup.
    """

    kind: str
    label: str = Field(description="The kind in words, of one", examples=["Release"])
    title: str
    title_html: str
    snippet_html: str
    url: str = Field(description="A path of the site, or an address elsewhere")
    date: datetime | None = Field(description="When it was released or published")
    facts: list[str] = Field(description="What there is to know at a glance", examples=[["Final"]])


class SearchResults(DTO):
    """One page of what was found, best first."""

    query: str = Field(description="The words as they were taken")
    searched: str = Field(
        description="What the results are for: other words than `query` where that found nothing "
        "and is close to words that do"
    )
    did_you_mean: str = Field(description="Words that may have been meant, or empty")
    loose: bool = Field(description="Nothing has all of the words; the results have some of them")
    total: int
    page: int
    size: int
    kinds: list[SearchKind]
    items: list[SearchResult]


class Suggestion(DTO):
    """Something that what is being typed may become."""

    text: str
    kind: str
    label: str
    url: str


class Suggestions(DTO):
    """What what is being typed may become, likeliest first."""

    query: str
    items: list[Suggestion]
