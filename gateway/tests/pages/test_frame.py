"""The frame shows only what answers, and knows where it is."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from contracts.content.menus import Area, MenuNode, Navigation
from gateway.auth.visitor import NOBODY
from gateway.pages import home, home_texts, navigation
from gateway.pages.accounts import menu
from gateway.pages.downloads import hero
from gateway.pages.frame import ALONE, Frame, Frames, Furniture, NavItem
from gateway.pages.highlight import session
from gateway.pages.jobs.models import JobRow, NewestJobs
from gateway.pages.landings.blocks import Tile, tile
from gateway.pages.links import Link
from gateway.pages.navigation import LIVE, SHIPPED, Owner

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
    pages = {
        node.address
        for root in SHIPPED.roots
        for one in (root, *root.children)
        for node in (one, *one.children)
        if node.area is Area.PAGES
    }
    of_services = {href for href in ours if href.startswith(("/events/", "/jobs/"))}
    assert ours - pages - of_services <= {
        "/",
        "/about/",
        "/community/",
        "/psf-landing/",
        "/doc/",
        "/doc/versions/",
        "/api/docs/",
        "/downloads/",
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
    bare = Frames(Furniture(), {"gateway"}).build("/")
    assert "Legal Statements" not in {item.label for item in bare.legal}


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
    job = JobRow(
        title="Keeper", href="/jobs/1/", company="Zoo", location=Link(label="Here", href="/x/"),
        category=Link(label="Other", href="/y/"), types=(), other_type="", posted=date(2026, 1, 1),
        marks=(),
    )  # fmt: skip
    found = home.Found(
        latest=None, newest=(), jobs=(job,), download=hero.build("unknown", None), written={}
    )
    shown = [cast("Tile | NewestJobs", block.model) for block in home.rows(found, live)[0][1]]
    return [one.tile.key if isinstance(one, NewestJobs) else one.key for one in shown]


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


def test_code_is_escaped_and_coloured() -> None:
    shown = session('>>> print(f"<{1 < 2}>")  # <b>\n<True>')
    assert shown == (
        '<span class="gp">&gt;&gt;&gt; </span><span class="nb">print</span>('
        '<span class="s">f&quot;</span><span class="s">&lt;</span>{<span class="mi">1</span>'
        ' &lt; <span class="mi">2</span>}<span class="s">&gt;</span><span class="s">&quot;</span>)'
        '  <span class="c1"># &lt;b&gt;</span>\n<span class="go">&lt;True&gt;</span>'
    )


@pytest.mark.parametrize("code", [">>> f(", '>>> """x', ">>> if 1:\n...     2\n...   3", "x"])
def test_code_that_is_none_is_shown_as_it_is(code: str) -> None:
    assert html.unescape(re.sub(r"</?span[^>]*>", "", session(code))) == code


def node(title: str, address: str = "", *children: MenuNode, **fields: Any) -> MenuNode:
    return MenuNode(title=title, address=address, children=children, **fields)


@pytest.fixture
def frames() -> Frames:
    """A tree of everything that an editor can say."""
    python = node(
        "Python",
        "/",
        node(
            "About",
            "/about/",
            node("Apps", "/about/apps/"),
            node("Help", "/about/help/", node("Forms", "/about/help/forms/")),
            node("Brochure", "https://brochure.example/"),
            node("Map only", "/about/map/", in_menu=False),
            alias="about",
            prefixes=("/old-about/",),
        ),
        node("Stories", "/stories/", area="stories", elsewhere="https://stories.example/"),
        node("Contributing", "/dev/", in_menu=False, in_breadcrumbs=False),
        alias="python-meta",
    )
    psf = node(
        "PSF",
        "/psf-landing/",
        node("Mission", "/psf/mission/", alias="mission"),
        node("Grants", "/psf/grants/", alias="grants"),
        alias="psf-meta",
        prefixes=("/psf/",),
    )
    roots = (python, psf, node("Docs", "https://docs.example/", alias="docs-meta"))
    boxes = {"supernav-python-about": "<p>Hi</p>"}
    return Frames(Furniture(navigation=Navigation(version=1, roots=roots), boxes=boxes))


def test_the_tree_says_where_a_page_is(frames: Frames) -> None:
    apps = frames.build("/about/apps/")
    assert apps.trail == (("Python", "/"), ("About", "/about/"))
    assert apps.aside is not None
    assert [(one.label, one.current) for one in apps.aside.children] == [
        ("Apps", True), ("Help", False),
    ]  # fmt: skip
    deep = frames.build("/about/help/forms/3/")
    assert [label for label, _ in deep.trail] == ["Python", "About", "Help", "Forms"]
    assert frames.build("/old-about/x/").trail == apps.trail
    assert frames.build("/nowhere/").trail == ()
    assert frames.build("/nowhere/").aside is None
    # What is in no breadcrumbs is in none, and its pages know where they are all the same.
    assert frames.build("/dev/core/").trail == (("Python", "/"),)


def test_flags_and_areas_say_what_shows_where(frames: Frames) -> None:
    home = frames.build("/")
    about, stories = home.sections
    assert [one.label for one in about.children] == ["Apps", "Help", "Brochure"]
    assert about.box == "<p>Hi</p>"
    assert (stories.href, stories.external) == ("https://stories.example/", True)
    assert [one.label for one in home.footer] == ["About", "Stories", "Contributing"]
    assert "Map only" in {one.label for one in home.footer[0].children}
    assert all(not one.box for one in home.footer)
    assert home.donate is None


def test_pages_of_the_foundation_have_its_sections(frames: Frames) -> None:
    shown = frames.build("/psf/grants/faq/")
    assert shown.psf
    assert [(one.label, one.active) for one in shown.sections] == [
        ("Mission", False), ("Grants", True),
    ]  # fmt: skip
    assert [one.key for one in shown.sisters if one.active] == ["psf"]
    # A tab without sections of its own keeps those of Python.
    assert frames.build("/about/").sections[0].active


def test_the_fingerprint_is_of_what_is_shown(frames: Frames) -> None:
    one = frames.furniture
    again = replace(one, navigation=one.navigation.model_copy(update={"version": 7}))
    assert again.fingerprint == one.fingerprint
    assert replace(one, boxes={}).fingerprint != one.fingerprint
