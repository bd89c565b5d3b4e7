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
from markup.limits import MAX_DEPTH, MAX_OUTPUT, MAX_SOURCE


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
    "plain": ["a@", "http://", "www.", "a.b/", "\n", "\n\n", "<"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("markup_type", "unit"), [(kind, unit) for kind, units in HOSTILE.items() for unit in units]
)
def test_twice_the_text_is_about_twice_the_work(markup_type: str, unit: str) -> None:
    short = unit * (2_000 // len(unit))
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
