"""Every read of working groups. The columns of a statement are the fields of the DTO, by name.

Who may not see groups that are not approved gets statements that cannot return one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from content.groups.models import WorkGroup, WorkGroupPerson
from content.people.models import Person
from contracts.content.groups import TEXTS
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row, bytewise

VIEW_ALL: Final = "content.view_workgroup"


def _people(role: str, name: str) -> Label[Any]:
    """Return who is in a group in a role, by name."""
    person = func.json_build_object(
        *("id", Person.id), *("username", Person.username), *("name", Person.name)
    )
    found = (
        select(func.json_agg(aggregate_order_by(person, bytewise(Person.name), Person.id)))
        .select_from(WorkGroupPerson)
        .join(Person, Person.id == WorkGroupPerson.person_id)
        .where(
            WorkGroupPerson.group_id == WorkGroup.id,
            WorkGroupPerson.role == role,
            Person.is_active,
        )
        .correlate(WorkGroup)
        .scalar_subquery()
    )
    return func.coalesce(found, literal_column("'[]'::json")).label(name)


GROUP: Final[tuple[Any, ...]] = (
    *(
        getattr(WorkGroup, name)
        for name in (
            *("id", "name", "slug", "active", "approved", "short_description"),
            *("texts_markup_type", *TEXTS, "url", "version", "created", "updated"),
        )
    ),
    WorkGroup.texts_html.label("html"),
    _people("organizer", "organizers"),
    _people("member", "members"),
)
_ORDER: Final = (bytewise(func.lower(WorkGroup.name)), WorkGroup.id)


async def groups(
    session: AsyncSession, window: Window, *, every: bool, active: bool | None = None
) -> tuple[list[Row], int]:
    """Return one window of the groups, by name; those that are not approved where `every`."""
    statement = select(*GROUP)
    if not every:
        statement = statement.where(WorkGroup.approved)
    if active is not None:
        statement = statement.where(WorkGroup.active.is_(active))
    return await reading.page(session, statement, _ORDER, window)


async def group(
    session: AsyncSession, condition: ColumnElement[bool], *, every: bool
) -> Row | None:
    """Return one group."""
    statement = select(*GROUP).where(condition)
    if not every:
        statement = statement.where(WorkGroup.approved)
    return await reading.one(session, statement)


async def people_of(session: AsyncSession, group_id: int) -> dict[str, list[int]]:
    """Return the ids of who is in a group by role, those with closed accounts too."""
    rows = await session.execute(
        select(WorkGroupPerson.role, WorkGroupPerson.person_id)
        .where(WorkGroupPerson.group_id == group_id)
        .order_by(WorkGroupPerson.person_id)
    )
    found: dict[str, list[int]] = {"organizer": [], "member": []}
    for role, number in rows:
        found[role].append(number)
    return found


async def known(session: AsyncSession, ids: Sequence[int]) -> set[int]:
    """Return those of some ids that are of people."""
    return set(await session.scalars(select(Person.id).where(Person.id.in_(ids))))
