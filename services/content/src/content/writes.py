"""What the writes of all domains share: authors, the audit trail, events that fit a message."""

from __future__ import annotations

from typing import Any, Final

from content.tables import Base
from servicekit import writes
from servicekit.writes import gone, note, sign, tell

__all__ = ["gone", "note", "sign", "snapshot", "tell"]

#: Columns that follow from others, beside those of every table.
_FOLLOWING: Final = frozenset({"content_html", "content_renderer", "shown", "spellings"})


def snapshot(row: Base) -> dict[str, Any]:
    """Return what a person can change of a row, for comparison and for the audit trail."""
    return writes.snapshot(row, _FOLLOWING)
