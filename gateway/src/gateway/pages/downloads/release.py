"""The page of one release: /downloads/release/<slug>/."""

from __future__ import annotations

import asyncio

from contracts.downloads.dto import Major, Release, ReleaseCycle, ReleaseSummary, ReleaseWithFiles
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import cycle, fetch, files
from gateway.pages.downloads.models import ReleasePage
from gateway.pages.downloads.versions import is_final
from gateway.pages.links import Link, release_path
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page


@page(
    "/downloads/release/{slug:str}/",
    "/getit/release/{slug:str}/",
    name="downloads.release",
    cache=CachePolicy(fresh=86400),
)
async def release(ctx: PageContext) -> Page:
    """Show a published release; a draft is not there. Only the release itself is needed.

    A release without text that has a content page leads there.
    """
    slug = ctx.path_params["slug"]
    if not fetch.is_slug(slug):
        raise NotFound
    ctx.use(f"release:{slug}")
    found, branches, manager = await asyncio.gather(
        ctx.backends.downloads.release(slug), fetch.cycle(ctx), fetch.install_manager(ctx)
    )
    if found is None or not found.is_published:
        raise NotFound
    if found.release_page and not found.content.strip():
        raise Redirect(found.release_page)
    ctx.use(*(f"os:{file.os_slug}" for file in found.files))
    newer = await _newer(ctx, found)
    return ctx.render("downloads/release.html", model(found, branches, manager, newer))


async def _newer(ctx: PageContext, release: Release) -> ReleaseSummary | None:
    """Return the release of the same series that superseded this one, if any."""
    if release.series:
        ctx.use(f"series:{release.series}")
    slug = release.superseded_by
    if not slug:
        return None
    ctx.use(f"release:{slug}")
    rows = await ctx.block(
        "superseded",
        lambda: ctx.backends.downloads.releases(slug=slug, limit=1),
        keys={f"release:{slug}"},
        fallback=None,
        shared=False,
    )
    return rows.items[0] if rows and rows.items else None


def model(
    release: Release,
    branches: ReleaseCycle | None,
    manager: ReleaseWithFiles | None,
    newer: ReleaseSummary | None,
) -> ReleasePage:
    """Return what the page prints."""
    return ReleasePage(
        pk=release.id,
        name=release.name,
        number=release.number,
        released=release.release_date.date(),
        pre_release=not is_final(release),
        end_of_life=end_of_life(release, branches),
        superseded_by=Link(label=newer.name, href=release_path(newer)) if newer else None,
        content=release.content_html,
        changelog=Link(label="Full Changelog", href=release.release_notes_url, external=True)
        if release.release_notes_url
        else None,
        featured=files.featured(release, manager),
        files=files.table(release),
        description=f"Download {release.name}, released {release.release_date.date().isoformat()}: "
        "files, checksums and signatures.",
    )


def end_of_life(release: ReleaseSummary, branches: ReleaseCycle | None) -> str:
    """Return the text of the banner for a series that is out of support, else an empty text."""
    if release.major is Major.PYMANAGER:
        return ""
    branch = cycle.branch_of(branches, release.series)
    if not cycle.is_end_of_life(branch, release.series, branches):
        return ""
    since = f" on {branch.end_of_life}" if branch and branch.end_of_life.count("-") == 2 else ""
    since = since or (f" in {branch.end_of_life}" if branch and branch.end_of_life else "")
    return (
        f"Python {release.series} reached the end of its life{since}. It gets no more fixes, not "
        "even for security problems."
    )
