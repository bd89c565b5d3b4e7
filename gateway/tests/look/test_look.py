"""What the look promises whatever page it is on: contrast, weight, nothing inline, nothing dead."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import lightningcss
import pytest

import gateway

HERE = Path(gateway.__file__).parent
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
STYLES = HERE / "static" / "css"
SCRIPTS = sorted((HERE / "static" / "js").glob("*.js"))

#: Words on their grounds: both are names of tokens.
WORDS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "link", "link-hover")
      for ground in ("page", "surface", "surface-soft", "surface-strong")),
    *((f"{kind}-ink", f"{kind}-tint") for kind in ("info", "good", "warn", "bad", "calm")),
    ("frame-ink", "frame-bar"), ("frame-ink", "frame-bar-active"), ("frame-ink-soft", "frame-top"),
    ("frame-ink-soft", "frame-end"), ("yellow-300", "frame-end"), ("yellow-400", "frame-end"),
    ("slate-950", "yellow-400"),
]  # fmt: skip
#: What must be seen, but is not read: rings, edges of fields, icons of states.
MARKS = [
    ("focus", "page"), ("focus", "surface"), ("line-strong", "surface"), ("line-strong", "page"),
    *((f"{kind}-line", "page") for kind in ("info", "good", "bad", "calm")),
]  # fmt: skip


def _tokens() -> dict[str, str]:
    text = re.sub(r"/\*.*?\*/", "", (STYLES / "tokens.css").read_text(), flags=re.DOTALL)
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", text))


def _colour(name: str, scheme: str) -> tuple[int, int, int]:
    tokens = _tokens()
    value = tokens[name].strip()
    if found := re.fullmatch(r"light-dark\((.+),\s*(.+?)\)", value):
        value = found[1 if scheme == "light" else 2].strip()
    if found := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return _colour(found[1], scheme)
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def _luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: str, other: str, scheme: str) -> float:
    dark, bright = sorted(_luminance(_colour(name, scheme)) for name in (one, other))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_stand_out(ink: str, ground: str, scheme: str) -> None:
    assert _contrast(ink, ground, scheme) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_stand_out(mark: str, ground: str, scheme: str) -> None:
    assert _contrast(mark, ground, scheme) >= 3


def test_the_style_sheet_is_small() -> None:
    sheet = lightningcss.bundle_css(str(STYLES / "site.css"), minify=True)
    assert len(gzip.compress(sheet.encode(), 9)) < 20_000


def test_every_style_file_is_part_of_the_sheet() -> None:
    imported = set(re.findall(r'@import url\("([^"]+)"\)', (STYLES / "site.css").read_text()))
    assert imported == {path.name for path in STYLES.glob("*.css")} - {"site.css"}


def test_scripts_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in SCRIPTS}
    assert sizes.pop("admin.js") < 3_000  # loaded by staff only
    assert sizes.pop("passkeys.js") < 3_500  # loaded where one signs in
    assert sizes.pop("choices.js") < 2_000  # loaded beside long lists of boxes
    assert sizes.pop("tree.js") < 3_000  # loaded by staff only
    assert sizes.pop("status.js") < 1_000  # loaded where an operator lets a status page in
    assert sizes.pop("suggest.js") < 4_000
    assert sizes.pop("times.js") < 1_600  # loaded with events
    assert sizes.pop("replies.js") < 800  # loaded by those who review jobs
    assert sizes.pop("quote.js") < 1_800  # loaded where a sponsorship is chosen
    assert sum(sizes.values()) < 6_000


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_inline(template: Path) -> None:
    """The content security policy lets no style and no script be written into a page."""
    text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=[\"']|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_icon_is_drawn() -> None:
    drawn = set(
        re.findall(
            r'^  "([\w-]+)":', (HERE / "templates/components/icons.html").read_text(), re.MULTILINE
        )
    )
    asked: set[str] = set()
    for template in TEMPLATES:
        asked |= set(re.findall(r'\bicon\("([\w-]+)"', template.read_text()))
    assert asked <= drawn


def test_every_class_of_the_sheet_is_used() -> None:
    """A rule that nothing uses cannot be judged. Tokens of code come from the highlighter."""
    used = "".join(path.read_text() for path in (*TEMPLATES, *SCRIPTS))
    #: Written as block--{{ kind }}, or block--${kind} in a script: block and double dash are there.
    built = set(re.findall(r"([\w-]+--)\$?\{|([\w-]+--)\" ~", used))
    stems = tuple(stem for pair in built for stem in pair if stem)
    dead: list[str] = []
    for path in STYLES.glob("*.css"):
        if path.name == "code.css":
            continue
        text = re.sub(r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)
        names = set(re.findall(r"\.([a-zA-Z][\w-]*)", text))
        dead.extend(
            f"{path.name}: .{name}"
            for name in names
            if name not in used and not name.startswith(stems)
        )
    assert not dead
