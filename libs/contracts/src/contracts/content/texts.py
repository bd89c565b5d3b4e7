"""Texts that staff write: how they may be written."""

from __future__ import annotations

from enum import StrEnum


class TextMarkup(StrEnum):
    """How a text is written; its HTML is always cleaned."""

    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PLAIN = "plain"
