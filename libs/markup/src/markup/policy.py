"""The one policy of what rendered text may contain, whatever it was written in.

The README lists it for authors. Three decisions that are not obvious:

- **class** is limited to names that rendering itself makes. A free class would let a text dress up
  as the site (a false download button, a cover over the page, hidden text) or switch on behaviour
  that scripts attach to a class.
- **id** gets the prefix `user-content-`, and so do links to it. A free id would be found by
  `document.getElementById` before the site's own, and shadows global names (DOM clobbering).
- **style** is dropped; `align` becomes a class.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Literal

import nh3
from pygments.token import STANDARD_TYPES

from markup.limits import MAX_DEPTH, MAX_OUTPUT, OutputTooLarge
from markup.tokens import End, Start, Text, tokenize

Trust = Literal["author", "visitor", "unrestricted"]

ID_PREFIX = "user-content-"
URL_SCHEMES = frozenset({"http", "https", "mailto"})

_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ROWS = frozenset({"thead", "tbody", "tfoot"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var",
})  # fmt: skip
_BLOCKS = _HEADINGS | {
    "aside", "blockquote", "details", "div", "dl", "figcaption", "figure", "ol", "p", "pre",
    "section", "summary", "table", "ul", "hr",
}  # fmt: skip
TAGS = _VOID | _ROWS | _INLINE | _BLOCKS | {
    "caption", "colgroup", "dd", "dt", "li", "td", "th", "tr",
}  # fmt: skip

ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"class", "dir", "id", "lang", "title"}),
    "a": frozenset({"href"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"datetime"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "ins": frozenset({"datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
}

#: Classes that the renderers make, on any element.
CLASSES = frozenset({
    "admonition", "admonition-title", "attention", "caution", "danger", "error", "hint",
    "important", "note", "tip", "warning",
    "align-center", "align-left", "align-right",
    "attribution", "backrefs", "brackets", "caption", "citation", "citation-reference",
    "classifier", "contents", "epigraph", "field-list", "figure", "fn-bracket", "footnote",
    "footnote-backref", "footnote-item", "footnote-list", "footnote-ref", "footnote-reference",
    "footnotes", "footnotes-list", "footnotes-sep", "highlight", "highlights", "label", "legend",
    "line", "line-block", "math", "option-list", "pull-quote", "rubric", "sectnum", "sidebar",
    "sidebar-title", "sidebar-subtitle", "task", "task-done", "task-list", "title-reference",
    "toc-backref", "topic", "topic-title",
})  # fmt: skip
#: Token classes of Pygments, on `span` only: they are short and would meet a site's own names.
TOKEN_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
_LANGUAGE_CLASS = re.compile(r"language-[a-z0-9-]{1,30}")

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:.-]{0,150}")
_FORMS: dict[str, re.Pattern[str]] = {
    "colspan": re.compile(r"[0-9]{1,3}"),
    "datetime": re.compile(r"[0-9TZ:+. -]{4,40}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "height": re.compile(r"[0-9]{1,4}"),
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}"),
    "reversed": re.compile(r""),
    "rowspan": re.compile(r"[0-9]{1,3}"),
    "scope": re.compile(r"(col|row)(group)?"),
    "span": re.compile(r"[0-9]{1,3}"),
    "start": re.compile(r"-?[0-9]{1,9}"),
    "type": re.compile(r"[1aAiI]"),
    "value": re.compile(r"-?[0-9]{1,9}"),
    "width": re.compile(r"[0-9]{1,4}"),
}

#: What a start tag closes, and which open element keeps it from looking further out.
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "a": (frozenset({"a"}), frozenset({"table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
} | dict.fromkeys(_ROWS, (_ROWS, frozenset({"table"})))
_P_STOPS = frozenset({"table", "td", "th", "caption"})


def sanitize(source: str, *, trust: Literal["author", "visitor"] = "author") -> str:
    """Return `source` with only what the policy allows, tags balanced.

    What comes out is a fixed point: sanitising it again changes nothing.

    Raises:
        OutputTooLarge: `source` is longer than `MAX_OUTPUT` characters.
    """
    if len(source) > MAX_OUTPUT:
        raise OutputTooLarge
    for _ in range(4):
        cleaned = _clean(_balance(source), trust)
        if cleaned == source:
            return cleaned
        source = cleaned
    # HTML's rules for misplaced table parts can move things about at each reading; what does not
    # settle is not worth guessing about, so it is shown as it was written.
    return _clean(html.escape(source, quote=False), trust)


def _clean(source: str, trust: Literal["author", "visitor"]) -> str:
    visitor = trust == "visitor"
    return nh3.clean(
        source,
        tags=set(TAGS - {"img"} if visitor else TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        set_tag_attribute_values={} if visitor else {"img": {"loading": "lazy"}},
        url_schemes=set(URL_SCHEMES),
        link_rel="nofollow ugc noopener noreferrer" if visitor else "noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that an allowed attribute gets, None to drop it."""
    if special := _SPECIAL.get(name):
        return special(tag, value)
    form = _FORMS.get(name)
    return value if form is None or form.fullmatch(value) else None


def _classes(tag: str, value: str) -> str | None:
    allowed = CLASSES | TOKEN_CLASSES if tag == "span" else CLASSES
    kept = [
        name
        for name in dict.fromkeys(value.split())
        if name in allowed or (tag == "code" and _LANGUAGE_CLASS.fullmatch(name))
    ]
    return " ".join(kept) or None


def _id(_tag: str, value: str) -> str | None:
    if not _ID.fullmatch(value):
        return None
    return value if value.startswith(ID_PREFIX) else ID_PREFIX + value


def _href(_tag: str, value: str) -> str | None:
    if value.startswith("#"):
        target = _id("", value[1:])
        return f"#{target}" if target else "#"
    return value


_SPECIAL: dict[str, Callable[[str, str], str | None]] = {
    "class": _classes,
    "href": _href,
    "id": _id,
}


def _balance(source: str) -> str:
    """Return `source` with allowed tags only, each closed where it must be, at bounded depth.

    An HTML parser reopens formatting elements left open in every later paragraph, and walks all
    open elements for many tags: hostile input costs it the square of its length in time and
    memory. After this step it cannot.
    """
    balancer = _Balancer()
    for token in tokenize(source):
        match token:
            case Text():
                balancer.out.append(token.source)
            case End():
                balancer.end(token.name)
            case Start() if token.name in TAGS:
                balancer.start(token)
            case _:
                pass  # a tag that the policy does not know: its text stays
    balancer.close_to(0)
    return "".join(balancer.out)


class _Balancer:
    """Writes tags to `out` and knows which are open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._open: list[str] = []

    def start(self, token: Start) -> None:
        if token.name in _BLOCKS:
            self._close_nearest(frozenset({"p"}), _P_STOPS)
        if closes := _CLOSES.get(token.name):
            self._close_nearest(*closes)
        if token.name in _VOID:
            self.out.append(_start_tag(token))
        elif len(self._open) < MAX_DEPTH:
            self.out.append(_start_tag(token))
            self._open.append(token.name)

    def end(self, name: str) -> None:
        if name in self._open:
            self.close_to(len(self._open) - 1 - self._open[::-1].index(name))

    def close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self.out.append(f"</{self._open.pop()}>")

    def _close_nearest(self, names: frozenset[str], stops: frozenset[str]) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] in names:
                self.close_to(index)
                return
            if self._open[index] in stops:
                return


def _start_tag(token: Start) -> str:
    given = token.attributes
    kept = {
        name: value
        for name, value in given.items()
        if name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(token.name, ())
    }
    if (align := given.get("align", "").lower()) in {"left", "right", "center"}:
        kept["class"] = f"{kept.get('class', '')} align-{align}".strip()
    if token.name == "a" and "name" in given:
        kept.setdefault("id", given["name"])
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())
    return f"<{token.name}{attributes}>"
