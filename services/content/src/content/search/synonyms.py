"""Words that stand for each other here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parents[1] / "data" / "search" / "synonyms.json"


class Synonyms:
    """Groups of words, or of a few words together, that mean the same to who searches here."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self.groups = tuple(tuple(group) for group in groups)
        self._others = {
            word: tuple(other for other in group if other != word)
            for group in self.groups
            for word in group
        }

    def of(self, words: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each of `words` that has others, with those."""
        for word in dict.fromkeys(words):
            if word in self._others:
                yield word, self._others[word]


@cache
def synonyms() -> Synonyms:
    """Return those of this site."""
    return Synonyms(json.loads(_FILE.read_text(encoding="utf-8")))
