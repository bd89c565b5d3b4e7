"""Plain text of HTML, for feeds and search."""

from __future__ import annotations

import html
import re

from markup.tokens import Start, Text, tokenize

_BREAKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl",
    "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[^\S\n]+")


def to_text(source: str) -> str:
    """Return the text a reader would see: one line a block, no markup, images by their alt text.

    The result is text, not HTML: escape it where it goes into a page.
    """
    parts: list[str] = []
    verbatim = 0
    for token in tokenize(source):
        if isinstance(token, Text):
            text = html.unescape(token.source)
            parts.append(text if verbatim else text.replace("\n", " "))
            continue
        if token.name in _BREAKS:
            parts.append("\n")
        elif token.name in _CELLS:
            parts.append(" ")
        if token.name == "pre":
            verbatim = max(0, verbatim + (1 if isinstance(token, Start) else -1))
        elif token.name == "img" and isinstance(token, Start):
            parts.append(token.attributes.get("alt", ""))
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)
