"""The home page: /."""

from __future__ import annotations

import asyncio

from gateway.backends import BackendUnavailable
from gateway.cache.policy import CachePolicy
from gateway.pages import home_texts, navigation
from gateway.pages.downloads import fetch, hero, lists
from gateway.pages.links import Link
from gateway.pages.models import Card, HomePage
from gateway.pages.navigation import Owner
from gateway.web.pages import Page, PageContext, page

#: Rows of the list of newest releases.
NEWEST = 6

#: In the order of preference: the row has four places, and shows cards whose address answers.
_CARDS: tuple[tuple[Owner, Card], ...] = (
    (
        "external",
        Card(
            key="get-started",
            title="Get Started",
            text="New to programming, or to Python? The tutorial begins where you are.",
            links=(
                Link(
                    label="Start with the tutorial",
                    href="https://docs.python.org/3/tutorial/",
                    external=True,
                ),
            ),
        ),
    ),
    (
        "downloads",
        Card(
            key="download",
            title="Download",
            text="Installers and source code for every version and system.",
            links=(Link(label="All downloads", href="/downloads/"),),
        ),
    ),
    (
        "gateway",
        Card(
            key="docs",
            title="Docs",
            text="The library, the language and how-to guides, for every version.",
            links=(
                Link(label="Read the docs", href="https://docs.python.org/3/", external=True),
                Link(label="By version", href="/doc/versions/"),
            ),
        ),
    ),
    (
        "jobs",
        Card(
            key="jobs",
            title="Jobs",
            text="Who is looking for people that write Python, or for you?",
            links=(Link(label="Job board", href="/jobs/"),),
        ),
    ),
    (
        "external",
        Card(
            key="community",
            title="Community",
            text="Ask, help, and follow how the language is made.",
            links=(Link(label="Join the talk", href="https://discuss.python.org/", external=True),),
        ),
    ),
)


@page(
    "/",
    name="home",
    cache=CachePolicy(variants=("system",), fresh=3600),
)
async def home(ctx: PageContext) -> Page:
    """Show the introduction, the button for the visitor's system and the newest releases."""
    ctx.use("home", fetch.LISTS)
    latest, newest = await asyncio.gather(
        fetch.latest(ctx),
        ctx.block(
            "newest",
            lambda: ctx.backends.downloads.releases(limit=NEWEST, order="-release_date"),
            keys={fetch.LISTS},
            fallback=None,
        ),
    )
    if latest is None and newest is None:
        # A page without any release is worse than the last copy of it.
        raise BackendUnavailable("downloads", "neither the latest releases nor the newest")
    return ctx.render(
        "home.html",
        HomePage(
            samples=home_texts.SAMPLES,
            intro=home_texts.INTRO,
            intro_more=home_texts.INTRO_MORE,
            cards=cards(),
            download=hero.build(ctx.system.value, latest),
            newest=tuple(lists.row(release) for release in newest.items) if newest else (),
            feed=Link(label="Feed of releases", href="/downloads/feed.rss"),
            uses=home_texts.USES,
            places=home_texts.PLACES,
            mission=home_texts.MISSION,
            mission_links=home_texts.MISSION_LINKS,
        ),
    )


def cards(live: frozenset[Owner] = navigation.LIVE) -> tuple[Card, ...]:
    """Return the first four cards whose owner is live."""
    return tuple(card for owner, card in _CARDS if owner in live)[:4]
