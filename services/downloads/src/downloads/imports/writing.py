"""Writing an import: rows, events and audit entries, a chunk of releases at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from contracts.downloads.events import ReleaseCreated, ReleasePublished, ReleaseRef, ReleaseUpdated
from downloads import events, queries
from downloads.imports.matching import Row
from downloads.models import Release, ReleaseFile
from downloads.services import files, releases
from downloads.services.common import note, sign, snapshot
from servicekit.access import Principal
from servicekit.database import WriteSession


@dataclass(frozen=True, kw_only=True)
class Ids:
    """Which ids new rows get, by slug of a release and address of a file; others get the next."""

    releases: Mapping[str, int]
    files: Mapping[str, int]


async def demote(session: WriteSession, rows: Sequence[Row], caller: Principal) -> None:
    """Take the flag from releases that another one of the import takes it over from."""
    coming = {
        int(row.sent.major): row.release
        for row in rows
        if row.sent.is_latest and row.sent.is_published
    }
    flagged = await session.scalars(
        select(Release).where(
            Release.is_latest, Release.is_published, Release.major.in_(list(coming))
        )
    )
    for release in flagged.all():
        if coming[release.major] is not release:
            await releases.demote(session, [release], release.major, caller)


class Writer:
    """Writes rows that were matched and checked."""

    def __init__(self, session: WriteSession, caller: Principal, settled: Ids | None) -> None:
        self._session = session
        self._caller = caller
        self._settled = settled

    async def write(self, rows: Sequence[Row]) -> None:
        """Write some releases and tell what happened to each."""
        with self._session.no_autoflush:
            for row in rows:
                await self._fill_release(row)
            self._session.add_all(row.release for row in rows if row.new)
            await self._session.flush()
            if self._settled is None:
                await self._tell_drafts([row for row in rows if row.new])
            await self._make_way(rows)
            for row in rows:
                self._fill_files(row)
            await self._session.flush()
            await self._finish(rows)

    async def _fill_release(self, row: Row) -> None:
        release = row.release
        if not row.new:
            row.before = _audited(release, [file.url for file in row.stored])
            before = snapshot(release)
            await releases.fill(release, row.sent)
            row.changed = snapshot(release) != before
            return
        await releases.fill(release, row.sent)
        sign(release, self._caller, new=True)
        if self._settled is None:
            # First a draft, then published with its files: two steps, as by hand.
            release.is_published = False
        else:
            release.id = self._settled.releases.get(row.slug)  # type: ignore[assignment]

    async def _tell_drafts(self, rows: Sequence[Row]) -> None:
        states = await queries.states(self._session, [row.release.id for row in rows])
        for row in rows:
            events.tell_release(self._session, ReleaseCreated, states[row.release.id])

    async def _make_way(self, rows: Sequence[Row]) -> None:
        """Delete files that are gone and take buttons away, before others may get them."""
        gone = [file.id for row in rows for file in row.gone]
        if gone:
            await self._session.execute(
                delete(ReleaseFile)
                .where(ReleaseFile.id.in_(gone))
                .execution_options(synchronize_session=False)
            )
        for row in rows:
            row.changed = row.changed or bool(row.gone)
            for pair in row.pairs:
                if not pair.new and pair.file.download_button and not pair.sent.download_button:
                    pair.file.download_button = False
                    row.changed = True
        await self._session.flush()

    def _fill_files(self, row: Row) -> None:
        for pair in row.pairs:
            file = pair.file
            before = None if pair.new else snapshot(file)
            files.fill(file, pair.sent, pair.slug)
            file.os_id, file.release_id = pair.os_id, row.release.id
            if not pair.new and snapshot(file) == before:
                continue
            row.changed = True
            sign(file, self._caller, new=pair.new)
            if pair.new:
                if self._settled is not None:
                    file.id = self._settled.files.get(file.url)  # type: ignore[assignment]
                self._session.add(file)

    async def _finish(self, rows: Sequence[Row]) -> None:
        """Grow versions, then tell each release in the state that all of this left it in."""
        kinds = {row.release.id: kind for row in rows if (kind := self._kind(row)) is not None}
        touched = [row for row in rows if row.release.id in kinds]
        await self._session.flush()
        states = await queries.states(self._session, [row.release.id for row in touched])
        for row in touched:
            release, state = row.release, states[row.release.id]
            events.tell_release(self._session, kinds[release.id], state)
            note(
                self._session,
                self._caller,
                "created" if row.new else kinds[release.id].SUBJECT.rpartition(".")[2],
                release,
                before=row.before,
                after=_audited(release, [file.url for file in state.files]),
            )

    def _kind(self, row: Row) -> type[ReleaseRef] | None:
        """Return what is told of a row in the end, and put it into the row itself."""
        release = row.release
        if row.new:
            if self._settled is not None:
                return ReleaseCreated
            release.is_published = row.sent.is_published
            release.touch()
            return ReleasePublished if release.is_published else ReleaseUpdated
        if not row.changed:
            return None
        release.touch()
        sign(release, self._caller)
        return releases.transition(row.was_published, release.is_published)


def _audited(release: Release, addresses: Sequence[str]) -> dict[str, Any]:
    return {**snapshot(release), "files": sorted(addresses)}
