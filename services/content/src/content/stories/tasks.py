"""Rendering stories again, and telling those again whose company changed."""

from __future__ import annotations

from typing import Final

from content import rendering
from content.stories import services, telling
from content.stories.models import Story
from servicekit.service import Consumer, Tick

TASKS: Final = (
    rendering.rerendering(
        Story, "content", "stories", services.tell_rendered, again=services.render
    ),
)
TICKS: Final = (Tick(name="rerender-stories", cron="0 46 3 * * *", task="rerender-stories"),)
CONSUMERS: Final = (
    Consumer(
        name="content-stories",
        subjects=("content.company.updated",),
        handler=telling.follow_company,
    ),
)
