"""The frame shows only what answers, and knows where it is."""

from __future__ import annotations

import doctest
import html
import re
from collections.abc import Collection, Iterator
from typing import cast

import pytest

from gateway.auth.visitor import NOBODY
from gateway.pages import home, home_texts, navigation
from gateway.pages.accounts import menu
from gateway.pages.downloads import hero
from gateway.pages.frame import ALONE, Frame, Frames, Furniture, NavItem
from gateway.pages.highlight import session
from gateway.pages.landings.blocks import Tile, tile
from gateway.pages.models import CodeSample
from gateway.pages.navigation import LIVE, Owner

EVERYBODY: frozenset[Owner] = LIVE | {
    "content",
    "identity",
    "events",
    "jobs",
    "sponsors",
    "blogs",
    "stories",
}


def every(shown: Frame) -> Iterator[NavItem]:
    for menu_ in (*shown.sisters, *shown.footer, *shown.social, *shown.base, *shown.legal):
        yield menu_
        yield from menu_.children


def test_every_link_of_ours_belongs_to_somebody_live() -> None:
    ours = {item.href for item in every(ALONE.build("/")) if item.href and not item.external}
    assert ours <= {
        "/",
        "/doc/",
        "/doc/versions/",
        "/api/docs/",
        "/downloads/",
        "/downloads/#alternatives",
        "/downloads/operating-systems/",
        "/downloads/source/",
        "/downloads/windows/",
        "/downloads/macos/",
        "/downloads/android/",
        "/downloads/ios/",
    }
    assert all(
        item.href.startswith("https://") for item in every(ALONE.build("/")) if item.external
    )


def test_a_section_without_a_page_is_a_heading_and_an_entry_without_anything_is_away() -> None:
    sections = {item.label: item for item in ALONE.build("/").sections}
    assert sections["News"].href == ""
    assert sections["News"].children
    assert "Legal Statements" not in {item.label for item in ALONE.build("/").legal}


def test_the_top_bar_and_the_section_bar_are_whole_from_the_start() -> None:
    """Visitors know six tabs and seven sections, wherever they lead until their service is live."""
    assert len(ALONE.build("/").sisters) == 6
    assert len(ALONE.build("/").sections) == 7


def test_services_switch_their_entries_on() -> None:
    shown = Frames(Furniture(), EVERYBODY).build("/")
    assert [item.label for item in shown.sisters] == [
        "Python", "PSF", "Docs", "PyPI", "Jobs", "Community",
    ]  # fmt: skip
    assert [item.label for item in shown.sections] == [
        "About",
        "Downloads",
        "Documentation",
        "Community",
        "Success Stories",
        "News",
        "Events",
    ]
    assert all(item.href for item in every(shown))
    assert len(shown.footer) == 8
    assert [item.label for item in menu.items(NOBODY, live=EVERYBODY)] == ["Sign In", "Sign Up"]
    assert menu.items(NOBODY, live={"gateway"}) == ()


def first_row(live: Collection[Owner]) -> list[str]:
    """The icons of the cards of the home page."""
    found = home.Found(latest=None, newest=(), download=hero.build("unknown", None), written={})
    return [cast("Tile", block.model).key for block in home.rows(found, live)[0][1]]


def test_the_home_page_shows_the_first_four_cards_that_are_live() -> None:
    assert first_row(EVERYBODY) == ["get-started", "download", "docs", "jobs"]
    assert first_row(navigation.LIVE - {"jobs"})[-1] == "community"
    assert first_row({"external"}) == ["community"]


@pytest.mark.parametrize(
    ("written", "title", "shown"),
    [
        (None, "Get Started", ""),
        ('<h2 id="user-content-a">A &amp; <em>b</em></h2>\n<p>c</p>', "A & b", "<p>c</p>"),
        ("<p>c</p><h2>d</h2>", "Get Started", "<p>c</p><h2>d</h2>"),
        ("<h2></h2><p>c</p>", "Get Started", "<p>c</p>"),
        (" \n", "Get Started", ""),
    ],
)
def test_a_block_takes_its_heading_from_its_box(
    written: str | None, title: str, shown: str
) -> None:
    block = home_texts.GET_STARTED
    made = tile(block, {block.label: written} if written is not None else {})
    assert (made.title, made.html) == (title, shown)
    assert made.key == "get-started"
    assert bool(made.links) is (not shown), "the words of the site stand in"


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/downloads/windows/", "Downloads"),
        ("/getit/release/python-3150/", "Downloads"),
        ("/doc/versions/", "Documentation"),
        ("/", None),
        ("/search/", None),
    ],
)
def test_the_section_of_a_page_is_marked(path: str, section: str | None) -> None:
    active = [item.label for item in ALONE.build(path).sections if item.active]
    assert active == ([section] if section else [])


def test_the_page_itself_is_marked_once_in_its_menu() -> None:
    downloads = next(i for i in ALONE.build("/downloads/windows/").sections if i.active)
    assert not downloads.current
    assert [child.label for child in downloads.children if child.current] == ["Windows"]


def test_the_number_of_frames_kept_does_not_grow_with_addresses() -> None:
    assert ALONE.build("/downloads/release/a/") is ALONE.build("/downloads/release/b/")


@pytest.mark.parametrize("sample", home_texts.SAMPLES, ids=lambda sample: sample.id)
def test_the_code_samples_are_true(sample: CodeSample) -> None:
    text = html.unescape(re.sub(r"</?span[^>]*>", "", sample.code))
    example = doctest.DocTestParser().get_doctest(text, {}, sample.id, None, None)
    assert example.examples
    printed: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(example, out=printed.append)
    assert runner.failures == 0, "".join(printed)


def test_code_is_escaped_and_coloured() -> None:
    shown = session('>>> print(f"<{1 < 2}>")  # <b>\n<True>')
    assert shown == (
        '<span class="gp">&gt;&gt;&gt; </span><span class="nb">print</span>('
        '<span class="s">f&quot;</span><span class="s">&lt;</span>{<span class="mi">1</span>'
        ' &lt; <span class="mi">2</span>}<span class="s">&gt;</span><span class="s">&quot;</span>)'
        '  <span class="c1"># &lt;b&gt;</span>\n<span class="go">&lt;True&gt;</span>'
    )
