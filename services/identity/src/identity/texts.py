"""Texts of people as HTML: one way to render, for what is kept and for what is looked at before."""

from __future__ import annotations

import asyncio
from typing import Final

import markup

RENDERER: Final = markup.RENDERER_VERSION


async def render(text: str) -> str:
    """Return Markdown as HTML that is safe in a page; in a thread, for it takes processor time."""
    return await asyncio.to_thread(markup.render, text, "markdown", trust="visitor")


def plain(html: str) -> str:
    """Return what HTML says, without markup."""
    return markup.to_text(html)
