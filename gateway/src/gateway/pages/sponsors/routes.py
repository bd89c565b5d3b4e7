"""Every page and form of sponsors."""

from __future__ import annotations

from typing import Any

from gateway.pages.sponsors import (
    applying,
    choosing,
    dashboard,
    desk,
    everybody,
    handing,
    reviewing,
)
from gateway.web.forms import FormRoute
from gateway.web.pages import PageRoute

SPONSORS: tuple[PageRoute | FormRoute[Any], ...] = (
    everybody.everybody,
    choosing.choose,
    applying.apply,
    *dashboard.DASHBOARD,
    handing.assets,
    handing.edit,
    reviewing.review,
    desk.desk,
    desk.preview,
)
