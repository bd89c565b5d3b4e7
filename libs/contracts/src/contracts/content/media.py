"""Media files: pictures and documents that texts of the site show or link to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, said
from contracts.events import EventData
from contracts.files import Upload


class MediaKind(StrEnum):
    """What a media file is."""

    PICTURE = "picture"
    DOCUMENT = "document"


#: Where a file belongs: the path of the page that shows it, without slashes at the ends.
Folder = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^([a-z0-9][a-z0-9._-]*)(/[a-z0-9][a-z0-9._-]*)*$",
            "must be a path of small letters, digits, -, _ and .",
        ),
        max_length=300,
    ),
]


class MediaFile(DTO):
    """One file. The public address is `/media/<key>`, and never changes."""

    id: int
    folder: str
    key: str = Field(description="Address below /media/, and key in the store")
    kind: MediaKind
    media_type: str
    size: int = Field(description="Bytes")
    sha256: str = Field(description="Of the bytes, in lower-case hexadecimal")
    width: int | None = Field(description="Pixels; null of a document")
    height: int | None = Field(description="Pixels; null of a document")
    description: str = Field(description="What it shows, for those who do not see it")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class MediaFileInput(Input):
    """A file to keep, or what is said of one that is kept. The file itself is never replaced."""

    folder: Folder
    description: Annotated[Line, StringConstraints(max_length=500)] = ""
    file: Upload | None = Field(default=None, description="Needed for a new one, and only there")


class MediaFileRef(EventData):
    """What every event of a media file says."""

    AGGREGATE: ClassVar[str] = "media_file"

    id: int
    key: str
    media_file: MediaFile | None = None
    """The whole state; None after a deletion."""


class MediaFileCreated(MediaFileRef):
    """A file was added."""

    SUBJECT: ClassVar[str] = "content.media_file.created"


class MediaFileUpdated(MediaFileRef):
    """What is said of a file changed."""

    SUBJECT: ClassVar[str] = "content.media_file.updated"


class MediaFileDeleted(MediaFileRef):
    """A file is gone."""

    SUBJECT: ClassVar[str] = "content.media_file.deleted"


EVENTS: tuple[type[EventData], ...] = (MediaFileCreated, MediaFileUpdated, MediaFileDeleted)
