"""Rendering texts of companies again that another version of the renderer made."""

from __future__ import annotations

from typing import Final

from content import rendering
from content.companies import services
from content.companies.models import Company
from servicekit.service import Tick

TASKS: Final = (rendering.rerendering(Company, "about", "companies", services.tell_rendered),)
TICKS: Final = (Tick(name="rerender-companies", cron="0 43 3 * * *", task="rerender-companies"),)
