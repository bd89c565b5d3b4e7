"""Every read of posts. The columns of a statement are the fields of the DTO, by name.

Who may not see private ones gets statements that cannot return one.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.posts.models import EventCopy, Post
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

VIEW_PRIVATE: Final = "content.view_post"

_PICTURE: Final = case(
    (
        Post.picture_id.isnot(None),
        func.json_build_object(
            *("key", Post.picture_key),
            *("width", Post.picture_width),
            *("height", Post.picture_height),
        ),
    )
).label("picture")
_EVENT: Final = case(
    (
        EventCopy.id.isnot(None),
        func.json_build_object(
            *("id", EventCopy.id),
            *("title", EventCopy.title),
            *("path", EventCopy.path),
            *("first_day", EventCopy.first_day),
            *("last_day", EventCopy.last_day),
            *("place", EventCopy.place),
            *("cancelled", EventCopy.cancelled),
        ),
    )
).label("event")
POST: Final[tuple[Any, ...]] = (
    *(
        getattr(Post, name)
        for name in (
            *("id", "kind", "title", "abstract", "content", "content_markup_type"),
            *("content_html", "url", "picture_id", "caption", "event_id", "is_published"),
            *("sample", "version", "created", "updated"),
        )
    ),
    _PICTURE,
    _EVENT,
)


def whole() -> Select[Any]:
    """Return the statement of posts with the events that they are about."""
    return select(*POST).outerjoin(EventCopy, EventCopy.id == Post.event_id)


async def posts(
    session: AsyncSession, window: Window, *, private: bool, kind: str | None = None
) -> tuple[list[Row], int]:
    """Return one window of the posts, newest first."""
    statement = whole()
    if not private:
        statement = statement.where(Post.is_published)
    if kind is not None:
        statement = statement.where(Post.kind == kind)
    order = (Post.created.desc(), Post.id.desc())
    return await reading.page(session, statement, order, window)


async def post(session: AsyncSession, post_id: int, *, private: bool) -> Row | None:
    """Return one post."""
    statement = whole().where(Post.id == post_id)
    if not private:
        statement = statement.where(Post.is_published)
    return await reading.one(session, statement)
