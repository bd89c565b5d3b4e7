"""All types, categories and locations of which there are jobs (as at python.org)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from gateway.pages.jobs import fetch, heads, links
from gateway.pages.jobs.models import Group, NamesPage
from gateway.pages.links import Link
from gateway.web.pages import Page, PageContext, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.jobs.dto import Facet, LocationFacet

_NOTHING: Final = "No job is open now"


@page(links.TYPES, name="jobs.types", cache=fetch.policy())
async def types(ctx: PageContext) -> Page:
    """List what jobs are about."""
    ctx.use(fetch.JOBS, fetch.NAMES)
    facets = await fetch.service(ctx).facets()
    text = "What jobs are about: the field they are in, and the part of the work."
    return _show(ctx, "Types", "Job types", text, _listed(facets.types, links.type_path))


@page(links.CATEGORIES, name="jobs.categories", cache=fetch.policy())
async def categories(ctx: PageContext) -> Page:
    """List what jobs are."""
    ctx.use(fetch.JOBS, fetch.NAMES)
    facets = await fetch.service(ctx).facets()
    text = "What people are hired as."
    listed = _listed(facets.categories, links.category_path)
    return _show(ctx, "Categories", "Job categories", text, listed)


@page(links.LOCATIONS, name="jobs.locations", cache=fetch.policy())
async def locations(ctx: PageContext) -> Page:
    """List where jobs are, by country."""
    ctx.use(fetch.JOBS, fetch.NAMES)
    facets = await fetch.service(ctx).facets()
    counts = {one.slug: one.jobs for one in facets.countries}
    by_country = groupby(
        sorted(facets.locations, key=lambda one: (one.country, one.country_slug, one.name)),
        key=lambda one: (one.country, one.country_slug),
    )
    groups = tuple(
        Group(
            title=f"{name} ({counts[slug]:,})" if slug in counts else name,
            href=links.country_path(slug),
            links=tuple(_place(one) for one in found),
        )
        for (name, slug), found in by_country
    )
    away = f"{facets.remote:,} can be done from elsewhere."
    return _show(ctx, "Locations", "Job locations", f"Where jobs are. {away}", groups)


def _place(one: LocationFacet) -> Link:
    name = ", ".join(filter(None, (one.city, one.region)))
    return Link(label=name, href=links.location_path(one.slug), text=f"{one.jobs:,}")


def _listed(found: list[Facet], path: Callable[[str], str]) -> tuple[Group, ...]:
    if not found:
        return ()
    names = tuple(Link(label=one.name, href=path(one.slug), text=f"{one.jobs:,}") for one in found)
    return (Group(title="", href="", links=names),)


def _show(ctx: PageContext, current: str, title: str, text: str, groups: tuple[Group, ...]) -> Page:
    head = heads.public(title, f"{title} on the Python job board", current=current, text=text)
    return ctx.render("jobs/names.html", NamesPage(head=head, groups=groups, nothing=_NOTHING))


NAMES = (types, categories, locations)
