"""How texts and questions become words.

Texts and questions are spelt the same way before PostgreSQL divides them, so that what people type
meets what is written. What the parser of PostgreSQL would take apart becomes one word: a version
(3.14.1 is `v3x14x1`), a PEP with its number (PEP 8 is `pep pep8`), C++. What it would take for one
word, such as an address or a path, is taken apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

#: Words that say little on this site: asked together with others they are left out.
COMMON: Final = frozenset({"python", "python.org", "py"})

#: Words that are looked up together as one of which others mean the same.
LONGEST: Final = 3

_SUFFIX: Final = r"(?:a|b|rc)\d{1,3}"
_VERSION: Final = re.compile(
    rf"(?<![\w.])(python|py|v)?[ -]?(\d{{1,4}}(?:\.\d{{1,4}}){{1,3}})({_SUFFIX})?(?!\w)(?!\.\d)",
    re.IGNORECASE,
)
_BARE_VERSION: Final = re.compile(
    rf"(?<![\w.])(\d{{1,4}}(?:\.\d{{1,4}}){{1,3}}(?:{_SUFFIX})?)(?!\w)(?!\.\d)"
)
_TOKEN: Final = re.compile(rf"\bv(\d{{1,4}}(?:x\d{{1,4}})+(?:{_SUFFIX})?)\b")
_MAJOR: Final = re.compile(r"\b(?:python|py)[ -]?([23])\b(?!\.\d)")
_PEP: Final = re.compile(r"\bpeps?[ -]?0*(\d{1,4})\b")
_SPELT: Final = (("c++", " cplusplus "), ("c#", " csharp "), ("f-string", " fstring f string"))
_INNER_HYPHEN: Final = re.compile(r"(?<=\w)-(?=\w)")
_NO_WORD: Final = re.compile(r"[^\w\s]|_")
#: Of a question, quotation marks and a hyphen before a word stay: they are operators.
_NO_OPERATOR: Final = re.compile(r"[^\w\s\"-]|_|-(?=[\s-]|$)")
_WORD: Final = re.compile(r"[^\W\d_]{3,30}")


def cleaned(text: str) -> str:
    """Return text without what no text has: controls, lone surrogates, odd forms of letters."""
    usable = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFKC", text)
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(usable.split())


def spelt(text: str) -> str:
    """Return a text as it is searched: words in one spelling, with spaces between."""
    return " ".join(_NO_WORD.sub(" ", _folded(text)).split())


def question(text: str) -> str:
    """Return what was typed for `websearch_to_tsquery`: as `spelt`, with its operators.

    Words that nearly everything here has are left out where others are left.
    """
    found = " ".join(_NO_OPERATOR.sub(" ", _folded(text)).split())
    if '"' in found:
        return found
    words = found.split()
    telling = [word for word in words if word not in COMMON]
    return " ".join(telling or words)


def words_of(question: str) -> list[str]:
    """Return the words of a question without its operators, in order."""
    return [word for part in question.split() if (word := part.strip('"-')) and word != "or"]


def phrases(words: Sequence[str]) -> list[str]:
    """Return what stands together in a question: up to `LONGEST` words, the longest first."""
    return [
        " ".join(words[at : at + length])
        for length in range(min(LONGEST, len(words)), 0, -1)
        for at in range(len(words) - length + 1)
    ]


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that misspelt ones are compared with: letters only, three or more."""
    found: set[str] = set()
    for text in texts:
        found.update(_WORD.findall(plain(text)))
    return frozenset(found)


def versions_marked(text: str) -> str:
    """Return a text to take snippets from: only its versions are spelt as they are searched."""
    return _BARE_VERSION.sub(lambda match: "v" + match[1].replace(".", "x"), text)


def versions_shown(text: str) -> str:
    """Return a snippet with its versions as they were."""
    return _TOKEN.sub(lambda match: match[1].replace("x", "."), text)


def plain(text: str) -> str:
    """Return lower case without accents."""
    parts = unicodedata.normalize("NFKD", cleaned(text).casefold())
    return "".join(char for char in parts if unicodedata.category(char) != "Mn")


def _folded(text: str) -> str:
    found = plain(text)
    for written, word in _SPELT:
        found = found.replace(written, word)
    found = _VERSION.sub(_version, found)
    found = _MAJOR.sub(r"python v\1", found)
    found = _PEP.sub(r"pep pep\1", found)
    return _INNER_HYPHEN.sub(" ", found)


def _version(match: re.Match[str]) -> str:
    before = "python " if match[1] in {"python", "py"} else " "
    return f"{before}v{match[2].replace('.', 'x')}{match[3] or ''} "
