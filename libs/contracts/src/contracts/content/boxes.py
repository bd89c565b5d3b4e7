"""Boxes: short texts that pages place somewhere, and that staff edit under a label."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Text, said
from contracts.events import EventData

#: Boxes that the gateway makes of other services' data; nobody writes them.
GENERATED: Final[frozenset[str]] = frozenset(
    {
        "download-sources",
        "homepage-downloads",
        "supernav-python-blog",
        "supernav-python-downloads",
        "supernav-python-events",
        "supernav-python-success-stories",
    }
)

#: What a page or an address names a box by.
Label = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[a-z0-9][a-z0-9_-]*$", "must be made of small letters, digits, - and _"),
        max_length=100,
    ),
]


class BoxMarkup(StrEnum):
    """How the text of a box is written."""

    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PLAIN = "plain"


class Box(DTO):
    """One box. `content_html` is safe to put into a page as it is."""

    id: int
    label: str
    content: str
    content_markup_type: BoxMarkup
    content_html: str
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class BoxInput(Input):
    """A box to create, or to put in place of what is there."""

    label: Label
    content: Annotated[Text, StringConstraints(max_length=20_000)] = ""
    content_markup_type: BoxMarkup = BoxMarkup.MARKDOWN


class BoxRef(EventData):
    """What every event of a box says."""

    AGGREGATE: ClassVar[str] = "box"

    id: int
    label: str
    box: Box | None = None
    """The whole state; None after a deletion."""
    previous_labels: tuple[str, ...] = ()
    """Labels that the box had before this change, where the label changed."""


class BoxCreated(BoxRef):
    """A box was added."""

    SUBJECT: ClassVar[str] = "content.box.created"


class BoxUpdated(BoxRef):
    """A box changed."""

    SUBJECT: ClassVar[str] = "content.box.updated"


class BoxDeleted(BoxRef):
    """A box is gone."""

    SUBJECT: ClassVar[str] = "content.box.deleted"


EVENTS: tuple[type[EventData], ...] = (BoxCreated, BoxUpdated, BoxDeleted)
