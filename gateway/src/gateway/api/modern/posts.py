"""Posts of the community. They are changed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from contracts.content import posts as dto
from gateway.api.modern.declaration import Operation, Param, by_id, listing, reading

_SERVICE: Final = "content"
_TAG: Final = "content"
_KEYS: Final = ("posts", "api:posts")


class Post(BaseModel):
    """A post of the community."""

    id: int
    kind: dto.PostKind
    title: str
    abstract: str
    page: str = Field(description="Path on the site", examples=["/community/7/"])
    content_html: str = Field(description="Safe to be put into a page")
    url: str = Field(description="Of a link or video: where it is; of others the source, or empty")
    picture: str | None = Field(description="Path of a picture on the site")
    caption: str = Field(description="What the picture shows")
    event_id: int | None = Field(description="The event that it is about")
    is_published: bool
    is_sample: bool = Field(description="Made up, to show what posts look like")
    revision: int = Field(description="Grows with each change")
    created_at: datetime
    updated_at: datetime


def post_of(found: dto.Post) -> Post:
    """Return a post as this API tells it."""
    return Post(
        id=found.id,
        kind=found.kind,
        title=found.title,
        abstract=found.abstract,
        page=f"/community/{found.id}/",
        content_html=found.content_html,
        url=found.url,
        picture=None if found.picture is None else f"/media/{found.picture.key}",
        caption=found.caption,
        event_id=found.event_id,
        is_published=found.is_published,
        is_sample=found.sample,
        revision=found.version,
        created_at=found.created,
        updated_at=found.updated,
    )


POSTS: Final = (
    Operation(
        id="list_posts",
        path="/posts",
        tag=_TAG,
        summary="List posts of the community",
        description="Newest first.",
        run=listing(_SERVICE, lambda _: "/posts", dto.Post, post_of),
        out=Post,
        many=True,
        params=(
            Param(
                name="kind",
                to="kind",
                schema={"type": "string", "enum": [one.value for one in dto.PostKind]},
                description="Of this kind",
                example="video",
            ),
        ),
        keys=_KEYS,
    ),
    Operation(
        id="get_post",
        path="/posts/{id}",
        tag=_TAG,
        summary="Read a post",
        run=reading(_SERVICE, by_id("/posts"), dto.Post, post_of),
        out=Post,
        keys=_KEYS,
    ),
)
