"""What another service reads to rebuild its copy of the posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from content.posts import queries, services
from content.posts.models import Post
from contracts.content.posts import Post as PostDTO
from contracts.content.posts import PostUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_posts(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return posts by id; a private one as id and state."""
    statement = queries.whole().where(Post.id > after).order_by(Post.id).limit(limit)
    found = [PostDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_post(PostUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="posts", kind=PostUpdated, read=read_posts),)
