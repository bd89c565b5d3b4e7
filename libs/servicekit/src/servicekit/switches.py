"""Feature switches of a service: declared in code, set in the staff admin, told when they change.

    Service(…, switches=(SwitchDeclaration(name="psf_membership", summary="…"),),
            kit_tables=(switches.METADATA,), events=(…, SwitchUpdated))

with an event of the service that is a `contracts.switches.SwitchRef`, and the table made in a
revision (`kit.create_switches_1()`). `GET /switches` tells the states; a switch that nobody has
set yet is as it was declared.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from pydantic import Field, StringConstraints, TypeAdapter
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    MetaData,
    String,
    column,
    func,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts.admin import Format
from contracts.base import Input, Line
from contracts.switches import Switch, SwitchMode, SwitchRef
from servicekit import access, audit, outbox
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Update,
    Values,
)
from servicekit.database import NAMING, WriteSession
from servicekit.dependencies import Reading
from servicekit.etag import check_match
from servicekit.models import Versioned
from servicekit.problems import FieldError, Invalid, NotFound
from servicekit.responses import json_response

if TYPE_CHECKING:
    from servicekit.service import Service

METADATA: Final = MetaData(naming_convention=NAMING)
READ: Final = "system.view_switches"
"""Only the gateway has this permission."""
OPERATE: Final = "system.operate"
_STATES: Final = TypeAdapter(list[Switch])
_MODES: Final = ", ".join(f"'{mode}'" for mode in SwitchMode)

_Names = Annotated[
    list[Annotated[Line, StringConstraints(min_length=1, max_length=150)]], Field(max_length=200)
]


type UnknownTesters = Callable[
    [WriteSession, Sequence[str], Sequence[str]], Awaitable[tuple[Sequence[str], Sequence[str]]]
]
"""Tells of names of groups and of users which there are not."""


@dataclass(frozen=True, kw_only=True)
class SwitchDeclaration:
    """One feature that can be switched; `mode` is how it is until somebody sets it."""

    name: str
    summary: str
    mode: SwitchMode = SwitchMode.OFF

    @property
    def number(self) -> int:
        """A number that the name gives: the admin tells rows apart by numbers."""
        return zlib.crc32(self.name.encode())


class _Base(DeclarativeBase):
    """Apart from the tables that every service has: not every service has switches."""

    metadata = METADATA


class SwitchRow(Versioned, _Base):
    """A switch that somebody set. `changed_by` is the subject of whoever did it last."""

    __tablename__ = "switch"
    __table_args__ = (CheckConstraint(f"mode IN ({_MODES})", name="mode"),)

    name: Mapped[str] = mapped_column(String(100), primary_key=True, sort_order=-100)
    mode: Mapped[str] = mapped_column(String(10))
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(150)), server_default="{}")
    users: Mapped[list[str]] = mapped_column(ARRAY(String(150)), server_default="{}")
    changed_by: Mapped[str] = mapped_column(String(200), server_default="")
    changed: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


class SwitchInput(Input):
    """A switch as it is set. `groups` and `users` count for the mode `testers`."""

    mode: SwitchMode
    groups: _Names = Field(default_factory=list)
    users: _Names = Field(default_factory=list)


async def states(session: AsyncSession, service: Service) -> list[Switch]:
    """Return the state of every switch that the service declares, in its order."""
    rows = {row.name: row for row in await session.scalars(select(SwitchRow))}
    return [
        Switch(name=one.name, mode=one.mode)
        if (row := rows.get(one.name)) is None
        else Switch(
            name=row.name,
            mode=SwitchMode(row.mode),
            groups=tuple(row.groups),
            users=tuple(row.users),
        )
        for one in service.switches
    ]


def switch_routes(service: Service) -> list[ControllerRouterHandler]:
    """Return the route that tells the switches of a service, none where it has none."""
    if not service.switches:
        return []

    @get("/switches", operation_id="list_switches", tags=["switches"], opt=access.permission(READ))
    async def list_switches(read_session: Reading) -> Response[list[Switch]]:
        """List the feature switches, each with for whom it is on."""
        return json_response(await states(read_session, service), _STATES)

    return [list_switches]


def switch_resource(service: Service) -> Resource:
    """Make the admin's list of the service's switches, those that nobody set yet too."""
    declared = {one.number: one for one in service.switches}
    known = values(
        *(column("id", BigInteger), column("name", String)),
        *(column("summary", String), column("mode", String)),
        name="declared",
    ).data([(number, one.name, one.summary, one.mode.value) for number, one in declared.items()])

    def with_rows(statement: Statement) -> Statement:
        return statement.outerjoin(SwitchRow, SwitchRow.name == known.c.name)

    async def read(session: AsyncSession, key: int, _: Principal) -> Values | None:
        one = declared.get(key)
        if one is None:
            return None
        row = await session.get(SwitchRow, one.name)
        return {
            "id": key,
            "version": row.version if row else 1,
            "mode": row.mode if row else one.mode.value,
            "groups": row.groups if row else [],
            "users": row.users if row else [],
        }

    return Resource(
        name="switch",
        label="switch",
        plural="switches",
        group="Operations",
        note="Features that can be shown to everyone, to some, or to nobody.",
        model=known,
        key=known.c.id,
        title=known.c.name,
        join=with_rows,
        permissions=Permissions.same(OPERATE),
        entity=SwitchRow.__tablename__,
        columns=(
            Column("name", known.c.name),
            Column("summary", known.c.summary, "What it shows", sortable=False),
            Column("mode", func.coalesce(SwitchRow.mode, known.c.mode), "For whom"),
            Column("changed", SwitchRow.changed, "Last changed", Format.TIME),
            Column("changed_by", func.coalesce(SwitchRow.changed_by, ""), "By", sortable=False),
        ),
        order="name",
        form=Form(
            read=read,
            input=SwitchInput,
            fieldsets=(Fieldset("For whom", ("mode", "groups", "users")),),
            update=_updating(service),
            hints={
                "mode": Hint(
                    label="Shown to",
                    help="Superusers see what testers see; what is off nobody sees",
                ),
                "groups": Hint(label="Groups of testers", help="Their names, one on each line"),
                "users": Hint(label="Testers", help="User names, one on each line"),
            },
        ),
    )


def _updating(service: Service) -> Update:
    """Return the function that sets a switch of the service."""
    declared = {one.number: one for one in service.switches}
    event = told_by(service)

    async def update(
        session: WriteSession,
        key: int,
        sent: SwitchInput,
        caller: Principal,
        /,
        *,
        if_match: str | None,
    ) -> None:
        one = declared.get(key)
        if one is None:
            raise NotFound("There is no such switch.")
        # A first change needs a row to lock, so that two first changes do not both count.
        made = insert(SwitchRow).values(name=one.name, mode=one.mode.value)
        await session.execute(made.on_conflict_do_nothing())
        row = await session.get_one(
            SwitchRow, one.name, with_for_update=True, populate_existing=True
        )
        check_match(if_match, row.version)
        before = _snapshot(row)
        await _check_testers(service, session, sent, row)
        row.mode = sent.mode.value
        row.groups, row.users = sorted(set(sent.groups)), sorted(set(sent.users))
        after = _snapshot(row)
        if after == before:
            return
        row.changed_by = caller.subject[:200]
        audit.record(
            *(session, caller, "updated", SwitchRow.__tablename__, key),
            label=one.name,
            before=before,
            after=after,
        )
        await session.flush()
        told = event.model_validate({"name": one.name, "mode": sent.mode})
        outbox.record(session, told, aggregate_id=one.name, aggregate_version=row.version)

    return update


async def _check_testers(
    service: Service, session: WriteSession, sent: SwitchInput, row: SwitchRow
) -> None:
    """Raise Invalid naming new testers that there are not.

    Those it has may be gone by now, which is no reason to keep a switch from being turned.
    """
    if service.unknown_testers is None:
        return
    groups, users = await service.unknown_testers(
        session, sorted({*sent.groups} - {*row.groups}), sorted({*sent.users} - {*row.users})
    )
    errors = [
        FieldError(
            loc=["body", field], msg=f"There is no {what} {', '.join(names)}.", code="unknown"
        )
        for field, what, names in (("groups", "group", groups), ("users", "user", users))
        if names
    ]
    if errors:
        raise Invalid("Some testers are not known.", errors=errors)


def told_by(service: Service) -> type[SwitchRef]:
    """Return the event that tells changes of the service's switches.

    Raises ValueError where it declares none.
    """
    for kind in service.events:
        if issubclass(kind, SwitchRef):
            return kind
    raise ValueError(f"{service.name} has switches and no event that tells when they change")


def _snapshot(row: SwitchRow) -> Values:
    return {"mode": row.mode, "groups": list(row.groups), "users": list(row.users)}
