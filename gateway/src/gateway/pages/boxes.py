"""Fragments that other pages include: /box/<label>/, made from the releases.

The incumbent writes these as boxes when a release is saved; here they are pages like any other,
composed when asked for and dropped by the same events. They need no Python 2 (reference 12, 6).
"""

from __future__ import annotations

from contracts.downloads.dto import LatestReleases
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch, hero
from gateway.pages.downloads.models import System
from gateway.pages.links import Link, release_path
from gateway.pages.models import LinkBox, SupernavBox, SupernavSystem
from gateway.web.pages import NotFound, Page, PageContext, page

_POLICY = CachePolicy(fresh=86400)

_SUPERNAV: tuple[tuple[System, str], ...] = (
    ("android", "Download for Android"),
    ("ios", "Download for iOS"),
    ("macos", "Download for macOS"),
    ("source", "Download Python source"),
    ("windows", "Download for Windows"),
)


@page("/box/supernav-python-downloads/", name="box.supernav", cache=_POLICY, slash="either")
async def supernav(ctx: PageContext) -> Page:
    """Answer the downloads cell of the menu: one block a system that the latest release is for."""
    return ctx.render("boxes/supernav_downloads.html", supernav_box(await _latest(ctx)))


@page("/box/homepage-downloads/", name="box.homepage", cache=_POLICY, slash="either")
async def homepage(ctx: PageContext) -> Page:
    """Answer a line with the latest release."""
    latest = await _latest(ctx)
    if latest.python3 is None:
        raise NotFound
    link = Link(label=latest.python3.name, href=release_path(latest.python3))
    return ctx.render("boxes/link.html", LinkBox(before="Latest:", link=link))


@page("/box/download-sources/", name="box.sources", cache=_POLICY, slash="either")
async def sources(ctx: PageContext) -> Page:
    """Answer a line with the source of the latest release."""
    latest = await _latest(ctx)
    file = latest.python3.download_file_for_os("source") if latest.python3 else None
    if latest.python3 is None or file is None:
        raise NotFound
    link = Link(label=f"{latest.python3.name} source", href=file.url)
    return ctx.render("boxes/link.html", LinkBox(before="Latest source:", link=link))


async def _latest(ctx: PageContext) -> LatestReleases:
    ctx.use(fetch.LISTS)
    return await ctx.backends.downloads.latest()


def supernav_box(latest: LatestReleases) -> SupernavBox:
    """Return the downloads cell. A system without a file is left out.

    Raises NotFound where there is no release.
    """
    release = latest.python3
    if release is None:
        raise NotFound
    blocks: list[SupernavSystem] = []
    for slug, heading in _SUPERNAV:
        shown = hero.build(slug, latest)
        if shown.primary is None or not shown.primary.file_name:
            continue
        blocks.append(
            SupernavSystem(
                id=f"download-os-{slug}",
                heading=heading,
                primary=Link(label=shown.primary.label, href=shown.primary.href),
                alternative=_standalone(latest) if slug == "windows" else None,
            )
        )
    unknown = SupernavSystem(
        id="download-unknown",
        heading="Download Python for any system",
        primary=Link(label="All downloads", href="/downloads/"),
    )
    return SupernavBox(
        systems=(*blocks, unknown), release=Link(label=release.name, href=release_path(release))
    )


def _standalone(latest: LatestReleases) -> Link | None:
    """Return the standalone installer, where the button is the install manager."""
    if latest.pymanager is None or latest.python3 is None:
        return None
    file = latest.python3.download_file_for_os("windows")
    if file is None:
        return None
    return Link(label=f"{latest.python3.name} standalone", href=file.url, text="Or get")
