"""Posts of the community in the staff admin, and the events that they may be about."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content import publishing
from content.posts import queries, services
from content.posts.models import EventCopy, Post
from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.content.posts import PostInput, PostKind
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)

_POST: Final = Permissions.of("content", "post")
_KINDS: Final = tuple(AdminChoice(value=one.value, label=one.value) for one in PostKind)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.post(session, key, private=True)
    return None if row is None else {**row, "picture_file": None}


POSTS: Final = Resource(
    name="post",
    label="post",
    plural="posts",
    group="Editorial",
    model=Post,
    key=Post.id,
    title=Post.title,
    permissions=_POST,
    columns=(
        Column("title", Post.title),
        Column("kind", Post.kind),
        Column("is_published", Post.is_published, "Public", Format.BOOL),
        Column("created", Post.created, format=Format.TIME),
        Column("updated", Post.updated, format=Format.TIME),
    ),
    order="-created",
    search=(("title", Post.title), ("text", Post.content)),
    filters=(
        Filter("is_published", Post.is_published, FilterKind.BOOL, "Public"),
        Filter("kind", Post.kind, FilterKind.CHOICE, "Kind", _KINDS),
        Filter("event", Post.event_id, FilterKind.REF, "About", ref="event-copy"),
    ),
    dates=Column("created", Post.created),
    form=Form(
        read=_read,
        input=PostInput,
        fieldsets=(
            Fieldset("Post", ("kind", "title", "abstract", "content", "content_markup_type")),
            Fieldset("Link, video or photo", ("url", "picture_id", "picture_file", "caption")),
            Fieldset("About", ("event_id",)),
            Fieldset("Public", ("is_published",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "kind": Hint(choices=_KINDS),
            "abstract": Hint(help="A sentence or two, for lists"),
            "content": Hint(label="Text", widget=Widget.TEXTAREA),
            "content_markup_type": Hint(label="Markup"),
            "url": Hint(
                label="Address", help="Of the link or the video; of a text its source: https://…"
            ),
            "picture_id": Hint(label="Picture", ref="media-file", help="One that is there already"),
            "picture_file": Hint(
                label="New picture", file=True, help="Becomes a media file: PNG, JPEG, WebP or GIF"
            ),
            "caption": Hint(help="What the picture shows; needed with one"),
            "event_id": Hint(label="Event", ref="event-copy"),
            "is_published": Hint(label="Public"),
        },
    ),
    delete=services.delete,
    actions=(
        *publishing.actions(services.set_published, _POST.change, "post", "posts"),
        deletion(
            services.delete,
            _POST.delete,
            "post",
            "posts",
            confirm="Their pages are gone for everybody. This cannot be undone.",
        ),
    ),
)

EVENT_COPIES: Final = Resource(
    name="event-copy",
    label="event that posts may be about",
    plural="events that posts may be about",
    group="Editorial",
    note="A copy of the calendars, which are edited under Events.",
    model=EventCopy,
    key=EventCopy.id,
    title=EventCopy.title,
    permissions=Permissions.same(_POST.view),
    columns=(
        Column("title", EventCopy.title),
        Column("first_day", EventCopy.first_day, "First day", Format.DATE),
        Column("place", EventCopy.place),
        Column("cancelled", EventCopy.cancelled, format=Format.BOOL),
    ),
    order="-first_day",
    search=(("title", EventCopy.title), ("place", EventCopy.place)),
    history=False,
)

RESOURCES: Final = (POSTS, EVENT_COPIES)
