"""What the writes of all domains share: authors, the audit trail, events that fit a message."""

from __future__ import annotations

from typing import Any, Final

from content.tables import Base
from servicekit import writes
from servicekit.imports import FOLLOWING
from servicekit.writes import alone, gone, note, sign, tell

__all__ = ["alone", "gone", "note", "sign", "snapshot", "tell"]

#: Columns that follow from others, beside those of every table, by name and by what it ends with.
_FOLLOWING: Final = frozenset(
    {
        *("shown", "spellings", "logo_key", "logo_width", "logo_height", "excerpt", "digest"),
        *("picture_key", "picture_width", "picture_height"),
        *("image_key", "image_width", "image_height"),
        *FOLLOWING,
    }
)
_MADE: Final = ("_html", "_renderer")


def snapshot(row: Base) -> dict[str, Any]:
    """Return what a person can change of a row, for comparison and for the audit trail."""
    made = {one.key for one in type(row).__mapper__.column_attrs if one.key.endswith(_MADE)}
    return writes.snapshot(row, _FOLLOWING | made)
