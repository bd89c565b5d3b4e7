"""Markdown as GitHub writes it, with tables, task lists, footnotes and heading ids."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from markup.code import Highlighter
from markup.limits import MAX_MARKS, MAX_OUTPUT, OutputTooLarge
from markup.links import LINKIFY, too_many

#: What inline markup begins with, and lines that may begin a block.
_MARK = re.compile(r"[\\`*_~\[!<|^&]|\n(?=[ \t]*(?:[^\w\s]|\d|\n))|\n {4}|\n\t")
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_ALIGN = re.compile(r"text-align:(left|right|center)")
_NO_SLUG = re.compile(r"[^\w\- ]")


def render(source: str, *, raw_html: bool) -> str:
    """Return HTML that is not safe yet. Without `raw_html`, tags in the text are shown as text.

    Raises:
        OutputTooLarge: a long definition is referred to very often, or there are more than
            `MAX_MARKS` places where markup may begin, or `MAX_LINKS` addresses.
    """
    if len(_MARK.findall(source)) > MAX_MARKS or too_many(source):
        raise OutputTooLarge
    env: dict[str, Any] = {"highlighter": Highlighter()}
    parser = _WITH_HTML if raw_html else _WITHOUT_HTML
    tokens = parser.parse(source, env)
    if _length(tokens) > MAX_OUTPUT:
        raise OutputTooLarge
    return str(parser.renderer.render(tokens, parser.options, env))


def _length(tokens: Sequence[Token]) -> int:
    """Return about how many characters the tokens become: text, and addresses as often as used."""
    total = 0
    for token in tokens:
        total += len(token.content) + 20
        total += sum(len(str(value)) for value in token.attrs.values())
        total += _length(token.children or ())
    return total


def _heading_ids(state: StateCore) -> None:
    """Give each heading an id made of its text: `Files & sizes` -> `files--sizes`, then `-1`."""
    seen: dict[str, int] = {}
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        text = "".join(
            child.content
            for child in inline.children or ()
            if child.type in {"text", "code_inline"}
        )
        slug = _NO_SLUG.sub("", text.strip().lower()).replace(" ", "-")[:100] or "section"
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        opening.attrSet("id", f"{slug}-{count}" if count else slug)


def _tasks(state: StateCore) -> None:
    """Turn `[ ]` and `[x]` at the start of a list item into a box drawn as a character."""
    tokens = state.tokens
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open":
            continue
        children = inline.children or []
        first = children[0] if children else None
        if first is None or first.type != "text" or not (box := _TASK.match(first.content)):
            continue
        first.content = first.content[box.end() :]
        done = box[1] != " "
        mark = Token("task", "span", 0, attrs={"class": "task-done" if done else "task"})
        mark.content = "\u2611" if done else "\u2610"
        children.insert(0, mark)


def _table_alignment(state: StateCore) -> None:
    """Say the alignment of cells by class; the policy has no style attribute."""
    for token in state.tokens:
        style = token.attrs.get("style") if token.type in {"th_open", "td_open"} else None
        if style and (align := _ALIGN.fullmatch(str(style))):
            del token.attrs["style"]
            token.attrSet("class", f"align-{align[1]}")


def _render_fence(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    language = (token.info.split() or [""])[0]
    block: str = env["highlighter"].block(token.content, language)
    return block


def _render_task(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _: OptionsDict, _env: EnvType
) -> str:
    token = tokens[index]
    return f'<span class="{token.attrs["class"]}">{html.escape(token.content)}</span>'


def _parser(*, raw_html: bool) -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": raw_html, "linkify": True}).use(footnote_plugin)
    parser.linkify = LINKIFY
    parser.core.ruler.push("heading_ids", _heading_ids)
    parser.core.ruler.push("tasks", _tasks)
    parser.core.ruler.push("table_alignment", _table_alignment)
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("code_block", _render_fence)
    parser.add_render_rule("task", _render_task)
    return parser


_WITH_HTML = _parser(raw_html=True)
_WITHOUT_HTML = _parser(raw_html=False)
