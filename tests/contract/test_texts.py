"""What a new site says: links of its pages and boxes lead somewhere, and all boxes are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from content import texts
from content.pages.seed import page_of
from content.texts import SeedText
from contracts.content.taken import is_taken
from gateway.pages import home
from gateway.pages.landings import sections
from gateway.pages.landings.blocks import Block
from gateway.pages.routes import PAGES
from gateway.web.pages import PageRoute
from markup import render

#: Boxes made of data: no text of theirs is kept (as at python.org).
GENERATED = {
    "download-sources",
    "homepage-downloads",
    "supernav-python-blog",
    "supernav-python-downloads",
    "supernav-python-events",
    "supernav-python-success-stories",
}

WRITTEN = list(texts.read("pages"))
BOXES = list(texts.read("boxes"))

_HREF = re.compile(r'href="([^"]+)"')


def routed() -> Iterator[re.Pattern[str]]:
    """Addresses that the gateway answers itself, those of boxes aside."""
    for route in PAGES:
        if isinstance(route, PageRoute) and route.name != "box":
            for path in route.paths:
                yield re.compile(re.sub(r"\\{\w+:str\\}", "[^/]+", re.escape(path)))


OURS = tuple(routed())


def answers(path: str) -> bool:
    """Tell whether a new site has something at a path."""
    return path.strip("/") in {one.name for one in WRITTEN} or any(
        pattern.fullmatch(path) for pattern in OURS
    )


@pytest.mark.parametrize("text", [*WRITTEN, *BOXES], ids=lambda one: one.name)
def test_links_of_a_text_lead_to_what_is_there(text: SeedText) -> None:
    html = render(text.text, "markdown")
    links = _HREF.findall(html)
    dead = [link for link in links if link.startswith("/") and not answers(link.partition("#")[0])]
    assert dead == []
    # Each of ours is written with its final slash, so that no reader is sent on.
    assert all(re.match(r"https://|mailto:|/([^#]*/|[^#]*\.\w+)?(#|$)", link) for link in links)
    assert "**" not in html
    assert "](" not in html


@pytest.mark.parametrize("text", WRITTEN, ids=lambda one: one.name)
def test_a_page_says_what_it_is_about(text: SeedText) -> None:
    page = page_of(text)
    assert not is_taken(text.name)
    assert 20 < len(page.description) <= 160
    assert 2 < len(page.title) < 60
    # The title is the heading of the page; those of the text stand below it.
    html = render(text.text, "markdown")
    assert "<h1" not in html
    words = len(re.sub(r"<[^>]+>", " ", html).split())
    assert 80 <= words <= 420


def test_there_is_a_site_to_read() -> None:
    assert len(WRITTEN) >= 60
    assert {len(BOXES), len(GENERATED)} == {57, 6}
    assert not GENERATED & {one.name for one in BOXES}


def test_every_block_of_a_landing_has_its_box() -> None:
    declared = {one.label for one in vars(sections).values() if isinstance(one, Block)}
    assert declared
    assert declared | set(home.LABELS) <= {one.name for one in BOXES}
