"""What Pydantic found wrong, as people say it, without its own words for types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from contracts.base import words_of

_TIME: Final = "Must be a time, such as 2026-10-07T12:00:00Z."
_DAY: Final = "Must be a day, such as 2026-10-07."
_NUMBER: Final = "Must be a number."
_WHOLE: Final = "Must be a whole number."
_TRUTH: Final = "Must be true or false."
_NEEDED: Final = "This is needed."
#: By Pydantic's name of the mistake (https://docs.pydantic.dev/latest/errors/validation_errors/).
_SAID: Final[Mapping[str, str]] = {
    "missing": _NEEDED,
    "extra_forbidden": "There is no such field.",
    "string_type": "Must be a text.",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": "Must be a time with its zone, such as 2026-10-07T12:00:00Z.",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "list_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "json_invalid": "Must be JSON.",
    "uuid_type": "Must be a UUID.",
    "uuid_parsing": "Must be a UUID.",
}
#: Of those that say how much, by what Pydantic tells beside them.
_MEASURED: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "string_too_short": lambda told: (
        _NEEDED
        if told["min_length"] == 1
        else f"Must have at least {told['min_length']} characters."
    ),
    "string_too_long": lambda told: (
        f"Must have at most {_counted(told['max_length'], 'character')}."
    ),
    "too_short": lambda told: f"Must have at least {_counted(told['min_length'], 'entry')}.",
    "too_long": lambda told: f"Must have at most {_counted(told['max_length'], 'entry')}.",
    "greater_than": lambda told: f"Must be more than {told['gt']}.",
    "greater_than_equal": lambda told: f"Must be at least {told['ge']}.",
    "less_than": lambda told: f"Must be less than {told['lt']}.",
    "less_than_equal": lambda told: f"Must be at most {told['le']}.",
    "decimal_max_places": lambda told: (
        f"Must have at most {_counted(told['decimal_places'], 'digit')} behind the point."
    ),
    "decimal_max_digits": lambda told: (
        f"Must have at most {_counted(told['max_digits'], 'digit')}."
    ),
    "decimal_whole_digits": lambda told: (
        f"Must have at most {_counted(told['whole_digits'], 'digit')} before the point."
    ),
    "enum": lambda told: f"Must be {told['expected']}.",
    "literal_error": lambda told: f"Must be {told['expected']}.",
}


def in_words(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, of one of the errors that Pydantic lists.

    A pattern is told in the words that were said of it, and what a validator of ours says as it is.
    """
    kind, told = str(error.get("type", "")), error.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        wanted = words_of(str(told.get("pattern", "")))
        return f"It {wanted}." if wanted else f"Must fit {told.get('pattern')}."
    if (measured := _MEASURED.get(kind)) is not None:
        return measured(told)
    return _SAID.get(kind) or str(error.get("msg", "")).removeprefix("Value error, ")


def _counted(number: int, what: str) -> str:
    several = {"entry": "entries"}.get(what, f"{what}s")
    return f"{number} {what if number == 1 else several}"
