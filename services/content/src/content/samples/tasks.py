"""Rendering texts of code samples again that another version of the renderer made."""

from __future__ import annotations

from typing import Final

from content import rendering
from content.samples import services
from content.samples.models import CodeSample
from servicekit.service import Tick

TASKS: Final = (rendering.rerendering(CodeSample, "text", "code samples", services.tell_rendered),)
TICKS: Final = (
    Tick(name="rerender-code-samples", cron="0 44 3 * * *", task="rerender-code-samples"),
)
