"""Synonyms: words that stand for each other when somebody searches the site."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line
from contracts.events import EventData

#: Words of one group at most.
MAX_WORDS: Final = 20

#: A word, or a few of them together.
Synonym = Annotated[Line, StringConstraints(min_length=1, max_length=60)]


class SynonymGroup(DTO):
    """Words that mean the same to who searches here."""

    id: int
    words: list[str]
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class SynonymGroupInput(Input):
    """A group to create, or to put in place of what is there."""

    words: list[Synonym] = Field(min_length=2, max_length=MAX_WORDS)


class SynonymGroupRef(EventData):
    """What every event of a group says."""

    AGGREGATE: ClassVar[str] = "synonym_group"

    id: int
    synonym_group: SynonymGroup | None = None
    """The whole state; None after a deletion."""


class SynonymGroupCreated(SynonymGroupRef):
    """A group was added."""

    SUBJECT: ClassVar[str] = "content.synonym_group.created"


class SynonymGroupUpdated(SynonymGroupRef):
    """A group changed."""

    SUBJECT: ClassVar[str] = "content.synonym_group.updated"


class SynonymGroupDeleted(SynonymGroupRef):
    """A group is gone."""

    SUBJECT: ClassVar[str] = "content.synonym_group.deleted"


EVENTS: tuple[type[EventData], ...] = (
    SynonymGroupCreated,
    SynonymGroupUpdated,
    SynonymGroupDeleted,
)
