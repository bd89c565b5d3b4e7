"""Writing posts: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import rendering
from content.media import queries as media_files
from content.media import services as media
from content.posts import queries
from content.posts.models import EventCopy, Post
from content.publishing import Life, verb
from content.writes import note, sign, snapshot, tell
from contracts.content.media import MediaFileInput, MediaKind
from contracts.content.posts import Post as PostDTO
from contracts.content.posts import (
    PostCreated,
    PostDeleted,
    PostInput,
    PostPublished,
    PostRef,
    PostUnpublished,
    PostUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound

#: Where pictures of posts are among the media files.
FOLDER: Final = "community"
_LIFE: Final[Life[PostRef]] = Life(PostPublished, PostUpdated, PostUnpublished)


async def create(
    session: WriteSession, sent: PostInput, caller: Principal, *, sample: bool = False
) -> PostDTO:
    """Create a post. One that is public at once is created as a draft and then published.

    Raises Invalid.
    """
    row = Post(sample=sample)
    await _fill(session, row, sent, caller)
    row.is_published = False
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_post(session, PostCreated, made)
    if sent.is_published:
        row.is_published = True
        made = await _state(session, row)
        tell_post(session, PostPublished, made)
    note(session, caller, "created", row, row.title, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    post_id: int,
    sent: PostInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> PostDTO:
    """Replace a post. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, post_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    await _fill(session, row, sent, caller)
    if snapshot(row) == before:
        return await _state(session, row)
    return await _changed(session, row, caller, before)


async def set_published(
    session: WriteSession,
    post_id: int,
    caller: Principal,
    published: bool,  # noqa: FBT001 - what is set
) -> bool:
    """Publish a post, or make it a draft again; returns whether it was otherwise before."""
    row = await _lock(session, post_id)
    if row.is_published == published:
        return False
    before = snapshot(row)
    row.is_published = published
    await _changed(session, row, caller, before)
    return True


async def delete(
    session: WriteSession, post_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a post. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, post_id)
    check_match(if_match, row.version, required=False)
    tell_post(session, PostDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.title, before=snapshot(row))
    await session.delete(row)


async def tell_rendered(session: WriteSession, row: Post) -> None:
    """Tell that the HTML of a post came out otherwise although nobody changed its text."""
    tell_post(session, PostUpdated, await _state(session, row))


async def tell_of_event(session: WriteSession, event_id: int) -> None:
    """Tell anew of the posts about an event that changed, or is gone."""
    rows = await session.scalars(
        select(Post).where(Post.event_id == event_id).order_by(Post.id).with_for_update()
    )
    for row in rows.all():
        row.touch()
        tell_post(session, PostUpdated, await _state(session, row))


def of_post(kind: type[PostRef], post: PostDTO) -> PostRef:
    """Make the event `kind` of a post in its state after the change (before, if deleted)."""
    public = post.is_published and not issubclass(kind, PostDeleted)
    return kind(
        id=post.id,
        is_published=post.is_published,
        post=post if public else None,
    )


def tell_post(session: WriteSession, kind: type[PostRef], post: PostDTO) -> None:
    """Record the event `kind` of a post."""
    version = post.version + issubclass(kind, PostDeleted)
    tell(session, of_post(kind, post), number=post.id, version=version)


async def _changed(
    session: WriteSession, row: Post, caller: Principal, before: dict[str, object]
) -> PostDTO:
    sign(row, caller)
    changed = await _state(session, row)
    kind = _LIFE.turn(was=bool(before["is_published"]), now=row.is_published)
    tell_post(session, kind, changed)
    note(session, caller, verb(kind), row, row.title, before=before, after=snapshot(row))
    return changed


async def _fill(session: WriteSession, row: Post, sent: PostInput, caller: Principal) -> None:
    # Before anything of the row is touched: a question in between would write half of it.
    picture = await _picture_of(session, row, sent, caller)
    if sent.event_id not in {None, row.event_id} and not await session.scalar(
        select(EventCopy.id).where(EventCopy.id == sent.event_id)
    ):
        raise Invalid.field(["body", "event_id"], "There is no such event.", "event")
    row.kind, row.title, row.abstract = sent.kind.value, sent.title, sent.abstract
    row.url, row.caption, row.event_id = sent.url, sent.caption, sent.event_id
    row.picture_id, row.picture_key, row.picture_width, row.picture_height = picture
    row.is_published = sent.is_published
    await rendering.write(row, "content", sent.content, sent.content_markup_type.value)


async def _picture_of(
    session: WriteSession, row: Post, sent: PostInput, caller: Principal
) -> tuple[int | None, str, int, int]:
    """Return id, key, width and height of the picture; one that was sent is kept first."""
    number = sent.picture_id
    if sent.picture_file is not None:
        file = MediaFileInput(folder=FOLDER, file=sent.picture_file, description=sent.caption)
        made = await media.create(session, file, caller, place="picture_file", pictures=True)
        number = made.id
    if number is None:
        return None, "", 0, 0
    if number == row.picture_id:
        return number, row.picture_key, row.picture_width, row.picture_height
    found = await media_files.media_file(session, number)
    if found is None or found["kind"] != MediaKind.PICTURE.value:
        raise Invalid.field(["body", "picture_id"], "There is no such picture.", "picture")
    return number, found["key"], found["width"], found["height"]


async def _lock(session: WriteSession, post_id: int) -> Post:
    statement = select(Post).where(Post.id == post_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such post.")
    return row


async def _state(session: WriteSession, row: Post) -> PostDTO:
    await session.flush()
    return PostDTO.model_validate(await queries.post(session, row.id, private=True))
