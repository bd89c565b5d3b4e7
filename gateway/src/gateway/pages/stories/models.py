"""What the pages of stories print. Template names stand in each docstring.

Texts are plain and must be escaped, except where a field says it is safe HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.content.companies import Logo
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark, Subscribe
    from gateway.pages.landings.blocks import Tile
    from gateway.pages.links import Link
    from gateway.web.forms import Fields, FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCard:
    """One story in a list. `company` may have no address."""

    title: str
    href: str
    quote: str
    company: str
    category: Link
    image: Logo | None
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryOfStories:
    """A category with some of its stories."""

    title: str
    more: Link
    stories: tuple[StoryCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoriesPage:
    """`stories/list.html`: at /success-stories/, and for one category.

    Of a category `categories` is empty, `newest` has its stories and `featured` is None.
    """

    head: Head
    feeds: Subscribe
    featured: StoryCard | None
    newest: tuple[StoryCard, ...]
    categories: tuple[CategoryOfStories, ...]
    pager: Pager | None
    submit: Link
    note: Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """`stories/story.html`, at /success-stories/<slug>/. `html` is safe HTML.

    `others` are stories of the same category. `draft`: staff alone see it.
    """

    head: Head
    id: int
    quote: str
    html: str
    author: str
    company: Link | None
    company_name: str
    website: Link | None
    category: Link
    day: date | None
    image: Logo | None
    sample: bool
    draft: bool
    others: tuple[StoryCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedStory:
    """`home/story.html`, `boxes/menu_stories.html`: one featured story."""

    story: StoryCard
    more: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPage:
    """`stories/submit.html`, at /success-stories/create/. `sent`: one was sent in just now."""

    head: Head
    form: FormState
    categories: tuple[Option, ...]
    key: str
    email: str
    sent: bool
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One story that the visitor sent in."""

    title: str
    href: str
    mark: Mark
    category: str
    sent: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """`stories/mine.html`, at /success-stories/mine/."""

    head: Head
    rows: tuple[OwnRow, ...]
    pager: Pager | None
    submit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePart:
    """What was said or done about a story, by whom."""

    time: date
    who: str
    what: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """`stories/submission.html`, at /success-stories/mine/<id>/. `html` is safe HTML.

    `values` fill the form in, where it `can_edit` still.
    """

    head: Head
    form: FormState
    values: Fields
    categories: tuple[Option, ...]
    notice: str
    mark: Mark
    said: str
    story: Link | None
    can_edit: bool
    version: int
    quote: str
    html: str
    notes: tuple[NotePart, ...]
