"""Plain text: escaped, addresses become links, line breaks and paragraphs kept."""

from __future__ import annotations

import html
import re

from markup.links import LINKIFY

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def render(source: str) -> str:
    """Return `source` as paragraphs."""
    paragraphs = _PARAGRAPHS.split(source.strip())
    return "\n".join(f"<p>{_lines(text)}</p>" for text in paragraphs if text)


def _lines(text: str) -> str:
    return "<br>\n".join(_linked(line) for line in text.split("\n"))


def _linked(line: str) -> str:
    out: list[str] = []
    position = 0
    for match in LINKIFY.match(line) or ():
        out.append(html.escape(line[position : match.index], quote=False))
        label = html.escape(match.text, quote=False)
        out.append(f'<a href="{html.escape(match.url)}">{label}</a>')
        position = match.last_index
    out.append(html.escape(line[position:], quote=False))
    return "".join(out)
