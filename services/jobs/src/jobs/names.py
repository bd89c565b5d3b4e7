"""Categories and types are alike: names that jobs have. What is done with either is here, once.

Reads give rows whose columns are the fields of the DTO. A write is row, event and audit entry in
one transaction; a name that changes has the jobs told again that show it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import EventData
from contracts.jobs.dto import JobCategory, JobType
from contracts.jobs.inputs import CategoryInput, JobTypeInput
from jobs.jobs import telling
from jobs.jobs.models import Job
from jobs.tables import Named
from servicekit import reading, slugs
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.etag import check_match
from servicekit.pagination import Window
from servicekit.problems import Conflict, NotFound
from servicekit.reading import Row
from servicekit.service import ExportRow
from servicekit.writes import note, sign, snapshot, tell


@dataclass(frozen=True, kw_only=True)
class Names[D: (JobCategory, JobType)]:
    """One kind of names.

    Attributes:
        what: What people call one.
        model: Its table.
        dto: What is answered; its fields are columns of the table.
        created: The event of a new one; `updated` and `deleted` likewise.
        state: The field of these events that carries the whole of it.
        having: Which jobs have the one with an id.
    """

    what: str
    model: type[Named]
    dto: type[D]
    created: type[EventData]
    updated: type[EventData]
    deleted: type[EventData]
    state: str
    having: Callable[[int], ColumnElement[bool]]

    async def listed(
        self, session: AsyncSession, window: Window, *, active: bool | None
    ) -> tuple[list[Row], int]:
        """Return one window of them, by name."""
        found = self._statement()
        if active is not None:
            found = found.where(self.model.active.is_(active))
        order = (reading.bytewise(self.model.name), self.model.id)
        return await reading.page(session, found, order, window)

    async def by_slug(self, session: AsyncSession, slug: str) -> Row | None:
        """Return one."""
        return await reading.one(session, self._statement().where(self.model.slug == slug))

    async def by_id(self, session: AsyncSession, number: int) -> Row | None:
        """Return one."""
        return await reading.one(session, self._statement().where(self.model.id == number))

    async def export(self, session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
        """Return them by id, each as the event of its state."""
        statement = self._statement().where(self.model.id > after)
        rows = await reading.every(session, statement.order_by(self.model.id).limit(limit))
        return [
            ExportRow(id=one.id, version=one.version, data=self._event(self.updated, one))
            for one in (self.dto.model_validate(row) for row in rows)
        ]

    async def create(
        self, session: WriteSession, sent: CategoryInput | JobTypeInput, caller: Principal
    ) -> D:
        """Create one. Raises Invalid, Conflict where its slug is taken."""
        row = self.model()
        _fill(row, sent)
        sign(row, caller, new=True)
        session.add(row)
        made = await self._state(session, row)
        self._tell(session, self.created, made)
        note(session, caller, "created", row, row.name, after=snapshot(row))
        return made

    async def update(
        self,
        session: WriteSession,
        number: int,
        sent: CategoryInput | JobTypeInput,
        caller: Principal,
        *,
        if_match: str | None,
    ) -> D:
        """Replace one. Where nothing differs, nothing is written and nothing is told.

        Raises NotFound, PreconditionFailed, Invalid, Conflict where its slug is taken.
        """
        row = await self._lock(session, number)
        check_match(if_match, row.version)
        before = snapshot(row)
        _fill(row, sent)
        if snapshot(row) == before:
            return await self._state(session, row)
        sign(row, caller)
        changed = await self._state(session, row)
        previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
        self._tell(session, self.updated, changed, previous)
        if (before["slug"], before["name"]) != (row.slug, row.name):
            await telling.tell_again(session, self.having(row.id))
        note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
        return changed

    async def delete(
        self, session: WriteSession, number: int, caller: Principal, *, if_match: str | None
    ) -> None:
        """Delete one that no job has. Raises NotFound, PreconditionFailed, Conflict."""
        row = await self._lock(session, number)
        check_match(if_match, row.version, required=False)
        if await session.scalar(select(Job.id).where(self.having(number)).limit(1)) is not None:
            raise Conflict(f"There are jobs of this {self.what}. It can be made inactive.")
        self._tell(session, self.deleted, await self._state(session, row))
        note(session, caller, "deleted", row, row.name, before=snapshot(row))
        await session.delete(row)
        await session.flush()

    def _statement(self) -> Select[Any]:
        return select(*(getattr(self.model, name) for name in self.dto.model_fields))

    def _event(self, kind: type[EventData], name: D, previous: tuple[str, ...] = ()) -> EventData:
        """Make the event `kind` of one in its state after the change (before, if deleted)."""
        fields: dict[str, Any] = {
            "id": name.id,
            "slug": name.slug,
            "previous_slugs": previous,
            self.state: None if kind is self.deleted else name,
        }
        return kind(**fields)

    def _tell(
        self, session: WriteSession, kind: type[EventData], name: D, previous: tuple[str, ...] = ()
    ) -> None:
        version = name.version + (kind is self.deleted)
        tell(session, self._event(kind, name, previous), number=name.id, version=version)

    async def _lock(self, session: WriteSession, number: int) -> Named:
        statement = select(self.model).where(self.model.id == number).with_for_update()
        row = await session.scalar(statement.execution_options(populate_existing=True))
        if row is None:
            raise NotFound(f"There is no such {self.what}.")
        return row

    async def _state(self, session: WriteSession, row: Named) -> D:
        await session.flush()
        return self.dto.model_validate(await self.by_id(session, row.id))


def _fill(row: Named, sent: CategoryInput | JobTypeInput) -> None:
    row.slug = sent.slug or slugs.required(sent.name)
    row.name, row.active = sent.name, sent.active
