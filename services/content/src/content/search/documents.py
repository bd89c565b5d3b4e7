"""What is searched: one document for each thing of the site that has an address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

#: Every kind with its name for many and for one, in the order in which they are offered.
KINDS: Final[dict[str, tuple[str, str]]] = {
    "page": ("Pages", "Page"),
    "download": ("Downloads", "Download"),
    "release": ("Releases", "Release"),
    "documentation": ("Documentation", "Documentation"),
    "pep": ("PEPs", "PEP"),
    "event": ("Events", "Event"),
    "job": ("Jobs", "Job"),
    "job-category": ("Categories of jobs", "Category of jobs"),
    "job-type": ("Types of jobs", "Type of jobs"),
    "calendar": ("Calendars", "Calendar"),
    "minutes": ("Minutes", "Minutes"),
    "group": ("Working groups", "Working group"),
    "post": ("Community", "Community"),
    "company": ("Companies", "Company"),
    "story": ("Success stories", "Success story"),
    "news": ("News", "News"),
}

#: More of a text is not searched: what a page is about stands in its beginning.
MAX_TEXT: Final = 20_000


def label_of(kind: str) -> str:
    """Return the name of one thing of a kind."""
    return KINDS[kind][1]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One thing that can be found.

    Attributes:
        key: `<context>:<aggregate>:<id>`, unique.
        kind: One of KINDS.
        title: Its name, as shown.
        url: A path of the site, or an address elsewhere.
        names: Other names for exactly this thing. Somebody who types one of these, or the title,
            looks for nothing else.
        keywords: Words that it is about, beside those of its title.
        summary: One or two sentences, shown where no part of the text fits better.
        text: Plain text.
        facts: What there is to know at a glance, in a few words each.
        date: When it was released or published, where that matters.
        boost: How much more it is wanted than others; 1 is as much.
        ages: It is wanted less as it gets older (`engines.AGES`).
    """

    key: str
    kind: str
    title: str
    url: str
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""
    text: str = ""
    facts: tuple[str, ...] = ()
    date: datetime | None = None
    boost: float = 1.0
    ages: bool = field(default=False)
