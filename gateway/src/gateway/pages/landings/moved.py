"""Landings that the incumbent announced and never filled, and what serves their want today."""

from __future__ import annotations

from gateway.cache.policy import CachePolicy
from gateway.web.pages import Page, PageContext, PageRoute, Redirect, page

_MOVED = {
    "/docs-landing/": "/doc/",
    "/pypl-landing/": "https://pypi.org/",
    "/shop-landing/": "/community/merchandise/",
}


def _moved(path: str, target: str) -> PageRoute:
    async def moved(ctx: PageContext) -> Page:  # noqa: ARG001 - a page function
        raise Redirect(target, 301)

    name = "landing.moved" + path.removesuffix("/").replace("/", "_")
    return page(path, name=name, cache=CachePolicy(fresh=86400))(moved)


MOVED = tuple(_moved(path, target) for path, target in _MOVED.items())
