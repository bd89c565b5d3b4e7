"""Pages: what an editor writes at an address of its own, and the events of its life.

A path is kept without edge slashes, `about/gettingstarted`; the page answers at
`/about/gettingstarted/`. The API's clients know paths in that form.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.base import DTO, Input, Line, Text, said
from contracts.events import EventData

MAX_CONTENT: Final = 200_000
"""Characters of a page's text."""

_SEGMENT = r"[a-z0-9_.-]*[a-z0-9_-][a-z0-9_.-]*"
#: Segments of small letters, digits and `- . _`; none is made of dots alone. Slashes at the edges
#: are taken off by the service.
PagePath = Annotated[
    str,
    StringConstraints(
        max_length=500,
        pattern=said(
            rf"^/?{_SEGMENT}(/{_SEGMENT})*/?$",
            "must be a path such as about/apps, of small letters a-z, digits and - . _",
        ),
    ),
]


class PageMarkup(StrEnum):
    """How the text of a page is written.

    The HTML of an `_unsafe` one is not cleaned: for those who may write such only.
    """

    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PLAIN = "plain"
    MARKDOWN_UNSAFE = "markdown_unsafe"
    HTML_UNSAFE = "html_unsafe"

    @property
    def unsafe(self) -> bool:
        """Whether what is written reaches the page uncleaned."""
        return self in {PageMarkup.MARKDOWN_UNSAFE, PageMarkup.HTML_UNSAFE}


class PageTemplate(StrEnum):
    """What a page looks like.

    `psf` is within the pages of the Python Software Foundation, `full-width` has no sidebar and
    no heading of its own, `raw` is the text alone, without anything of the site around it.
    """

    DEFAULT = "default"
    PSF = "psf"
    FULL_WIDTH = "full-width"
    RAW = "raw"


class ContentType(StrEnum):
    """What a page with the template `raw` is served as; UTF-8 always.

    A closed list: nothing in it is run by a browser that is not the page's own HTML, cleaned. A
    page that is no HTML is served as it is written, not rendered.
    """

    HTML = "text/html"
    PLAIN = "text/plain"
    CSV = "text/csv"
    JSON = "application/json"
    XML = "application/xml"


class PageSummary(DTO):
    """A page without its text."""

    id: int
    title: str
    path: str = Field(description="Without edge slashes: about/gettingstarted")
    keywords: str
    description: str
    is_published: bool
    content_type: ContentType
    template_name: PageTemplate
    publish_at: datetime | None = Field(description="When a draft becomes public by itself")
    expire_at: datetime | None = Field(description="When it stops being public by itself")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime

    @property
    def url(self) -> str:
        """Where the page answers, as an absolute path."""
        return f"/{self.path}/"


class Page(PageSummary):
    """A page with its text. `content_html` may be put into a page as it is."""

    content: str
    content_markup_type: PageMarkup
    content_html: str


class PageInput(Input):
    """Create or replace a page."""

    title: Annotated[Line, StringConstraints(min_length=1, max_length=500)] = Field(
        examples=["Getting started"]
    )
    path: PagePath = Field(examples=["about/gettingstarted"])
    keywords: Annotated[Line, StringConstraints(max_length=1000)] = ""
    description: Annotated[Text, StringConstraints(max_length=2000)] = ""
    content: Annotated[Text, StringConstraints(max_length=MAX_CONTENT)] = ""
    content_markup_type: PageMarkup = PageMarkup.MARKDOWN
    is_published: bool = Field(
        default=False, description="Of a page that exists: stays as it is where absent"
    )
    template_name: PageTemplate = PageTemplate.DEFAULT
    content_type: ContentType = ContentType.HTML
    publish_at: AwareDatetime | None = Field(
        default=None, description="When a draft becomes public by itself"
    )
    expire_at: AwareDatetime | None = Field(
        default=None, description="When it stops being public by itself"
    )
    change_note: Annotated[Line, StringConstraints(max_length=300)] = Field(
        default="", description="Why it is changed; kept with the revision, shown on no page"
    )


# --- revisions and previews ---


class RevisionSummary(DTO):
    """One state that a page had, and who gave it to it."""

    id: int
    number: int = Field(description="Counts the states of a page from 1")
    action: str = Field(description="created, updated, published, unpublished or restored")
    note: str
    actor: str = Field(description="user:<id> or service:<name>")
    title: str
    path: str
    is_published: bool
    created: datetime


class Revision(RevisionSummary):
    """One state with the text as it was written."""

    keywords: str
    description: str
    content: str
    content_markup_type: PageMarkup
    template_name: PageTemplate
    content_type: ContentType


class FieldChange(DTO):
    """One field that differs between two revisions."""

    field: str
    before: str
    after: str


class RevisionDiff(DTO):
    """What differs between two revisions of a page, the older one first."""

    older: RevisionSummary
    newer: RevisionSummary
    fields: list[FieldChange] = Field(description="Short fields that differ")
    text: list[str] = Field(description="Unified diff of the text, line by line; empty: the same")


class PreviewInput(Input):
    """Make an address at which one draft can be seen without signing in."""

    days: int = Field(default=7, ge=1, le=30, description="Until it works no longer")


class PreviewSummary(DTO):
    """A preview that still works, without its token, which nobody can read again."""

    id: int
    page_id: int
    actor: str = Field(description="Who made it: user:<id>")
    created: datetime
    expires: datetime


class PreviewMade(PreviewSummary):
    """A preview that was just made."""

    token: str = Field(description="Told once; the address is /preview/<token>/")


# --- events ---


class PageRef(EventData):
    """What every event of a page says."""

    AGGREGATE: ClassVar[str] = "page"

    id: int
    path: str
    is_published: bool
    page: Page | None = None
    """Full public state; None for a draft and after a deletion."""
    previous_paths: tuple[str, ...] = ()
    """Paths at which the page answered before this change, where the path changed."""


class PageCreated(PageRef):
    """A page was created. One that is public from the start is followed by `page.published`."""

    SUBJECT: ClassVar[str] = "content.page.created"


class PagePublished(PageRef):
    """A page became public."""

    SUBJECT: ClassVar[str] = "content.page.published"


class PageUpdated(PageRef):
    """A page changed."""

    SUBJECT: ClassVar[str] = "content.page.updated"


class PageUnpublished(PageRef):
    """A page is public no longer."""

    SUBJECT: ClassVar[str] = "content.page.unpublished"


class PageDeleted(PageRef):
    """A page is gone. `is_published` tells whether it was public."""

    SUBJECT: ClassVar[str] = "content.page.deleted"


EVENTS: tuple[type[EventData], ...] = (
    PageCreated,
    PagePublished,
    PageUpdated,
    PageUnpublished,
    PageDeleted,
)
