"""Work grows with the length of a text and not with its square.

Counted in steps of the interpreter, so that a busy machine changes nothing; where the square hides
in C code (copying, searching), the output or the refusal of the source is looked at instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from markup import render, sanitize
from markup.limits import (
    MAX_DEPTH,
    MAX_LINKS,
    MAX_LINKS_IN_WORD,
    MAX_OUTPUT,
    MAX_SOURCE,
    MAX_WORD,
)


def steps(work: Callable[[], object]) -> int:
    """Return how many calls, of Python and of C functions, `work` makes in this thread."""
    count = 0

    def profiler(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event.endswith("call")

    sys.setprofile(profiler)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


HOSTILE = {
    "markdown": ["*a ", "**a ", "[", "![", "`a", "<a ", "<!--", "> ", "~~a ", "^[", "[^a]", "a@",
                 "http://a ", "www.a ", "&#x", "\\", "|a", "# a\n", "- a\n", "1. ", "[a]: b\n\n"],
    "html": ["<b>", "<a>", "<p>", "<div>", "<ul><li>", "<table>", "<table><tr><td>", "<b id=x><p>",
             "<svg>", "<!--", "<!", "</", "<a b='", "<a b", "<script>", "</b>", "<i><b></i>"],
    "restructuredtext": ["*a ", "`a`_ ", "|a| ", "a_ ", "[1]_ ", "* a\n\n", "- ", "1. a\n\n",
                         ":a: b\n", "http://a.b ", ".. a\n", "== ==\na  b\n== ==\n\n"],
    "plain": ["a@", "http://", "www.", "a.b/", "\n", "\n\n", "<"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("markup_type", "unit"), [(kind, unit) for kind, units in HOSTILE.items() for unit in units]
)
def test_twice_the_text_is_about_twice_the_work(markup_type: str, unit: str) -> None:
    short = unit * (1_000 // len(unit))
    once = steps(lambda: render(short, markup_type))
    twice = steps(lambda: render(short * 2, markup_type))
    assert twice <= 2.6 * once + 2_000


@pytest.mark.parametrize(
    ("markup_type", "source"),
    [
        ("markdown", "[a]: /" + "x" * 5_000 + "\n\n" + "[a] " * 20_000),
        ("markdown", "[a]: /x '" + "y" * 5_000 + "'\n\n" + "[a] " * 20_000),
        ("restructuredtext", ".. _a: http://" + "x" * 5_000 + "\n\n" + ("a_ x\n\n" * 3_000)),
        ("restructuredtext", ".. |a| replace:: " + "x" * 5_000 + "\n\n" + ("|a|\n\n" * 900)),
        (
            "restructuredtext",
            "".join(f".. |a{n}| replace:: |a{n + 1}| |a{n + 1}|\n" for n in range(60)) + "\n|a0|",
        ),
        ("restructuredtext", ("*a " * 3_000 + "\n") * 20),
        ("restructuredtext", "a_\n\n" * 10_500),
        ("restructuredtext", "* a\n" * 10_500),
        ("restructuredtext", "x" * 20_000),
        ("restructuredtext", "+" + "-+" * 70 + "\n" + f"|{'a|' * 70}\n+{'-+' * 70}\n" * 80),
        ("restructuredtext", "\n".join(" " * n + "a\n" for n in range(500))),
        ("restructuredtext", ".. note:: " * 900),
    ],
)
def test_what_multiplies_is_shown_as_plain_text(markup_type: str, source: str) -> None:
    """The plain form is no longer than the source and its escapes."""
    html = render(source[:MAX_SOURCE], markup_type)
    assert html.startswith("<p>")
    assert len(html) < 8 * len(source) < MAX_OUTPUT


MARKS = {
    "markdown": ["[a](<b>*", "[", "![", "^[", "[a][", "|a|b\n|-|-\n", "- a\n", "*a_", "`a",
                 "<b>*[", "a@b.c ", "[^a]: b\n\n"],
    "restructuredtext": ["- ", "* a\n\n", "1. a\n\n", "`a`_ ", "::\n\n a\n\n", "*a\n\n",
                         "a@b.c\n\n", ".. a\n", ":a: b\n", "````````\n\n\n\n"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("markup_type", "unit"), [(kind, unit) for kind, units in MARKS.items() for unit in units]
)
def test_a_long_text_that_is_nothing_but_marks_is_not_parsed(markup_type: str, unit: str) -> None:
    """Each mark costs as much as a page of text; a third of what may be sent took seconds."""
    source = unit * (MAX_SOURCE // 3 // len(unit))
    assert render(source, markup_type) == render(source, "plain")


@pytest.mark.parametrize(
    "unit", ["www.", "http://a.b/(", "http://", "a@b.c,", "a.b/(", '"http://a']
)
@pytest.mark.parametrize("markup_type", ["plain", "markdown"])
def test_a_long_word_is_not_searched_for_links(markup_type: str, unit: str) -> None:
    """The search is in C, so what it found is looked at: at most the two ends of the word."""
    for times in (MAX_WORD // len(unit) + 1, MAX_LINKS_IN_WORD + 1):
        assert render(unit * times, markup_type).count("<a ") <= MAX_LINKS_IN_WORD + 1


@pytest.mark.parametrize("markup_type", ["plain", "markdown", "restructuredtext"])
def test_addresses_are_links_up_to_a_number(markup_type: str) -> None:
    line = "see http://a.b/c,d (https://e.f/?g=(h)) and <http://i.j>\n"
    assert render(line * 10, markup_type).count('href="http') == 30
    assert "<a " not in render(line * (MAX_LINKS // 3 + 1), markup_type)
    word = "https://web.archive.org/web/2020/https://www.python.org/"
    assert f'href="{word}"' in render(f"({word}).", markup_type)


@pytest.mark.parametrize("tag", ["div", "b", "ul", "blockquote", "table", "span", "em"])
def test_depth_is_bounded_and_the_text_stays(tag: str) -> None:
    html = sanitize(f"<{tag}>" * 500 + "deep")
    assert html.count(f"<{tag}") <= MAX_DEPTH
    assert "deep" in html


def test_the_same_text_renders_the_same_from_a_deep_stack() -> None:
    source = "\n".join(" " * depth + f"* level {depth}\n" for depth in range(0, 60, 2))

    def deep(levels: int) -> str:
        return deep(levels - 1) if levels else render(source, "restructuredtext")

    assert deep(600) == render(source, "restructuredtext")


def test_much_code_is_shown_unhighlighted_after_a_while() -> None:
    block = "```python\n" + "x = 1\n" * 1_000 + "```\n\n"
    html = render(block * 20, "markdown")
    assert html.count("<pre") == 20
    assert 5 <= html.count("language-python") < 10
