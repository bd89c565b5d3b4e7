"""Addresses that always lead to the newest release: /downloads/latest/..."""

from __future__ import annotations

import re

from gateway.cache.policy import CachePolicy
from gateway.pages.downloads import fetch
from gateway.pages.links import release_path
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

#: What may stand after /latest/.
_KNOWN = re.compile(r"python3|python2|pymanager|prerelease|python3\.[0-9]{1,3}")

#: Where there is none, these are not found; the others lead to the list (as at python.org).
_OWN_PAGE_ONLY = frozenset({"python2", "pymanager"})

_POLICY = CachePolicy(fresh=3600)


@page(
    "/downloads/latest/",
    "/getit/latest/",
    name="downloads.latest",
    cache=_POLICY,
    slash="either",
)
async def latest(ctx: PageContext) -> Page:
    """Lead to the latest Python 3."""
    return await _lead(ctx, "python3")


@page(
    "/downloads/latest/{which:str}/",
    "/getit/latest/{which:str}/",
    name="downloads.latest_of",
    cache=_POLICY,
    slash="either",
)
async def latest_of(ctx: PageContext) -> Page:
    """Lead to the latest of `python3`, `python2`, `pymanager`, `prerelease` or `python3.N`."""
    which = ctx.path_params["which"]
    if not _KNOWN.fullmatch(which):
        raise NotFound
    return await _lead(ctx, which)


async def _lead(ctx: PageContext, which: str) -> Page:
    ctx.use(fetch.LISTS)
    found = await ctx.backends.downloads.latest_of(which)
    if found is not None:
        raise Redirect(release_path(found))
    if which in _OWN_PAGE_ONLY:
        raise NotFound
    raise Redirect("/downloads/")
