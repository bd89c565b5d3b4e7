"""How much a text may be, and how much may be made of it.

Every step is linear in the length of its input; these caps bound the rest: what refers to a long
definition many times, and what nests deeper than a person would.
"""

from __future__ import annotations

MAX_SOURCE = 200_000
"""Characters that `render` accepts; the longest page of the incumbent has a fifth of it."""

MAX_OUTPUT = 2_000_000
"""Characters that a renderer may produce before its source is shown as plain text instead."""

MAX_HIGHLIGHTED = 50_000
"""Characters of code that are highlighted in one text; more is shown unhighlighted."""

MAX_DEPTH = 60
"""Elements that may be open at once; deeper ones lose their tags and keep their text."""

MAX_LINE = 10_000
"""Characters of one line of reStructuredText; docutils matches its patterns line by line."""


MAX_INLINE_WORK = 10_000_000
"""Markers times characters, summed over the paragraphs of one text in reStructuredText: docutils
copies and searches the rest of a paragraph at every marker. About one second of work; a long page
of ordinary text needs a hundredth."""


MAX_BLOCKS = 10_000
"""Paragraphs, list items, table cells and titles of one text in reStructuredText."""

MAX_MESSAGES = 2_000
"""Complaints of docutils about one text; it looks each up in a list of all that stands around."""


MAX_CORNERS = 5_000
"""Corners of the grid tables of one text in reStructuredText; docutils walks from each to all."""


class SourceTooLarge(ValueError):
    """The text has more than `MAX_SOURCE` characters. Says how many it has."""

    def __init__(self, length: int) -> None:
        super().__init__(f"the text has {length} characters, {MAX_SOURCE} are allowed")
        self.length = length


class OutputTooLarge(Exception):
    """A source would take more work or make more output than the limits allow.

    A reason to fall back to plain text; no caller of `render` sees it.
    """
