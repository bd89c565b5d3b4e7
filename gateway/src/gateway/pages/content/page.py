"""What is at an address that no route claims: a page, a redirect, a thing that is gone."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from contracts.content.pages import ContentType, PageTemplate
from contracts.content.pages import Page as PageDTO
from contracts.content.redirects import RedirectCode
from contracts.content.resolution import AddressKind, Resolution
from gateway.cache.policy import CachePolicy
from gateway.pages.content.models import WrittenPage
from gateway.web.addresses import BY_QUERY, WITHIN
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

#: What robots are not to keep.
_UNLISTED = (("x-robots-tag", "noindex, nofollow"),)


@page(WITHIN, name="content.page", cache=CachePolicy(fresh=3600))
async def written(ctx: PageContext) -> Page:
    """Show what everybody sees at an address. The query is told only where it matters."""
    return await at_address(ctx, ctx.params.get("query", ""))


@page(WITHIN, name="content.draft", cache=None)
async def draft(ctx: PageContext) -> Page:
    """Show the draft at an address to somebody who may see it; never kept."""
    if ctx.backends.content is None:
        raise NotFound
    found = await ctx.backends.content.resolve(ctx.path, token=ctx.params["token"])
    if found.page is None:
        raise NotFound
    return show(ctx, found.page, "" if found.page.is_published else "draft")


@page("/preview/{key:str}/", name="content.preview", cache=None)
async def preview(ctx: PageContext) -> Page:
    """Show a draft to whoever was given this address; never kept, nor found by robots."""
    if ctx.backends.content is None:
        raise NotFound
    found = await ctx.backends.content.preview(ctx.path_params["key"])
    if found is None:
        raise NotFound
    if found.is_published:
        raise Redirect(found.url, kept=False)
    return show(ctx, found, "preview")


async def at_address(ctx: PageContext, query: str = "") -> Page:
    """Answer with what the content service has at the path of a page.

    Raises Redirect, and NotFound where there is nothing.
    """
    bare = ctx.path.strip("/")
    # A redirect may come to be at the very address, or above it.
    ctx.use(f"page:{bare}", "redirects")
    content = ctx.backends.content
    if content is None:
        raise NotFound
    found = await content.resolve(ctx.path, query)
    if found.by_query:
        ctx.use(BY_QUERY)
    return _answer(ctx, found)


def _answer(ctx: PageContext, found: Resolution) -> Page:
    match found.kind:
        case AddressKind.PAGE if found.page is not None:
            # Only a redirect at the very address could take its place, and that purges the first.
            ctx.keys.discard("redirects")
            return show(ctx, found.page)
        case AddressKind.REDIRECT:
            raise Redirect(found.location, 302 if found.code is RedirectCode.TEMPORARY else 301)
        case AddressKind.GONE:
            return Page(b"", HTTPStatus.GONE)
        case _:
            raise NotFound


def show(ctx: PageContext, found: PageDTO, notice: str = "") -> Page:
    """Print a page in its template; one that stands alone as what it says it is."""
    if found.template_name is PageTemplate.RAW:
        html = found.content_type is ContentType.HTML
        body = found.content_html if html else found.content
        made = ctx.respond(body, f"{found.content_type.value}; charset=utf-8")
    else:
        made = ctx.render("content/page.html", WrittenPage.of(found, notice))
    return replace(made, headers=_UNLISTED) if notice else made
