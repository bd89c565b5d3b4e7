"""Plain text: escaped, addresses become links, line breaks and paragraphs kept."""

from __future__ import annotations

import html
import re

from markup.links import LINKIFY, too_many

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def render(source: str) -> str:
    """Return `source` as paragraphs. Addresses in it become links unless there are too many."""
    paragraphs = _PARAGRAPHS.split(source.strip())
    line = _escaped if too_many(source) else _linked
    shown = ("<br>\n".join(map(line, text.split("\n"))) for text in paragraphs if text)
    return "\n".join(f"<p>{text}</p>" for text in shown)


def _escaped(line: str) -> str:
    return html.escape(line, quote=False)


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
