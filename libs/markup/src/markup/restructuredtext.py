"""reStructuredText by docutils, kept from the file system, the clock and earlier texts."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, cast

from docutils import nodes
from docutils.core import Publisher
from docutils.io import StringInput, StringOutput
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.parsers.rst.states import Inliner, MarkupMismatch
from docutils.readers import standalone
from docutils.transforms import Transform
from docutils.writers import html5_polyglot

from markup.code import Highlighter
from markup.limits import (
    MAX_BLOCKS,
    MAX_CORNERS,
    MAX_DEPTH,
    MAX_INLINE_WORK,
    MAX_LINE,
    MAX_LINES,
    MAX_MARKS,
    MAX_MESSAGES,
    MAX_OUTPUT,
    OutputTooLarge,
)
from markup.links import too_many

_SETTINGS: dict[str, Any] = {
    "_disable_config": True,  # or a docutils.conf in the working directory decides
    "auto_id_prefix": "%",
    "doctitle_xform": False,  # a lone section is content; the page has its own title
    "docinfo_xform": False,
    "embed_stylesheet": False,
    "file_insertion_enabled": False,
    "halt_level": 6,  # never raise on a broken text
    "initial_header_level": 2,
    "input_encoding": "unicode",
    "line_length_limit": MAX_LINE,
    "math_output": "LaTeX",
    "output_encoding": "unicode",
    "raw_enabled": False,
    "report_level": 6,  # never show warnings to a reader
    "smart_quotes": False,
    "stylesheet_path": "",
    "syntax_highlight": "none",  # code is highlighted by markup.code, as everywhere
    "traceback": True,  # raise to us instead of leaving the process
    "warning_stream": False,
    "xml_declaration": False,
}

_CORNERS = re.compile(r"\+(?=[-=+])")
_MARKER = re.compile(r"[*`_|]")
#: What inline markup begins or ends with, and bullets, which may stand in a row.
_MARKS = re.compile(r"[*`_|]{1,2}|(?<!\S)[-+\u2022\u2023\u2043](?=\s)")

#: Substitutions, and references that end nowhere, are replaced one by one in a list of siblings.
_MAX_REPLACED = 1_000

#: docutils keeps roles and directives in module globals, which a text may change.
_LOCK = threading.Lock()


class _AnyOption(dict[str, Any]):
    """An option specification that takes every option as it is."""

    def __missing__(self, _name: str) -> object:
        return directives.unchanged


class _Refused(Directive):
    """Stands in for a directive that reads files, passes HTML through or tells the time."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any] | None] = _AnyOption(file=directives.unchanged)

    def run(self) -> list[nodes.Node]:
        return [nodes.literal_block(self.block_text, self.block_text)]


class _Ignored(Directive):
    """Stands in for a directive that would speak about the page around the text."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any] | None] = _AnyOption(format=directives.unchanged)

    def run(self) -> list[nodes.Node]:
        return []


for _name in ("raw", "include", "restructuredtext-test-directive"):
    directives.register_directive(_name, _Refused)
for _name in ("date", "footer", "header", "meta", "title"):
    directives.register_directive(_name, _Ignored)


_Memo = Any  # docutils' own bag of values, which its stubs do not export


class _Inliner(Inliner):
    """Counts the work before it is done, and finds addresses without recursion."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks = 0
        self._work = 0

    def parse(
        self, text: str, lineno: int, memo: _Memo, parent: nodes.Element
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self._work += len(_MARKER.findall(text)) * len(text)
        self._blocks += 1
        if self._work > MAX_INLINE_WORK or self._blocks > MAX_BLOCKS:
            raise OutputTooLarge
        return super().parse(text, lineno, memo, parent)

    def implicit_inline(  # type: ignore[override]  # the stub forgets the links
        self, text: str, lineno: int
    ) -> list[nodes.Node]:
        ((pattern, method),) = self.implicit_dispatch  # addresses; PEPs and RFCs are not asked for
        found: list[nodes.Node] = []
        position = 0
        for match in pattern.finditer(text):
            try:
                linked = method(match, lineno)
            except MarkupMismatch:
                continue
            if match.start() > position:
                found.append(nodes.Text(text[position : match.start()]))
            found.extend(linked)
            position = match.end()
        if position < len(text):
            found.append(nodes.Text(text[position:]))
        return found


for _name, _part in vars(Inliner).items():
    # docutils makes its patterns from what the inliner's own class defines, not its bases
    if isinstance(_part, str) and not _name.startswith("__"):
        setattr(_Inliner, _name, _part)


class _Parser(Parser):
    """Gives up on a text that docutils complains about without end."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        messages = 0

        def count(_message: nodes.system_message) -> None:
            nonlocal messages
            messages += 1
            if messages > MAX_MESSAGES:
                raise OutputTooLarge

        document.reporter.attach_observer(count)
        super().parse(inputstring, document)


class _BoundExpansion(Transform):
    """Refuses substitutions that would multiply, before docutils copies any of them."""

    default_priority = 210  # before Substitutions (220)

    def apply(self, **_: object) -> None:
        document = self.document
        references = list(document.findall(nodes.substitution_reference))
        if len(references) > _MAX_REPLACED:
            raise OutputTooLarge
        sizes: dict[str, int] = {}

        def size(name: str, path: tuple[str, ...] = ()) -> int:
            key = name if name in document.substitution_defs else None
            key = key or document.substitution_names.get(name.lower())
            if key is None or key in path:  # docutils answers both as an error in the text
                return len(name)
            if key not in sizes:
                if len(path) > MAX_DEPTH:
                    raise OutputTooLarge
                definition = document.substitution_defs[key]
                sizes[key] = len(str(definition)) + sum(
                    size(nested["refname"], (*path, key))
                    for nested in definition.findall(nodes.substitution_reference)
                )
            return sizes[key]

        if sum(size(reference["refname"]) for reference in references) > MAX_OUTPUT:
            raise OutputTooLarge


class _KeepRefused(Transform):
    """Shows what docutils could not take (an unknown directive, a torn table) as it was written."""

    default_priority = 860  # before FilterMessages (870) drops the messages with the text

    def apply(self, **_: object) -> None:
        for message in list(self.document.findall(nodes.system_message)):
            if message["level"] < self.document.reporter.ERROR_LEVEL:
                continue
            quoted = next(iter(message.findall(nodes.literal_block)), None)
            if quoted is not None and message.parent is not None:
                message.replace_self(quoted)


class _Reader(standalone.Reader):  # type: ignore[type-arg]
    def get_transforms(self) -> list[type[Transform]]:
        return [*super().get_transforms(), _BoundExpansion, _KeepRefused]


class _Translator(html5_polyglot.HTMLTranslator):
    """Writes code through our highlighter, literals as `code`, and broken references as text."""

    highlighter: Highlighter

    def visit_literal_block(self, node: nodes.Element) -> None:
        classes = node["classes"]
        language = (
            next((name for name in classes if name != "code"), "") if "code" in classes else ""
        )
        self.body.append(self.highlighter.block(node.astext(), language))
        raise nodes.SkipNode

    def visit_literal(self, node: nodes.Element) -> None:
        classes = node["classes"]
        language = (
            next((name for name in classes if name != "code"), "") if "code" in classes else ""
        )
        self.body.append(self.highlighter.inline(node.astext(), language))
        raise nodes.SkipNode

    def visit_problematic(self, node: nodes.Element) -> None:
        self.body.append(self.encode(node.astext()))
        raise nodes.SkipNode

    def visit_system_message(self, _node: nodes.Element) -> None:
        raise nodes.SkipNode


class _Writer(html5_polyglot.Writer):
    def __init__(self) -> None:
        super().__init__()
        self.translator_class = type("Translator", (_Translator,), {"highlighter": Highlighter()})

    def translate(self) -> None:
        document = cast("nodes.document", self.document)
        if sum(map(_length, document.findall())) > MAX_OUTPUT:
            raise OutputTooLarge
        super().translate()


def _length(node: nodes.Node) -> int:
    """Return about how many characters a node becomes, its children not counted."""
    if isinstance(node, nodes.Text):
        return len(node)
    if isinstance(node, nodes.Element):
        return 20 + sum(len(str(value)) for value in node.attributes.values() if value)
    return 0


def render(source: str) -> str:
    """Return HTML that is not safe yet.

    Raises:
        OutputTooLarge: there are more than `MAX_LINES` lines or one is longer than `MAX_LINE`,
            markup may begin in more than `MAX_MARKS` places or is denser than
            `MAX_INLINE_WORK`, or one of the other limits is passed.
        RecursionError: blocks are nested hundreds deep.
    """
    lines = source.split("\n")
    if max(map(len, lines)) > MAX_LINE or sum(map(bool, map(str.strip, lines))) > MAX_LINES:
        raise OutputTooLarge
    if len(_MARKS.findall(source)) > MAX_MARKS or too_many(source):
        raise OutputTooLarge
    if sum(map(len, _CORNERS.findall(source))) > MAX_CORNERS:
        raise OutputTooLarge
    # A thread of its own starts with an empty stack, so that how deep a text may nest does not
    # depend on where the caller stands.
    with _LOCK, ThreadPoolExecutor(max_workers=1, thread_name_prefix="docutils") as thread:
        return thread.submit(_publish, source).result()


def _publish(source: str) -> str:
    roles._roles.clear()  # type: ignore[attr-defined]  # noqa: SLF001 - or they live on
    writer = _Writer()
    publisher = Publisher(
        reader=_Reader(),
        parser=_Parser(inliner=_Inliner()),
        writer=writer,
        source_class=StringInput,
        destination_class=StringOutput,
    )
    publisher.process_programmatic_settings(None, _SETTINGS, None)
    publisher.set_source(source, None)
    publisher.set_destination(None, None)
    publisher.publish()
    return writer.parts["body"]
