"""Events of the downloads context.

A draft is nobody's business outside: its events carry id and state, never its text or files.
Everything that changes a release or one of its files grows the version of that release.
"""

from __future__ import annotations

from typing import ClassVar

from contracts.downloads.dto import OperatingSystem, Release, ReleaseCycle, ReleaseFile
from contracts.events import EventData


class ReleaseRef(EventData):
    """What every event of a release says."""

    AGGREGATE: ClassVar[str] = "release"

    id: int
    slug: str
    major: int
    series: str
    is_published: bool
    release: Release | None = None
    """Full public state; None for a draft and after a deletion."""
    previous_slugs: tuple[str, ...] = ()
    """Addresses the release was shown at before this change, where the slug changed."""


class ReleaseCreated(ReleaseRef):
    """A release was created.

    One that is public from the start is followed by `release.published`; not so the releases of
    the seed, which became public long ago and are told with their state by this event alone.
    """

    SUBJECT: ClassVar[str] = "downloads.release.created"


class ReleasePublished(ReleaseRef):
    """A release became public."""

    SUBJECT: ClassVar[str] = "downloads.release.published"


class ReleaseUnpublished(ReleaseRef):
    """A release is public no longer."""

    SUBJECT: ClassVar[str] = "downloads.release.unpublished"


class ReleaseUpdated(ReleaseRef):
    """A release changed; also another release that lost `is_latest` to it."""

    SUBJECT: ClassVar[str] = "downloads.release.updated"


class ReleaseDeleted(ReleaseRef):
    """A release is gone, with its files."""

    SUBJECT: ClassVar[str] = "downloads.release.deleted"


class ReleaseFileRef(ReleaseRef):
    """A change of a file, told as a change of its release."""

    file_id: int
    os_slug: str
    file: ReleaseFile | None = None
    """None for a file of a draft and after a deletion."""


class ReleaseFileCreated(ReleaseFileRef):
    """A file was added to a release."""

    SUBJECT: ClassVar[str] = "downloads.release_file.created"


class ReleaseFileUpdated(ReleaseFileRef):
    """A file changed."""

    SUBJECT: ClassVar[str] = "downloads.release_file.updated"


class ReleaseFileDeleted(ReleaseFileRef):
    """A file is gone."""

    SUBJECT: ClassVar[str] = "downloads.release_file.deleted"


class OperatingSystemRef(EventData):
    """What every event of an operating system says."""

    AGGREGATE: ClassVar[str] = "operating_system"

    id: int
    slug: str
    operating_system: OperatingSystem | None = None
    previous_slugs: tuple[str, ...] = ()


class OperatingSystemCreated(OperatingSystemRef):
    """A system was added."""

    SUBJECT: ClassVar[str] = "downloads.operating_system.created"


class OperatingSystemUpdated(OperatingSystemRef):
    """A system changed."""

    SUBJECT: ClassVar[str] = "downloads.operating_system.updated"


class OperatingSystemDeleted(OperatingSystemRef):
    """A system is gone."""

    SUBJECT: ClassVar[str] = "downloads.operating_system.deleted"


class ReleaseCycleUpdated(EventData):
    """The release cycle changed at its source."""

    SUBJECT: ClassVar[str] = "downloads.release_cycle.updated"
    AGGREGATE: ClassVar[str] = "release_cycle"

    release_cycle: ReleaseCycle


EVENTS: tuple[type[EventData], ...] = (
    ReleaseCreated,
    ReleasePublished,
    ReleaseUnpublished,
    ReleaseUpdated,
    ReleaseDeleted,
    ReleaseFileCreated,
    ReleaseFileUpdated,
    ReleaseFileDeleted,
    OperatingSystemCreated,
    OperatingSystemUpdated,
    OperatingSystemDeleted,
    ReleaseCycleUpdated,
)
