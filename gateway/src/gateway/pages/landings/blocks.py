"""Blocks that editors write, each with what is shown while there is nothing of theirs.

A block is declared where its page is: the label of its box, its icon, and a few words of the
site's own with links that need no other service. The boxes of a page are asked for in one call.
Where the content service is away and was never heard, or has no box of that label, the words of
the declaration stand in, so that a page keeps its shape.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.pages import boxes
from gateway.pages.links import Link
from gateway.web.pages import PageContext

#: Boxes of cards begin with their heading; the page prints it beside its icon.
_HEADING = re.compile(r"\s*<h2[^>]*>(?P<title>.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A declared block.

    Attributes:
        label: Of its box.
        title: Its heading, where the box begins without one.
        text: What it says without a box.
        key: Names its icon, empty for none.
        links: Below `text`. They lead to what answers without the content service.
    """

    label: str
    title: str
    text: str
    key: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A block as printed (`components/blocks.html`). `html` is safe; `text` where it is empty."""

    title: str
    key: str = ""
    html: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()


async def tiles(ctx: PageContext, blocks: Iterable[Block]) -> tuple[Tile, ...]:
    """Return the blocks of a page, in their order."""
    declared = tuple(blocks)
    written = await boxes.placed(ctx, *(block.label for block in declared))
    return tuple(tile(block, written) for block in declared)


def tile(block: Block, written: Mapping[str, str]) -> Tile:
    """Return a block with the box of its label, or with its own words."""
    found = written.get(block.label, "").strip()
    if not found:
        return Tile(title=block.title, key=block.key, text=block.text, links=block.links)
    heading = _HEADING.match(found)
    if heading is None:
        return Tile(title=block.title, key=block.key, html=found)
    title = html.unescape(_TAG.sub("", heading["title"])).strip()
    return Tile(title=title or block.title, key=block.key, html=found[heading.end() :].strip())
