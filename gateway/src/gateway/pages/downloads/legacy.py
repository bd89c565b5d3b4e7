"""Old addresses of downloads: /download/..., as sites and books still link them."""

from __future__ import annotations

import re

from gateway.cache.policy import CachePolicy
from gateway.pages.content.page import at_address
from gateway.pages.links import release_path
from gateway.web.pages import Page, PageContext, PageRoute, Redirect, page

_VERSION = re.compile(r"(?P<series>[0-9]{1,2}\.[0-9]{1,3})(\.[0-9]{1,3})?")

#: Old sections and where they are now (as at python.org).
_MOVED = {
    "/download/": "/downloads/",
    "/download/releases/": "/downloads/#releases",
    "/download/source/": "/downloads/source/",
    "/download/linux/": "/downloads/source/",
    "/download/mac/": "/downloads/macos/",
    "/download/windows/": "/downloads/windows/",
}


@page(
    "/download/releases/{version:str}/",
    name="downloads.legacy_release",
    cache=CachePolicy(fresh=86400),
    slash="either",
)
async def legacy_release(ctx: PageContext) -> Page:
    """Lead from an old address to the release of that number; 3.2 means 3.2.0 too.

    Where there is none, a page that somebody wrote may be there.
    """
    version = ctx.path_params["version"]
    found = _VERSION.fullmatch(version)
    if found is None:
        return await at_address(ctx)
    ctx.use(f"series:{found['series']}")
    own = await ctx.backends.downloads.releases(series=found["series"], limit=1000)
    wanted = {version, f"{version}.0"} if version == found["series"] else {version}
    for release in own.items:
        if release.number in wanted:
            ctx.use(f"release:{release.slug}")
            raise Redirect(release_path(release), 301)
    return await at_address(ctx)


def _moved(path: str, target: str) -> PageRoute:
    async def moved(ctx: PageContext) -> Page:  # noqa: ARG001 - a page function
        raise Redirect(target, 301)

    name = "downloads.moved" + path.removesuffix("/").replace("/", "_")
    return page(path, name=name, cache=CachePolicy(fresh=86400), slash="either")(moved)


MOVED = tuple(_moved(path, target) for path, target in _MOVED.items())
