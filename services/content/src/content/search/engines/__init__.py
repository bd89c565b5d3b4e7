"""One interface, two engines: PostgreSQL, and Meilisearch where one is configured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from servicekit.database import ReadSession

#: Around a word that was looked for. No text has these characters: `analysis.cleaned`.
BEGIN: Final = "\ue000"
END: Final = "\ue001"

#: How much a thing that ages is wanted: at most so many days old, so much. Else the last.
AGES: Final[tuple[tuple[int, float], ...]] = ((90, 1.2), (180, 1.1), (730, 1.0))
OLD: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for: `text` is cleaned, `kind` empty for all."""

    text: str
    kind: str = ""
    page: int = 1
    size: int


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One result, in plain text.

    Words that were looked for stand between BEGIN and END in `marked` (the title) and `snippet`.
    """

    kind: str
    title: str
    marked: str
    snippet: str
    url: str
    date: datetime | None
    facts: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of results.

    `counts` are of all kinds, whichever was asked for. `corrected` is what the results are for,
    where the engine took other words. `loose`: none has all of the words.
    """

    hits: Sequence[Hit]
    total: int
    counts: dict[str, int]
    corrected: str = ""
    near: str = ""
    loose: bool = False


class EngineAway(Exception):
    """An engine does not answer."""


class Engine(Protocol):
    """Finds documents of the active generation. Raises EngineAway."""

    async def search(self, session: ReadSession, asked: Asked) -> Found:
        """Return one page of what has the words of a question."""

    async def suggest(self, session: ReadSession, text: str, limit: int) -> Sequence[Hit]:
        """Return what may be meant by the beginning of a question, by its title."""
