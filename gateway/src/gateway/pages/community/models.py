"""What pages of posts print. Texts are plain and must be escaped; `html` is safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from contracts.content.companies import Logo
from contracts.content.posts import PostEvent
from gateway.pages.downloads.models import Pager
from gateway.pages.heads import Head, Tab
from gateway.pages.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """One post of a list. `kind` names its icon and its badge."""

    kind: str
    label: str
    title: str
    href: str
    text: str
    date: date
    picture: Logo | None
    caption: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """`community/list.html`, at /community/posts/."""

    head: Head
    kinds: tuple[Tab, ...]
    posts: tuple[PostCard, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """`community/post.html`, at /community/<id>/.

    `target`: where a link, a video or the source of others is. `event_gone`: what it was about is
    in no calendar any more.
    """

    head: Head
    id: int
    kind: str
    label: str
    html: str
    published: datetime
    picture: Logo | None
    caption: str
    target: Link | None
    event: PostEvent | None
    event_gone: bool
    sample: bool
