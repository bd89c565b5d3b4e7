"""Whatever is written, what comes out is safe and settled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markup import MARKUP_TYPES, render, sanitize, to_text

Judge = Callable[[str], list[str]]

_PIECES = st.sampled_from([
    *"<>&\"'`*_[](){}!#|\\/=:;-~^+.\n\t \x00\u2028",
    "<script>", "</script>", "<style>", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "<svg>",
    "<math>", "<table>", "<tr>", "<td>", "<a ", "href=", "javascript:", "onerror=", "alert(1)",
    "<img ", "src=x ", "<p ", "<b>", "<i>", "</b>", "</p>", "<div>", "</div>", "<select>", "<li>",
    "<caption>", "<col>", "<textarea>", "</textarea>", "<title>", "<noscript>", "<template>",
    "style=", "id=x ", "name=x ", "class='k button' ", "data:text/html,", "&#x6a;", "&colon;",
    "```python\n", "~~~\n", "[^1]", "[^1]: ", "- [ ] ", "|a|\n|-|\n", "    ", "http://a.b/",
    ".. raw:: html\n\n   ", ".. image:: ", ".. |x| replace:: ", "|x|", "`x <", ">`_", ":role:`",
    ".. role:: r(raw)\n   :format: html\n\n", "====\n", "+--+\n", "::\n\n  ", "word", "a@b.c",
])  # fmt: skip
SOURCES = st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=25).map("".join)
PROFILE = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("markup_type", MARKUP_TYPES)
@PROFILE
@given(source=SOURCES)
def test_output_is_safe_settled_and_the_same_again(
    findings: Judge, markup_type: str, source: str
) -> None:
    html = render(source, markup_type)
    assert findings(html) == []
    assert sanitize(html) == html
    assert render(source, markup_type) == html


@PROFILE
@given(source=SOURCES)
def test_sanitising_is_safe_and_settled_for_a_visitor(findings: Judge, source: str) -> None:
    html = sanitize(source, trust="visitor")
    assert findings(html) == []
    assert sanitize(html, trust="visitor") == html


@PROFILE
@given(source=SOURCES)
def test_text_never_fails(source: str) -> None:
    assert "\n\n" not in to_text(source)


@PROFILE
@given(text=st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1))
def test_plain_text_survives_word_for_word(text: str) -> None:
    assert to_text(render(text, "plain")).split() == text.split()
