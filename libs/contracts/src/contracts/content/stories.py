"""Success stories: what somebody did with Python, by category; sent in, reviewed, featured.

A story is a draft until it is published. A draft is nobody's business outside: its events carry id
and state. Who wrote it can be mailed by staff; the address is in no public answer and in no event.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Slug, Text
from contracts.content.addresses import ElsewhereOrNone
from contracts.content.companies import Logo
from contracts.content.texts import TextMarkup
from contracts.events import EventData
from contracts.files import Upload
from contracts.identity.addresses import Email

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
#: Slugs that no story can have: the site answers there itself.
RESERVED: Final = frozenset({"category", "create", "mine"})


# --- categories ---


class StoryCategoryRef(DTO):
    """A category as its stories name it."""

    id: int
    name: str
    slug: str


class StoryCategory(StoryCategoryRef):
    """What stories are about."""

    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class StoryCategoryInput(Input):
    """A category to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")


class StoryCategoryChange(EventData):
    """What every event of a category says."""

    AGGREGATE: ClassVar[str] = "story_category"

    id: int
    slug: str
    category: StoryCategory | None = None
    """The whole state; None after a deletion."""
    previous_slugs: tuple[str, ...] = ()


class StoryCategoryCreated(StoryCategoryChange):
    """A category was added."""

    SUBJECT: ClassVar[str] = "content.story_category.created"


class StoryCategoryUpdated(StoryCategoryChange):
    """A category changed."""

    SUBJECT: ClassVar[str] = "content.story_category.updated"


class StoryCategoryDeleted(StoryCategoryChange):
    """A category is gone; no story was in it."""

    SUBJECT: ClassVar[str] = "content.story_category.deleted"


# --- stories ---


class ReviewState(StrEnum):
    """Where a story is that somebody sent in; `none` of one that staff wrote."""

    NONE = "none"
    WAITING = "waiting"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class StoryCompany(DTO):
    """The company of the directory that a story is about."""

    id: int
    slug: str


class StorySummary(DTO):
    """A story without its text.

    `company_name` and `company_url` are those of the linked company, where there is one; its
    address only where it has one.
    """

    id: int
    name: str
    slug: str
    category: StoryCategoryRef
    company: StoryCompany | None
    company_name: str
    company_url: str
    author: str
    pull_quote: str
    image: Logo | None
    is_published: bool
    featured: bool
    sample: bool = Field(description="Made up, to show what stories look like")
    published: datetime | None = Field(description="When it was published first")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Story(StorySummary):
    """A story. `content_html` is safe to put into a page as it is."""

    content: str
    content_markup_type: TextMarkup
    content_html: str


class StoryInput(Input):
    """A story to create, or to put in place of what is there, as staff send it."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    category_id: Id
    company_id: Id | None = Field(default=None, description="A company of the directory")
    company_name: Annotated[Line, StringConstraints(max_length=500)] = ""
    company_url: ElsewhereOrNone = ""
    author: Annotated[Line, StringConstraints(min_length=1, max_length=500)]
    author_email: Email | None = Field(default=None, description="For staff alone")
    pull_quote: Annotated[Text, StringConstraints(max_length=1000)] = ""
    content: Annotated[Text, StringConstraints(min_length=1, max_length=50_000)]
    content_markup_type: TextMarkup = TextMarkup.MARKDOWN
    image_id: Id | None = Field(default=None, description="A picture among the media files")
    image_file: Upload | None = Field(
        default=None, description="A picture that becomes a media file, and the story's"
    )
    is_published: bool = False
    featured: bool = False


class StoryRef(EventData):
    """What every event of a story says."""

    AGGREGATE: ClassVar[str] = "story"

    id: int
    slug: str
    is_published: bool
    story: Story | None = None
    """The whole public state; None of a draft, and after a deletion."""
    previous_slugs: tuple[str, ...] = ()
    """Slugs it was shown at before this change, where the slug changed."""


class StoryCreated(StoryRef):
    """A draft was written or sent in."""

    SUBJECT: ClassVar[str] = "content.story.created"


class StoryUpdated(StoryRef):
    """A story changed, and is public or not as before."""

    SUBJECT: ClassVar[str] = "content.story.updated"


class StoryPublished(StoryRef):
    """A story is public from now on."""

    SUBJECT: ClassVar[str] = "content.story.published"


class StoryUnpublished(StoryRef):
    """A story is a draft again."""

    SUBJECT: ClassVar[str] = "content.story.unpublished"


class StoryDeleted(StoryRef):
    """A story is gone."""

    SUBJECT: ClassVar[str] = "content.story.deleted"


# --- what people send in ---


class StorySubmissionInput(Input):
    """A story that somebody sends in. Its text is Markdown."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    category: Slug
    company_name: Annotated[Line, StringConstraints(min_length=1, max_length=500)]
    company_url: ElsewhereOrNone = ""
    author: Annotated[Line, StringConstraints(min_length=1, max_length=500)]
    author_email: Email = Field(description="Where reviewers write to")
    pull_quote: Annotated[Text, StringConstraints(min_length=1, max_length=1000)]
    content: Annotated[Text, StringConstraints(min_length=1, max_length=50_000)]
    note: Annotated[Text, StringConstraints(max_length=5000)] = Field(
        default="", description="For the reviewers"
    )


class StoryNote(DTO):
    """What was said or done about a story that was sent in."""

    time: datetime
    by: str = Field(description="submitter or reviewer")
    action: str = Field(description="The state that it led to, or edited")
    text: str


class StorySubmission(Story):
    """A story as who sent it in sees it; `can_edit`: it may still be changed."""

    review: ReviewState
    author_email: str | None
    can_edit: bool
    notes: list[StoryNote]


class StorySubmissionSummary(StorySummary):
    """A story that the caller sent in, in a list."""

    review: ReviewState


EVENTS: tuple[type[EventData], ...] = (
    StoryCategoryCreated,
    StoryCategoryUpdated,
    StoryCategoryDeleted,
    StoryCreated,
    StoryUpdated,
    StoryPublished,
    StoryUnpublished,
    StoryDeleted,
)
