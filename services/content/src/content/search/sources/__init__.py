"""What is searched, by whose it is: one module for each context, entered in FEEDS.

A module says which events tell of what, and how an event becomes a document:

    def story(event: Event) -> Document | None: ...

    FEEDS = (Feed(name="content-search-stories", subjects=("stories.story.*",), entity="stories",
                  read=story),)

An event of something that is not public, or that is gone, becomes None: it is found no more.
"""

from __future__ import annotations

from typing import Final

from content.search.sources import (
    blogs,
    companies,
    downloads,
    events,
    groups,
    jobs,
    minutes,
    pages,
    posts,
    stories,
)
from content.search.sources.feed import Feed

FEEDS: Final[tuple[Feed, ...]] = (
    *blogs.FEEDS,
    *companies.FEEDS,
    *downloads.FEEDS,
    *events.FEEDS,
    *groups.FEEDS,
    *jobs.FEEDS,
    *minutes.FEEDS,
    *pages.FEEDS,
    *posts.FEEDS,
    *stories.FEEDS,
)
