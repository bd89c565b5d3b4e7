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

MAX_MARKS = 10_000
"""Places of one text where Markdown or reStructuredText may begin something. The parsers do up to
100 µs of work at each; the longest page of the incumbent has a third as many."""

MAX_LINKS = 3_000
"""Addresses in one text that may become links by themselves. Above it plain text has none, and
other texts are shown as plain text."""

MAX_WORD = 2_000
"""Characters of a run without white space in which addresses are looked for."""

MAX_LINKS_IN_WORD = 20
"""Beginnings of addresses in such a run: the search looks from each to the end of the run."""

MAX_LINE = 10_000
"""Characters of one line of reStructuredText; docutils matches its patterns line by line."""

MAX_LINES = 3_000
"""Lines of reStructuredText that are not blank; docutils does up to 500 µs of work at each."""

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
