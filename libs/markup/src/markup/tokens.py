"""A linear HTML tokeniser, for two uses: text extraction, and balancing tags before sanitising.

It follows the tokeniser of https://html.spec.whatwg.org/multipage/parsing.html in where a tag, a
comment and an attribute end. It need not be right for safety: what it makes of a text is written
out anew and sanitised by nh3, so a misread tag is a misread layout and nothing else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE_START = re.compile(r"[\s/]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s/>][^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE_VALUE = re.compile(r"[^\s>]*")
_COMMENT_END = re.compile(r"--!?>")
_EMPTY_COMMENT = re.compile(r"-?>")

#: Elements whose content is no text of the author's, or whose content a browser reads by other
#: rules than HTML's: both go with everything in them.
OPAQUE = frozenset({
    "audio", "canvas", "head", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
})  # fmt: skip
#: Of these a browser swallows the rest of the page where the end tag is missing; so do we.
_SWALLOWS = frozenset(
    {"script", "style", "iframe", "noembed", "noframes", "textarea", "title", "xmp"}
)


@dataclass(frozen=True, slots=True)
class Text:
    """Character data as written: character references are not resolved, `<` is escaped."""

    source: str


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag. Attribute values have their character references resolved; the first wins."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""

    name: str


def tokenize(source: str) -> Iterator[Text | Start | End]:
    """Yield the tokens of `source`, without comments and without `OPAQUE` elements."""
    unclosed: set[str] = set()
    position = 0
    while position < len(source):
        bracket = source.find("<", position)
        if bracket < 0:
            yield Text(source[position:])
            return
        if bracket > position:
            yield Text(source[position:bracket])
        following = source[bracket + 1 : bracket + 2]
        if following in {"!", "?"} or source.startswith("</", bracket):
            name = _NAME.match(source, bracket + 2) if following == "/" else None
            if name is None:
                position = _after_comment(source, bracket)
                continue
            _, position = _attributes(source, name.end())
            yield End(name[0].lower())
            continue
        name = _NAME.match(source, bracket + 1)
        if name is None:
            yield Text("&lt;")
            position = bracket + 1
            continue
        attributes, position = _attributes(source, name.end())
        if position < 0:
            return
        tag = name[0].lower()
        if tag in OPAQUE:
            position = _after_opaque(source, tag, position, unclosed)
        else:
            yield Start(tag, attributes)


def _after_comment(source: str, start: int) -> int:
    """Return where a comment, declaration or processing instruction ends."""
    if source.startswith("<!--", start):
        end = _EMPTY_COMMENT.match(source, start + 4) or _COMMENT_END.search(source, start + 4)
        return end.end() if end else len(source)
    close = source.find(">", start)
    return close + 1 if close >= 0 else len(source)


def _after_opaque(source: str, tag: str, position: int, unclosed: set[str]) -> int:
    """Return where the element ends; `unclosed` remembers tags that have no end tag any more."""
    if tag not in unclosed:
        end = re.compile(rf"</{tag}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(source, position)
        if end:
            return end.end()
        unclosed.add(tag)
    return len(source) if tag in _SWALLOWS else position


def _attributes(source: str, position: int) -> tuple[dict[str, str], int]:
    """Return a tag's attributes and where the tag ends: the end of `source` for one cut short."""
    found: dict[str, str] = {}
    while True:
        position = _end(_ATTRIBUTE_START, source, position)
        if position >= len(source):
            return {}, len(source)
        if source[position] == ">":
            return found, position + 1
        start, position = position, _end(_ATTRIBUTE_NAME, source, position)
        name, value = source[start:position].lower(), ""
        if equals := _EQUALS.match(source, position):
            position = equals.end()
            quote = source[position : position + 1]
            if quote in {'"', "'"}:
                close = source.find(quote, position + 1)
                if close < 0:
                    return {}, len(source)
                value, position = source[position + 1 : close], close + 1
            else:
                start, position = position, _end(_BARE_VALUE, source, position)
                value = source[start:position]
        found.setdefault(name, html.unescape(value))


def _end(pattern: re.Pattern[str], source: str, position: int) -> int:
    match = pattern.match(source, position)
    return match.end() if match else position
