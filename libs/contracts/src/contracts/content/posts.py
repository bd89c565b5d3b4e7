"""Posts of the community: a text, a photo, a video or a link, each with a page of its own.

A post may be about an event of the calendars, which is shown from a copy here.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import DTO, Input, Line, Text
from contracts.content.addresses import ElsewhereOrNone
from contracts.content.companies import Logo
from contracts.content.texts import TextMarkup
from contracts.events import EventData
from contracts.files import Upload


class PostKind(StrEnum):
    """What a post is of."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    LINK = "link"


class PostEvent(DTO):
    """An event that a post is about, as the events service told last."""

    id: int
    title: str
    path: str = Field(description="On the site", examples=["/events/python-events/7/"])
    first_day: date
    last_day: date
    place: str
    cancelled: bool


class Post(DTO):
    """One post. `content_html` is safe to put into a page as it is.

    `event_id` without `event`: what it was about is in no calendar any more.
    """

    id: int
    kind: PostKind
    title: str
    abstract: str
    content: str
    content_markup_type: TextMarkup
    content_html: str
    url: str = Field(description="Of a link or video: where it is. Of others: the source, or empty")
    picture: Logo | None
    picture_id: int | None = Field(description="The media file of the picture")
    caption: str = Field(description="What the picture shows")
    event_id: int | None
    event: PostEvent | None
    is_published: bool
    sample: bool = Field(description="Made up, to show what posts look like")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class PostInput(Input):
    """A post to create, or to put in place of what is there."""

    kind: PostKind = PostKind.TEXT
    title: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    abstract: Annotated[Line, StringConstraints(max_length=500)] = ""
    content: Annotated[Text, StringConstraints(max_length=50_000)] = ""
    content_markup_type: TextMarkup = TextMarkup.MARKDOWN
    url: ElsewhereOrNone = ""
    picture_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = Field(
        default=None, description="A picture among the media files"
    )
    picture_file: Upload | None = Field(
        default=None, description="A picture that becomes a media file"
    )
    caption: Annotated[Line, StringConstraints(max_length=500)] = ""
    event_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    is_published: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind in {PostKind.LINK, PostKind.VIDEO} and not self.url:
            raise ValueError("a link or a video has an address (url)")
        pictured = self.picture_id is not None or self.picture_file is not None
        if self.kind is PostKind.PHOTO and not pictured:
            raise ValueError("a photo has a picture")
        if pictured and not self.caption:
            raise ValueError("a picture needs a caption, for those who do not see it")
        return self


class PostRef(EventData):
    """What every event of a post says."""

    AGGREGATE: ClassVar[str] = "post"

    id: int
    is_published: bool
    post: Post | None = None
    """The whole state; None of a private one, and after a deletion."""


class PostCreated(PostRef):
    """A post was added. One that is public from the start is published next."""

    SUBJECT: ClassVar[str] = "content.post.created"


class PostPublished(PostRef):
    """A post became public."""

    SUBJECT: ClassVar[str] = "content.post.published"


class PostUpdated(PostRef):
    """A post changed, or the event that it is about."""

    SUBJECT: ClassVar[str] = "content.post.updated"


class PostUnpublished(PostRef):
    """A post is public no longer."""

    SUBJECT: ClassVar[str] = "content.post.unpublished"


class PostDeleted(PostRef):
    """A post is gone. `is_published` tells whether it was public."""

    SUBJECT: ClassVar[str] = "content.post.deleted"


EVENTS: tuple[type[EventData], ...] = (
    PostCreated,
    PostPublished,
    PostUpdated,
    PostUnpublished,
    PostDeleted,
)
