"""Highlighted code: Pygments' token classes, no inline style."""

from __future__ import annotations

import html

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from markup.limits import MAX_HIGHLIGHTED

#: Names an author may use, and the lexer for each. A closed list: Pygments has 500 lexers of very
#: different quality, and a text may not choose which of them runs.
LANGUAGES: dict[str, str] = {
    "bash": "bash", "bat": "batch", "batch": "batch", "c": "c", "c++": "cpp", "cmd": "batch",
    "console": "console", "cpp": "cpp", "css": "css", "diff": "diff", "dockerfile": "docker",
    "html": "html", "ini": "ini", "javascript": "javascript", "js": "javascript", "json": "json",
    "make": "make", "makefile": "make", "patch": "diff", "powershell": "powershell",
    "ps1": "powershell", "py": "python", "py3": "python", "pycon": "pycon", "pytb": "pytb",
    "python": "python", "python-console": "pycon", "python3": "python", "rst": "rst",
    "rust": "rust", "sh": "bash", "shell": "bash", "shell-session": "console", "sql": "sql",
    "toml": "toml", "traceback": "pytb", "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip

_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix="")


class Highlighter:
    """Highlights the code blocks of one text, until `MAX_HIGHLIGHTED` characters are used up."""

    def __init__(self) -> None:
        self._left = MAX_HIGHLIGHTED

    def block(self, code: str, language: str = "") -> str:
        """Return `<pre><code>`; highlighted where `language` is known, else as it is."""
        code = code.rstrip("\n") + "\n"
        return f'<pre class="highlight">{self._code(code, language)}</pre>\n'

    def inline(self, code: str, language: str = "") -> str:
        """Return `<code>` for code within a line."""
        return self._code(code, language).replace("\n", " ")

    def _code(self, code: str, language: str) -> str:
        name = LANGUAGES.get(language.strip().lower())
        if name is None or len(code) > self._left:
            return f"<code>{html.escape(code, quote=False)}</code>"
        self._left -= len(code)
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
        body = pygments_highlight(code, lexer, _FORMATTER)
        return f'<code class="language-{name}">{body}</code>'
