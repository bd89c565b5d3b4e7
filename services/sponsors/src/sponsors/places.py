"""Countries by name, and where a sponsor is incorporated as contracts say it."""

from __future__ import annotations

from typing import Final

from babel import Locale

_NAMES: Final = Locale("en").territories
_HOME: Final = "US"


def country_name(code: str) -> str:
    """Return the English name of a country; a code that nobody knows stays as it is."""
    return str(_NAMES.get(code, code))


def incorporated(country: str, state: str, mailing_state: str) -> str:
    """Return the country of incorporation; in the USA, or where none is said, the state."""
    if country and country != _HOME:
        return country_name(country)
    return state or mailing_state
