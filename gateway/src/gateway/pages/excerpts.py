"""The beginning of a text, in plain words."""

from __future__ import annotations

import html
import re
from typing import Final

#: Tags between which a word goes on; all others part words.
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|span|strong|sub|sup)\b[^<>]*>"
)
_TAG: Final = re.compile(r"<[^<>]*>")


def words(markup: str, most: int) -> str:
    """Return the first words of safe HTML without its tags; an ellipsis where there are more."""
    found = html.unescape(_TAG.sub(" ", _INLINE.sub("", markup))).split()
    return " ".join(found[:most]) + ("…" if len(found) > most else "")
