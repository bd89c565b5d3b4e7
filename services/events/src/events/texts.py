"""Texts of people: rendered to safe HTML when they are saved, and their beginning for lists."""

from __future__ import annotations

import asyncio
from typing import Final

import markup

#: Characters of a summary.
MAX_SUMMARY: Final = 300


async def render(text: str, kind: str) -> str:
    """Return the HTML of a text; in a thread, because it takes processor time."""
    return await asyncio.to_thread(markup.render, text, kind, trust="visitor")


def summary_of(text: str) -> str:
    """Return the beginning of a plain text, cut between words."""
    line = " ".join(text.split())
    if len(line) <= MAX_SUMMARY:
        return line
    return line[: MAX_SUMMARY - 1].rpartition(" ")[0].rstrip(",;:.-") + "…"
