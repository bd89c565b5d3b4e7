"""What the routes of all domains share; the same as in other services."""

from servicekit.answers import (
    MAX_ID,
    Id,
    IdFilter,
    IdsFilter,
    IfMatch,
    TextFilter,
    answer,
    answer_page,
    answer_versioned,
    known_ids,
)

__all__ = [
    "MAX_ID",
    "Id",
    "IdFilter",
    "IdsFilter",
    "IfMatch",
    "TextFilter",
    "answer",
    "answer_page",
    "answer_versioned",
    "known_ids",
]
