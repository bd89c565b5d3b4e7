"""Blogs: feeds that the site follows, what they say, and feeds shown together as aggregates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.base import DTO, Input, Line, Slug, Text, said
from contracts.events import EventData

#: Where a page is, or a feed.
Elsewhere = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][!#-;=?-\[\]_a-z~]*)?$",
            "must be an address that begins with https://",
        ),
        max_length=500,
    ),
]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=200)]


# --- feeds ---


class BlogFeedRef(DTO):
    """A feed as its entries name it."""

    id: int
    name: str
    website_url: str


class BlogFeed(BlogFeedRef):
    """A blog that the site follows. Its entries are imported while it is active."""

    feed_url: str
    active: bool
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class BlogFeedInput(Input):
    """A feed to create, or to put in place of what is there."""

    name: Name
    website_url: Elsewhere = Field(description="The blog, for people")
    feed_url: Elsewhere = Field(description="RSS or Atom")
    active: bool = True


class BlogFeedChange(EventData):
    """What every event of a feed says."""

    AGGREGATE: ClassVar[str] = "blog_feed"

    id: int
    feed: BlogFeed | None = None
    """The whole state; None after a deletion."""


class BlogFeedCreated(BlogFeedChange):
    """A feed was added."""

    SUBJECT: ClassVar[str] = "content.blog_feed.created"


class BlogFeedUpdated(BlogFeedChange):
    """A feed changed; what it says is no change of it."""

    SUBJECT: ClassVar[str] = "content.blog_feed.updated"


class BlogFeedDeleted(BlogFeedChange):
    """A feed is gone, and its entries with it."""

    SUBJECT: ClassVar[str] = "content.blog_feed.deleted"


# --- aggregates ---


class BlogAggregate(DTO):
    """Feeds that are shown together under one name."""

    id: int
    name: str
    slug: str
    description: str
    feeds: list[BlogFeedRef]
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class BlogAggregateInput(Input):
    """An aggregate to create, or to put in place of what is there."""

    name: Name
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    description: Annotated[Line, StringConstraints(max_length=500)] = ""
    feed_ids: list[Id] = Field(default_factory=list, max_length=100)


class BlogAggregateChange(EventData):
    """What every event of an aggregate says."""

    AGGREGATE: ClassVar[str] = "blog_aggregate"

    id: int
    slug: str
    aggregate: BlogAggregate | None = None
    """The whole state; None after a deletion."""
    previous_slugs: tuple[str, ...] = ()


class BlogAggregateCreated(BlogAggregateChange):
    """An aggregate was added."""

    SUBJECT: ClassVar[str] = "content.blog_aggregate.created"


class BlogAggregateUpdated(BlogAggregateChange):
    """An aggregate changed."""

    SUBJECT: ClassVar[str] = "content.blog_aggregate.updated"


class BlogAggregateDeleted(BlogAggregateChange):
    """An aggregate is gone; its feeds stay."""

    SUBJECT: ClassVar[str] = "content.blog_aggregate.deleted"


# --- entries ---


class BlogEntry(DTO):
    """One entry of a blog, which is at `url`.

    `summary_html` is safe to put into a page as it is, `excerpt` its first 50 words as text.
    """

    id: int
    feed: BlogFeedRef
    title: str
    url: str
    pub_date: datetime
    summary_html: str
    excerpt: str
    hidden: bool = Field(description="Shown to nobody")
    sample: bool = Field(description="Made up for an installation that follows nobody yet")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class BlogEntryInput(Input):
    """An entry to create, or to put in place of what is there."""

    feed_id: Id
    title: Name
    url: Elsewhere
    pub_date: AwareDatetime
    summary: Annotated[Text, StringConstraints(max_length=50_000)] = Field(
        default="", description="HTML; what is not safe is taken out"
    )
    hidden: bool = False


class BlogEntryChange(EventData):
    """What every event of an entry says."""

    AGGREGATE: ClassVar[str] = "blog_entry"

    id: int
    hidden: bool
    entry: BlogEntry | None = None
    """The whole state; None while it is hidden, and after a deletion."""


class BlogEntryCreated(BlogEntryChange):
    """A blog said something new, or somebody added an entry."""

    SUBJECT: ClassVar[str] = "content.blog_entry.created"


class BlogEntryUpdated(BlogEntryChange):
    """An entry changed, or was hidden or shown again."""

    SUBJECT: ClassVar[str] = "content.blog_entry.updated"


class BlogEntryDeleted(BlogEntryChange):
    """An entry is gone."""

    SUBJECT: ClassVar[str] = "content.blog_entry.deleted"


# --- related blogs ---


class RelatedBlog(DTO):
    """A blog that the site points to; of what it says only the newest is known."""

    id: int
    name: str
    blog_name: str = Field(description="As the blog calls itself")
    blog_url: str
    feed_url: str
    active: bool
    last_entry_title: str
    last_entry_url: str
    last_entry_published: datetime | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class RelatedBlogInput(Input):
    """A related blog to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    blog_name: Annotated[Line, StringConstraints(max_length=200)] = ""
    blog_url: Elsewhere
    feed_url: Elsewhere
    active: bool = True


class RelatedBlogChange(EventData):
    """What every event of a related blog says."""

    AGGREGATE: ClassVar[str] = "related_blog"

    id: int
    blog: RelatedBlog | None = None
    """The whole state; None after a deletion."""


class RelatedBlogCreated(RelatedBlogChange):
    """A related blog was added."""

    SUBJECT: ClassVar[str] = "content.related_blog.created"


class RelatedBlogUpdated(RelatedBlogChange):
    """A related blog changed, or said something new."""

    SUBJECT: ClassVar[str] = "content.related_blog.updated"


class RelatedBlogDeleted(RelatedBlogChange):
    """A related blog is gone."""

    SUBJECT: ClassVar[str] = "content.related_blog.deleted"


EVENTS: tuple[type[EventData], ...] = (
    BlogFeedCreated,
    BlogFeedUpdated,
    BlogFeedDeleted,
    BlogAggregateCreated,
    BlogAggregateUpdated,
    BlogAggregateDeleted,
    BlogEntryCreated,
    BlogEntryUpdated,
    BlogEntryDeleted,
    RelatedBlogCreated,
    RelatedBlogUpdated,
    RelatedBlogDeleted,
)
