"""A feed: events of one kind of thing, each made a document, in a consumer of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from content.search import analysis, index
from content.search.documents import Document
from contracts.events import Event
from servicekit import versions
from servicekit.database import WriteSession
from servicekit.service import Consumer, Copy

#: Tags between which a word goes on, or ends where punctuation follows; all others part words.
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u|var)\b[^<>]*>"
)
_TAG: Final = re.compile(r"<[^<>]*>")


def key_of(context: str, subject: str) -> str:
    """Return the key of the document of an aggregate (`release:12`)."""
    return f"{context}:{subject}"


def text_of(markup: str) -> str:
    """Return the text of safe HTML, without its tags."""
    return analysis.cleaned(html.unescape(_TAG.sub(" ", _INLINE.sub("", markup))))


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Which events tell of one kind of thing, and what each becomes.

    Attributes:
        name: Of the consumer, and of its copy.
        subjects: Of one context.
        entity: The export that has all of them.
        read: Makes a document of an event; None where it is not public, or gone.
    """

    name: str
    subjects: tuple[str, ...]
    entity: str
    read: Callable[[Event], Document | None]

    async def apply(self, event: Event, session: WriteSession) -> None:
        """Have found what an event tells of, or found no more, unless something newer is known."""
        gone = event.type.endswith(".deleted.v1")
        if not await versions.newer(session, self.name, event, deleted=gone):
            return
        document = None if gone else self.read(event)
        if document is None:
            await index.remove(session, key_of(event.source.strip("/"), event.subject))
        else:
            await index.put(session, document)

    @property
    def consumer(self) -> Consumer:
        """The consumer that follows the events, and that `resync` rebuilds from the export."""
        context = self.subjects[0].partition(".")[0]
        aggregate = self.subjects[0].split(".")[1]

        async def remove(session: WriteSession, aggregate_id: str) -> None:
            await index.remove(session, key_of(context, f"{aggregate}:{aggregate_id}"))

        return Consumer(
            name=self.name,
            subjects=self.subjects,
            handler=self.apply,
            copy=Copy(name=self.name, entity=self.entity, remove=remove),
        )
