"""Colour the code samples of the home page.

Samples are written as interactive sessions, and few; Python's own tokenizer knows what is what.
Class names are those of Pygments, so that one style serves these and rendered texts:
`gp` prompt, `go` output, `k` keyword, `nb` builtin, `s` string, `mi` number, `c1` comment.
"""

from __future__ import annotations

import builtins
import io
import keyword
import token
import tokenize
from html import escape

_BUILTINS = frozenset(dir(builtins))
_PROMPTS = (">>>", "...")
_STRINGS = frozenset({token.STRING, token.FSTRING_START, token.FSTRING_MIDDLE, token.FSTRING_END})


def session(text: str) -> str:
    """Return an interactive session as safe HTML for one `<pre><code>`.

    Lines that begin with a prompt are code, all others are what it printed.
    """
    lines = text.strip("\n").split("\n")
    typed = [line.startswith(_PROMPTS) for line in lines]
    plain = [line[4:] if is_code else "" for line, is_code in zip(lines, typed, strict=True)]
    try:
        code = _colour(plain)
    except (SyntaxError, tokenize.TokenError):  # what another version of Python could read
        code = [escape(line) for line in plain]
    return "\n".join(
        f'<span class="gp">{escape(line[:4])}</span>{own}'
        if is_code
        else f'<span class="go">{escape(line)}</span>'
        for line, own, is_code in zip(lines, code, typed, strict=True)
    )


def _colour(lines: list[str]) -> list[str]:
    """Return the lines with their tokens in spans."""
    done = [""] * len(lines)
    at = [0] * len(lines)
    source = io.StringIO("\n".join(lines) + "\n")
    for item in tokenize.generate_tokens(source.readline):
        row, column = item.start[0] - 1, item.start[1]
        if item.start == item.end or item.type in {token.NEWLINE, token.NL, token.INDENT}:
            continue
        plain = escape(lines[row][at[row] : column])
        shown = escape(lines[row][column : item.end[1]])
        name = _class(item)
        done[row] += plain + (f'<span class="{name}">{shown}</span>' if name else shown)
        at[row] = item.end[1]
    return [text + escape(line[used:]) for text, line, used in zip(done, lines, at, strict=True)]


def _class(item: tokenize.TokenInfo) -> str:
    if item.type in _STRINGS:
        return "s"
    if item.type == token.NUMBER:
        return "mi"
    if item.type == token.COMMENT:
        return "c1"
    if item.type == token.NAME:
        if keyword.iskeyword(item.string):
            return "k"
        return "nb" if item.string in _BUILTINS else ""
    return ""
