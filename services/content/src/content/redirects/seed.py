"""The redirects that a new installation begins with: `content/data/redirects/*.json`.

`server.json` holds old addresses of python.org that its web server led elsewhere, each to where
its thing is today.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import select

from content.redirects import rules, services
from content.redirects.models import Redirect
from content.writes import gone
from contracts.content.redirects import RedirectInput
from servicekit.access import Principal
from servicekit.service import TaskContext

SEEDER: Final = Principal(subject="service:content-seed")
_ROWS: Final = TypeAdapter(list[RedirectInput])


def wanted() -> list[RedirectInput]:
    """Return what the files say."""
    folder = files("content").joinpath("data", "redirects")
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".json"))
    return [
        one for name in found for one in _ROWS.validate_json(folder.joinpath(name).read_bytes())
    ]


async def seed(context: TaskContext) -> str:
    """Add the redirects that are missing; one that somebody changed or deleted stays so."""
    async with context.session() as session:
        there = set(await session.scalars(select(Redirect.old_path)))
        there |= await gone(session, "redirect", "old_path")
        missing = [one for one in wanted() if rules.free_path(one.old_path) not in there]
        for one in missing:
            await services.create(session, one, SEEDER)
    return f"added {len(missing)} redirects"
