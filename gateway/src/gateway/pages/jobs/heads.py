"""The upper part of pages of jobs, and what stands beside the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.pages.heads import Head, Tab
from gateway.pages.jobs import links
from gateway.pages.jobs.models import Ways
from gateway.pages.landings.blocks import Block
from gateway.pages.links import Link

if TYPE_CHECKING:
    from contracts.jobs.dto import Facet, Facets
    from gateway.pages.heads import Subscribe

PYTHON = ("Python", "/")
JOBS = ("Jobs", links.HOME)
REVIEW = ("Review", links.REVIEW)

SUBSCRIBE = Block(
    label="jobs-subscribe",
    title="Stay up to date",
    text="Follow the job board as a feed, and see new jobs in the program you read news with.",
)
FEATURED = Block(
    label="jobs-getfeatured",
    title="Featured companies",
    text="Sponsors of the Python Software Foundation can be shown beside their jobs.",
    links=(Link(label="About sponsorship", href="/psf/sponsorship/"),),
)

#: Names beside a list: those with most jobs.
_WAYS = 8


def tabs(current: str) -> tuple[Tab, ...]:
    """Return the ways to look at the board. `current` is one of their names, or none."""
    ways = {
        "All jobs": links.HOME,
        "Types": links.TYPES,
        "Categories": links.CATEGORIES,
        "Locations": links.LOCATIONS,
        "Remote": links.REMOTE,
    }
    return tuple(Tab(label=name, href=href, current=name == current) for name, href in ways.items())


def public(  # noqa: PLR0913 - what there is to say of a page
    title: str,
    description: str,
    *above: tuple[str, str],
    current: str = "",
    text: str = "",
    subscribe: Subscribe | None = None,
    indexed: bool = True,
) -> Head:
    """Return the head of a page for everybody; `above` is what is between it and the board."""
    return Head(
        title=title,
        description=description,
        trail=(PYTHON, JOBS, *above),
        text=text,
        tabs=tabs(current) if current else (),
        subscribe=subscribe,
        indexed=indexed,
    )


def private(title: str, *above: tuple[str, str], text: str = "") -> Head:
    """Return the head of a page that depends on who asks."""
    return Head(
        title=title,
        description="The job board of Python.org",
        trail=(PYTHON, JOBS, *above),
        text=text,
        indexed=False,
    )


def ways(facets: Facets | None) -> tuple[Ways, ...]:
    """Return what stands beside a list."""
    if facets is None:
        return ()
    made = (
        ("Categories", facets.categories, links.category_path, links.CATEGORIES),
        ("Countries", facets.countries, links.country_path, links.LOCATIONS),
    )
    return tuple(
        Ways(
            title=title,
            links=tuple(
                Link(label=one.name, href=path(one.slug), text=f"{one.jobs:,}")
                for one in most(found)
            ),
            more=Link(label=f"All {title.lower()}", href=all_of_them),
        )
        for title, found, path, all_of_them in made
        if found
    )


def most(found: list[Facet]) -> list[Facet]:
    """Return those of which there are most jobs."""
    return sorted(found, key=lambda one: (-one.jobs, one.name))[:_WAYS]
