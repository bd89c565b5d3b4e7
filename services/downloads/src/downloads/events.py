"""Domain events, made from the state of the rows they tell about.

A draft leaves the house as id and state only: its text and files are in no event.
"""

from __future__ import annotations

from contracts.downloads.dto import OperatingSystem, Release, ReleaseCycle, ReleaseFile
from contracts.downloads.events import (
    OperatingSystemDeleted,
    OperatingSystemRef,
    ReleaseCycleUpdated,
    ReleaseDeleted,
    ReleaseFileDeleted,
    ReleaseFileRef,
    ReleaseRef,
)
from contracts.events import EventData
from servicekit import outbox
from servicekit.database import WriteSession
from servicekit.problems import Invalid


def of_release(
    kind: type[ReleaseRef], release: Release, previous_slugs: tuple[str, ...] = ()
) -> ReleaseRef:
    """Make the event `kind` of a release in its state after the change (before, if deleted)."""
    shown = release.is_published and not issubclass(kind, ReleaseDeleted)
    return kind(
        id=release.id,
        slug=release.slug,
        major=release.major,
        series=release.series,
        is_published=release.is_published,
        release=release if shown else None,
        previous_slugs=previous_slugs,
    )


def of_file(kind: type[ReleaseFileRef], release: Release, file: ReleaseFile) -> ReleaseFileRef:
    """Make the event `kind` of a file and its release in their state after the change."""
    return kind(
        id=release.id,
        slug=release.slug,
        major=release.major,
        series=release.series,
        is_published=release.is_published,
        release=release if release.is_published else None,
        file_id=file.id,
        os_slug=file.os_slug,
        file=file if release.is_published and not issubclass(kind, ReleaseFileDeleted) else None,
    )


def tell_release(
    session: WriteSession,
    kind: type[ReleaseRef],
    release: Release,
    *,
    previous_slugs: tuple[str, ...] = (),
    version: int | None = None,
) -> None:
    """Record the event of a release; `version` where it is not the one in its state."""
    _record(session, of_release(kind, release, previous_slugs), release.id, version, release)


def tell_file(
    session: WriteSession,
    kind: type[ReleaseFileRef],
    release: Release,
    file: ReleaseFile,
    *,
    version: int | None = None,
) -> None:
    """Record the event of a file, ordered with those of its release."""
    _record(session, of_file(kind, release, file), release.id, version, release)


def tell_system(
    session: WriteSession,
    kind: type[OperatingSystemRef],
    system: OperatingSystem,
    *,
    previous_slugs: tuple[str, ...] = (),
) -> None:
    """Record the event of a system in its state after the change (before, if deleted)."""
    gone = issubclass(kind, OperatingSystemDeleted)
    event = kind(
        id=system.id,
        slug=system.slug,
        operating_system=None if gone else system,
        previous_slugs=previous_slugs,
    )
    outbox.record(session, event, aggregate_id=system.id, aggregate_version=system.version + gone)


def tell_cycle(session: WriteSession, cycle: ReleaseCycle, version: int) -> None:
    """Record that the release cycle changed."""
    event = ReleaseCycleUpdated(release_cycle=cycle)
    outbox.record(session, event, aggregate_id=1, aggregate_version=version)


def _record(
    session: WriteSession, event: EventData, release_id: int, version: int | None, release: Release
) -> None:
    """Record; a release that no message could carry is the caller's mistake, and refused."""
    try:
        outbox.record(
            session, event, aggregate_id=release_id, aggregate_version=version or release.version
        )
    except outbox.EventTooLarge as error:
        raise Invalid.field(
            ["body"],
            f"The release with its text and files is larger than {outbox.MAX_EVENT} bytes.",
            "release_too_large",
        ) from error
