"""Addresses that editors give: of this site, or of another one."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints

from contracts.base import said

_CHARACTERS: Final = r"[^\s\\\"<>^`{|}\x00-\x20\x7f]"
_PATH: Final = rf"/|/(?:[^/\s\\\"<>^`{{|}}\x00-\x20\x7f]{_CHARACTERS}*)"
_WHOLE: Final = rf"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{{1,5}})?(?:[/?#]{_CHARACTERS}*)?"

#: A path of this site, or the whole address of a page elsewhere. Nothing a browser could run.
Address = Annotated[
    str,
    StringConstraints(
        pattern=said(
            rf"^(?:{_PATH}|{_WHOLE})$",
            "must be a path that begins with /, or an address that begins with https://",
        ),
        max_length=500,
    ),
]
#: The same, or nothing.
AddressOrNone = Annotated[
    str,
    StringConstraints(
        pattern=said(
            rf"^(?:{_PATH}|{_WHOLE})?$",
            "must be a path that begins with /, or an address that begins with https://, or empty",
        ),
        max_length=500,
    ),
]
#: A page elsewhere, or nothing.
ElsewhereOrNone = Annotated[
    str,
    StringConstraints(
        pattern=said(rf"^(?:{_WHOLE})?$", "must be an address that begins with https://, or empty"),
        max_length=500,
    ),
]
#: The beginning of paths of this site: /downloads/ is the beginning of /downloads/windows/.
PathPrefix = Annotated[
    str,
    StringConstraints(
        pattern=said(
            rf"^/(?:[^/\s\\\"<>^`{{|}}\x00-\x20\x7f]{_CHARACTERS}*/)?$",
            "must be a path that begins and ends with /",
        ),
        max_length=200,
    ),
]


def is_elsewhere(address: str) -> bool:
    """Tell whether an address leads away from this site."""
    return address.startswith(("http://", "https://"))
