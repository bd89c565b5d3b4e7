"""Rendering posts again that another version of the renderer made."""

from __future__ import annotations

from typing import Final

from content import rendering
from content.posts import services
from content.posts.models import Post
from servicekit.service import Tick

TASKS: Final = (rendering.rerendering(Post, "content", "posts", services.tell_rendered),)
TICKS: Final = (Tick(name="rerender-posts", cron="0 48 3 * * *", task="rerender-posts"),)
