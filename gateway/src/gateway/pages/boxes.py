"""Boxes: fragments that pages place somewhere, and that each have an address: /box/<label>/.

Most are texts that editors wrote, rows of the content service. Those about releases the incumbent
writes when a release is saved; here they are pages like any other, composed when asked for and
dropped by the same events, and no row of their label is ever asked for. They need no Python 2
(as at python.org).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contracts.downloads.dto import LatestReleases
from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch, hero
from gateway.pages.downloads.models import System
from gateway.pages.links import Link, release_path
from gateway.pages.models import LinkBox, SupernavBox, SupernavSystem
from gateway.web.pages import HTML, NotFound, Page, PageContext, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.web.templating import Templates

_LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
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


@page("/box/{label:str}/", name="box", cache=_POLICY, slash="either")
async def written(ctx: PageContext) -> Page:
    """Answer a box that somebody wrote."""
    label = ctx.path_params["label"]
    if not _LABEL.fullmatch(label) or ctx.backends.content is None:
        raise NotFound
    ctx.use(key_of(label))
    found = await ctx.backends.content.boxes(label)
    if label not in found:
        raise NotFound
    return ctx.respond(found[label].content_html, HTML)


def key_of(label: str) -> str:
    """Return the surrogate key of what shows a box."""
    return f"box:{label}"


async def placed(ctx: PageContext, *labels: str) -> Mapping[str, str]:
    """Return the safe HTML of boxes that a page places, by label, in one call.

    A label without a box is left out. While the content service is away they are as they were
    last, or none.
    """
    keys = [key_of(label) for label in labels]
    ctx.use(*keys)
    content = ctx.backends.content
    if content is None or not labels:
        return {}
    found = await ctx.block(
        f"boxes:{','.join(labels)}", lambda: content.boxes(*labels), keys=keys, fallback=None
    )
    return {label: box.content_html for label, box in (found or {}).items()}


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


def menu_cell(templates: Templates, latest: LatestReleases) -> str:
    """Return what the menu of downloads shows beside its pages; empty where there is no release."""
    try:
        model = supernav_box(latest)
    except NotFound:
        return ""
    return templates.part("boxes/menu_downloads.html", model)


def _standalone(latest: LatestReleases) -> Link | None:
    """Return the standalone installer, where the button is the install manager."""
    if latest.pymanager is None or latest.python3 is None:
        return None
    file = latest.python3.download_file_for_os("windows")
    if file is None:
        return None
    return Link(label=f"{latest.python3.name} standalone", href=file.url, text="Or get")
