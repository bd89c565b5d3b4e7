"""What several download pages ask for, and the surrogate keys that stand for it."""

from __future__ import annotations

import re

from contracts.downloads.dto import (
    LatestReleases,
    Major,
    OperatingSystem,
    ReleaseCycle,
    ReleaseSummary,
    ReleaseWithFiles,
)
from gateway.web.pages import PageContext

#: Dropped with every release and system that changes: pages that list or choose among releases.
LISTS = "downloads"
#: Dropped with every system that changes.
SYSTEMS = "systems"
#: Dropped when the release cycle changes.
CYCLE = "release-cycle"
#: Dropped with every release of the install manager.
INSTALL_MANAGER = f"major:{Major.PYMANAGER:d}"

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,200}")


def is_slug(text: str) -> bool:
    """Say whether a thing could be named so. What could not need not be asked for."""
    return bool(_SLUG.fullmatch(text))


async def latest(ctx: PageContext) -> LatestReleases | None:
    """Return the latest releases, None where they cannot be had."""
    return await ctx.block("latest", ctx.backends.downloads.latest, keys={LISTS}, fallback=None)


async def install_manager(ctx: PageContext) -> ReleaseWithFiles | None:
    """Return the latest install manager, None where there is none or it cannot be had."""
    ctx.use(INSTALL_MANAGER)
    found = await latest(ctx)
    if found is None or found.pymanager is None:
        return None
    ctx.use(f"release:{found.pymanager.slug}")
    return found.pymanager


async def cycle(ctx: PageContext) -> ReleaseCycle | None:
    """Return the release cycle, None where it cannot be had."""
    ctx.use(CYCLE)
    return await ctx.block(
        "release-cycle", ctx.backends.downloads.release_cycle, keys={CYCLE}, fallback=None
    )


async def all_releases(ctx: PageContext) -> list[ReleaseSummary] | None:
    """Return all published releases, None where they cannot be had."""
    ctx.use(LISTS)
    return await ctx.block(
        "releases", ctx.backends.downloads.all_releases, keys={LISTS}, fallback=None
    )


async def systems(ctx: PageContext) -> list[OperatingSystem] | None:
    """Return all systems, None where they cannot be had."""
    ctx.use(LISTS)
    return await ctx.block(
        "systems", ctx.backends.downloads.operating_systems, keys={SYSTEMS}, fallback=None
    )
