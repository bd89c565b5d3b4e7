"""Success stories. They are written and reviewed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from contracts.content import stories
from gateway.api.modern.declaration import Operation, Param, by_slug, listing, reading

_SERVICE: Final = "content"
_TAG: Final = "success stories"
_KEYS: Final = ("stories", "api:stories")
_TEXT: Final = {"type": "string", "maxLength": 200}
_FLAG: Final = {"type": "boolean"}


class StoryCategory(BaseModel):
    """What stories are about."""

    id: int
    slug: str = Field(examples=["engineering"])
    name: str
    page: str = Field(description="Path on the site")
    revision: int
    updated_at: datetime


class StoryImage(BaseModel):
    """A picture: its path on the site, and its size in pixels."""

    path: str
    width: int
    height: int


class SuccessStory(BaseModel):
    """A success story, without its text."""

    id: int
    slug: str
    name: str
    page: str = Field(description="Path on the site", examples=["/success-stories/tides/"])
    category: str = Field(description="Slug")
    company: str = Field(description="Whose story it is")
    company_url: str
    company_slug: str | None = Field(description="Where it is in the directory of companies")
    author: str
    pull_quote: str
    image: StoryImage | None
    is_published: bool
    is_featured: bool
    is_sample: bool = Field(description="Made up, to show what stories look like")
    published_at: datetime | None
    revision: int
    updated_at: datetime


class WholeStory(SuccessStory):
    """A success story with its text."""

    content: str = Field(description="As it is written")
    markup: str = Field(examples=["markdown"])
    content_html: str = Field(description="Safe to be put into a page")


def _category(found: stories.StoryCategory) -> StoryCategory:
    return StoryCategory(
        **{name: getattr(found, name) for name in ("id", "slug", "name")},
        page=f"/success-stories/category/{found.slug}/",
        revision=found.version,
        updated_at=found.updated,
    )


def _story(found: stories.StorySummary) -> SuccessStory:
    return SuccessStory(**_told(found))


def _whole(found: stories.Story) -> WholeStory:
    return WholeStory(
        **_told(found),
        content=found.content,
        markup=found.content_markup_type.value,
        content_html=found.content_html,
    )


def _told(found: stories.StorySummary) -> dict[str, Any]:
    same = ("id", "slug", "name", "company_url", "author", "pull_quote", "is_published")
    image = found.image
    return {
        **{name: getattr(found, name) for name in same},
        "page": f"/success-stories/{found.slug}/",
        "category": found.category.slug,
        "company": found.company_name,
        "company_slug": found.company.slug if found.company else None,
        "image": image
        and StoryImage(path=f"/media/{image.key}", width=image.width, height=image.height),
        "is_featured": found.featured,
        "is_sample": found.sample,
        "published_at": found.published,
        "revision": found.version,
        "updated_at": found.updated,
    }


STORIES: Final = (
    Operation(
        id="list_story_categories",
        path="/success-stories/categories",
        tag=_TAG,
        summary="List categories of success stories",
        run=listing(_SERVICE, lambda _: "/story-categories", stories.StoryCategory, _category),
        out=StoryCategory,
        many=True,
        keys=_KEYS,
    ),
    Operation(
        id="list_success_stories",
        path="/success-stories",
        tag=_TAG,
        summary="List success stories, newest first",
        run=listing(_SERVICE, lambda _: "/stories", stories.StorySummary, _story),
        out=SuccessStory,
        many=True,
        params=(
            Param(
                name="category", to="category", schema=_TEXT,
                description="Of a category, by its slug", example="engineering",
            ),
            Param(
                name="featured", to="featured", schema=_FLAG,
                description="Those that are featured, or the others",
            ),
            Param(
                name="published", to="is_published", schema=_FLAG,
                description="Of interest to those who may see drafts",
            ),
            Param(
                name="q", to="q", schema=_TEXT, description="Part of the title, in any case",
            ),
        ),
        orders={
            "published_at": "published", "name": "name", "updated_at": "updated", "id": "id",
        },
        order="-published",
        cursor=True,
        keys=_KEYS,
    ),
    Operation(
        id="get_success_story",
        path="/success-stories/{slug}",
        tag=_TAG,
        summary="Read a success story with its text",
        run=reading(
            _SERVICE,
            by_slug("/stories/by-slug"),
            stories.Story,
            _whole,
            lambda found: (f"story:{found.slug}",),
        ),
        out=WholeStory,
        keys=_KEYS,
    ),
)  # fmt: skip
