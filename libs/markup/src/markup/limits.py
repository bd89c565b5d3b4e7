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


class SourceTooLarge(ValueError):
    """The text has more than `MAX_SOURCE` characters. Says how many it has."""

    def __init__(self, length: int) -> None:
        super().__init__(f"the text has {length} characters, {MAX_SOURCE} are allowed")
        self.length = length


class OutputTooLarge(Exception):  # noqa: N818 - a reason to fall back, never seen by a caller
    """A renderer would make more than `MAX_OUTPUT` characters of its source."""
