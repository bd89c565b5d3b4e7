"""The bases of every contract: a consumer reads leniently, a producer is read strictly."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class DTO(BaseModel):
    """A value read from another service or from an event.

    Unknown fields are ignored, so that a producer may add one before its consumers know it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True, defer_build=True)


class Input(BaseModel):
    """A value a caller sends. Unknown fields are refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, defer_build=True)


class Page[T](DTO):
    """One window of a list.

    `total` counts all rows that match the filter, not only those in `items`.
    """

    items: list[T]
    total: int
    limit: int
    offset: int


_WORDS: dict[str, str] = {}


def said(pattern: str, words: str) -> str:
    """Return `pattern`, and have `words_of` tell people what it wants."""
    _WORDS[pattern] = words
    return pattern


def words_of(pattern: str) -> str | None:
    """Return what a pattern wants in words, where somebody said it."""
    return _WORDS.get(pattern)


#: Text of one line, as PostgreSQL can store it: no NUL, no control characters.
Line = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[^\x00-\x1f\x7f]*$", "must be one line of text, without control characters")
    ),
]
#: Text of many lines: tab and line breaks are fine, NUL and other control characters are not.
Text = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
            "must have no control characters but tabs and line breaks",
        )
    ),
]
#: What an address names a thing by.
Slug = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[A-Za-z0-9_-]+$", "must be made of letters A-Z, digits, - and _"),
        min_length=1,
        max_length=200,
    ),
]
