"""Plain text of HTML."""

from __future__ import annotations

import pytest

from markup import render, to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b>c</p><p>d</p>", "a bc\nd"),
        ("a &amp; b &lt;c&gt; &nbsp;d", "a & b <c> d"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("a<br>b", "a\nb"),
        ("<p>one\ntwo</p>", "one two"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ('<img src=x alt="A snake">', "A snake"),
        ("<script>alert(1)</script>a<style>b</style>", "a"),
        ("a<!-- b -->c", "ac"),
        ("<unclosed attribute='", ""),
        ("", ""),
    ],
)
def test_to_text(html: str, text: str) -> None:
    assert to_text(html) == text


def test_text_of_a_rendered_page() -> None:
    html = render("# Python 3.14\n\nIt is **out**.\n\n```python\nprint(1)\n```", "markdown")
    assert to_text(html) == "Python 3.14\nIt is out.\nprint(1)"
