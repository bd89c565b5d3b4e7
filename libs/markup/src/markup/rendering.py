"""`render`: from a source in one of four types to safe HTML."""

from __future__ import annotations

import logging
import re

from markup import markdown, plain, restructuredtext
from markup.limits import MAX_OUTPUT, MAX_SOURCE, OutputTooLarge, SourceTooLarge
from markup.policy import Trust, sanitize

RENDERER_VERSION = 1
"""Grows when the same source would give other HTML; then stored texts are rendered again."""

MARKUP_TYPES = ("restructuredtext", "markdown", "html", "plain")

_log = logging.getLogger(__name__)

#: What PostgreSQL cannot store or HTML may not contain: control characters and lone surrogates.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


class UnknownMarkupType(ValueError):
    """The markup type is none of `MARKUP_TYPES`."""


def render(source: str, markup_type: str, *, trust: Trust = "author") -> str:
    """Return `source` as HTML that may be put into a page as it is.

    Broken markup never fails: what can be rendered is, and a source that its renderer cannot take
    (too deeply nested, too much output) is shown as plain text. The work is CPU-bound, about
    1 ms for 1,000 characters: render long texts in a thread.

    Args:
        source: At most `MAX_SOURCE` characters.
        markup_type: One of `MARKUP_TYPES`.
        trust: `author` for staff. `visitor` for text of any account: raw HTML is shown as text,
            images are left out, and links tell search engines not to follow them. `unrestricted`
            leaves the policy out: for text of those few who may put any HTML into a page.

    Raises:
        SourceTooLarge: `source` has more than `MAX_SOURCE` characters.
        UnknownMarkupType: `markup_type` is not known.
    """
    if markup_type not in MARKUP_TYPES:
        raise UnknownMarkupType(
            f"{markup_type!r} is not a markup type; known: {', '.join(MARKUP_TYPES)}"
        )
    if len(source) > MAX_SOURCE:
        raise SourceTooLarge(len(source))
    source = _CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        found = _to_html(source, markup_type, trust)
        if trust == "unrestricted":
            return _bounded(found)
        return sanitize(found, trust=trust)
    except OutputTooLarge:
        _log.warning("a text in %s makes too much output, shown as plain text", markup_type)
    except Exception:  # noqa: BLE001 - the renderers are others' code; a text must not take a request down
        _log.exception("a text in %s could not be rendered, shown as plain text", markup_type)
    return sanitize(plain.render(source), trust="visitor" if trust == "visitor" else "author")


def _bounded(source: str) -> str:
    if len(source) > MAX_OUTPUT:
        raise OutputTooLarge
    return source


def _to_html(source: str, markup_type: str, trust: Trust) -> str:
    if not source.strip():
        return ""
    match markup_type:
        case "restructuredtext":
            return restructuredtext.render(source)
        case "markdown":
            return markdown.render(source, raw_html=trust != "visitor")
        case "html" if trust != "visitor":
            return source
        case _:
            return plain.render(source)
