"""Rendering minutes again that another version of the renderer made."""

from __future__ import annotations

from typing import Final

from content import rendering
from content.minutes import services
from content.minutes.models import Minutes
from servicekit.service import Tick

TASKS: Final = (rendering.rerendering(Minutes, "content", "minutes", services.tell_rendered),)
TICKS: Final = (Tick(name="rerender-minutes", cron="0 46 3 * * *", task="rerender-minutes"),)
