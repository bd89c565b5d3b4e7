"""What the tests of this library share: the corpus, and an independent judgement of safety."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest

from markup.policy import ATTRIBUTES, TAGS

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(scope="session")
def corpus() -> list[tuple[str, str]]:
    """Return every (markup type, payload) of the corpus; payloads stand between lines of `%%`."""
    return [
        (path.stem, payload)
        for path in sorted(CORPUS.glob("*.txt"))
        for payload in path.read_text(encoding="utf-8").removesuffix("\n").split("\n%%\n")
    ]


#: Written out once more, not imported: what no text may ever contain.
FORBIDDEN_TAGS = frozenset({
    "applet", "audio", "base", "body", "button", "canvas", "dialog", "embed", "fencedframe",
    "form", "frame", "frameset", "head", "html", "iframe", "input", "keygen", "link", "map",
    "marquee", "math", "meta", "noembed", "noframes", "noscript", "object", "option",
    "plaintext", "portal", "script", "select", "slot", "source", "style", "svg", "template",
    "textarea", "title", "track", "video", "xmp",
})  # fmt: skip
ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
ADDED = {"rel", "loading"}


@pytest.fixture(scope="session")
def findings() -> Callable[[str], list[str]]:
    """Return a function that tells what is wrong with HTML, [] if nothing."""
    return _findings


def _findings(html: str) -> list[str]:
    """Return what is wrong with `html` as a browser would read it within a page; [] if nothing."""
    found: list[str] = []
    for container in ("div", "td"):
        tree = html5lib.parseFragment(html, container=container, namespaceHTMLElements=False)
        for element in tree.iter():
            if element is tree:
                continue
            if not isinstance(element.tag, str):
                found.append("a comment")
                continue
            found.extend(_element(element.tag, dict(element.attrib)))
    return found


def _element(tag: str, attributes: dict[str, str]) -> list[str]:
    found: list[str] = []
    if tag in FORBIDDEN_TAGS or tag not in TAGS:
        found.append(f"<{tag}>")
    for name, value in attributes.items():
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset()) | ADDED
        if name.startswith("on") or name not in allowed:
            found.append(f"<{tag} {name}>")
        if name in {"href", "src"}:
            found.extend(_address(tag, name, value))
        if name == "id" and not value.startswith("user-content-"):
            found.append(f"id={value}")
    if tag == "a" and "noopener" not in attributes.get("rel", ""):
        found.append("a link without rel=noopener")
    return found


def _address(tag: str, name: str, value: str) -> list[str]:
    # A browser drops these before it looks for the scheme (URL Standard, "basic URL parser").
    bare = re.sub(r"[\t\n\r]", "", value).lstrip("".join(map(chr, range(0x21))))
    if SCHEME.match(bare) and not ADDRESS.match(bare):
        return [f"<{tag} {name}={value!r}>"]
    return []
