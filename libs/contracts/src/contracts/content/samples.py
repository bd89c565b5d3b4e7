"""Code samples: short sessions at the prompt, shown on the home page in the order of staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Text
from contracts.content.texts import TextMarkup
from contracts.events import EventData


class CodeSample(DTO):
    """One sample. `code` is plain text; `text_html` is safe to put into a page as it is."""

    id: int
    title: str
    code: str = Field(description="As at the prompt: lines with >>> and ..., and what is printed")
    text: str
    text_markup_type: TextMarkup
    text_html: str
    position: int = Field(description="Samples with smaller numbers come first")
    is_published: bool
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class CodeSampleInput(Input):
    """A sample to create, or to put in place of what is there."""

    title: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    code: Annotated[Text, StringConstraints(min_length=1, max_length=2000)]
    text: Annotated[Text, StringConstraints(max_length=2000)] = ""
    text_markup_type: TextMarkup = TextMarkup.MARKDOWN
    position: Annotated[int, Field(ge=0, le=10_000)] = 100
    is_published: bool = False


class CodeSampleRef(EventData):
    """What every event of a sample says."""

    AGGREGATE: ClassVar[str] = "code_sample"

    id: int
    is_published: bool
    code_sample: CodeSample | None = None
    """The whole state; None of a draft, and after a deletion."""


class CodeSampleCreated(CodeSampleRef):
    """A sample was added. One that is public from the start is published next."""

    SUBJECT: ClassVar[str] = "content.code_sample.created"


class CodeSamplePublished(CodeSampleRef):
    """A sample became public."""

    SUBJECT: ClassVar[str] = "content.code_sample.published"


class CodeSampleUpdated(CodeSampleRef):
    """A sample changed."""

    SUBJECT: ClassVar[str] = "content.code_sample.updated"


class CodeSampleUnpublished(CodeSampleRef):
    """A sample is public no longer."""

    SUBJECT: ClassVar[str] = "content.code_sample.unpublished"


class CodeSampleDeleted(CodeSampleRef):
    """A sample is gone. `is_published` tells whether it was public."""

    SUBJECT: ClassVar[str] = "content.code_sample.deleted"


EVENTS: tuple[type[EventData], ...] = (
    CodeSampleCreated,
    CodeSamplePublished,
    CodeSampleUpdated,
    CodeSampleUnpublished,
    CodeSampleDeleted,
)
