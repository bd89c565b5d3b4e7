"""Reading rows of a resource: one window of a list, its dates, options, and a table for export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from contracts.admin import (
    AdminDate,
    AdminList,
    AdminOption,
    AdminOptions,
    AdminRow,
    AdminRowCan,
    FilterKind,
)
from servicekit.access import Principal
from servicekit.admin.declaration import Expression, Filter, Resource, Statement, Values
from servicekit.admin.descriptor import actions_of, can, words
from servicekit.database import ReadSession, WriteSession
from servicekit.pagination import MAX_OFFSET, Window, count
from servicekit.problems import Invalid

MOST_EXPORTED: Final = 20_000
OPTIONS: Final = 200
_MOST_WORDS: Final = 8
_DATES: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_KEY: Final = "_key"
_TITLE: Final = "_title"
#: Parameters that are no filter.
_OTHERS: Final = frozenset({"q", "order", "date", "limit", "offset"})


async def window_of(
    session: ReadSession,
    resource: Resource,
    caller: Principal,
    query: Mapping[str, str],
    window: Window,
) -> AdminList:
    """Return one window of a list. Raises Invalid naming the parameter that cannot be used."""
    statement = _narrowed(resource, caller, query)
    ordered = statement.order_by(*_order(resource, query.get("order", "")))
    found = await session.execute(ordered.limit(window.limit).offset(window.offset))
    rows = [dict(row) for row in found.mappings()]
    return AdminList(
        items=[_row(resource, caller, row) for row in rows],
        total=await count(session, statement),
        dates=await _dates(session, resource, caller, query),
    )


async def row_of(
    session: ReadSession | WriteSession, resource: Resource, caller: Principal, key: int
) -> AdminRow | None:
    """Return one row as a list shows it, or None where there is none for the caller."""
    statement = _selected(resource, caller).where(resource.key == key)
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else _row(resource, caller, dict(row))


async def rows_of(
    session: ReadSession | WriteSession,
    resource: Resource,
    caller: Principal,
    keys: Sequence[int],
) -> dict[str, AdminRow]:
    """Return the rows with these keys that there are for the caller, by id."""
    statement = _selected(resource, caller).where(resource.key.in_(keys))
    rows = (await session.execute(statement)).mappings()
    return {row.id: row for row in (_row(resource, caller, dict(found)) for found in rows)}


async def keys_of(
    session: ReadSession | WriteSession,
    resource: Resource,
    caller: Principal,
    query: Mapping[str, str],
    most: int,
) -> list[int]:
    """Return the keys of the rows that a list's query matches, one more than `most` at most."""
    statement = _narrowed(resource, caller, query).with_only_columns(
        resource.key, maintain_column_froms=True
    )
    return list(await session.scalars(statement.order_by(resource.key).limit(most + 1)))


async def exists(session: ReadSession | WriteSession, resource: Resource, key: int) -> bool:
    """Tell whether there is such a row at all, for whomever."""
    found = select(resource.key).select_from(resource.model).where(resource.key == key)
    return await session.scalar(found) is not None


async def options_of(
    session: ReadSession, resource: Resource, caller: Principal, wanted: str, key: int | None
) -> AdminOptions:
    """Return rows to choose from: those whose name or searched fields hold `wanted`, or one."""
    statement = resource.join(
        select(resource.key.label(_KEY), resource.title.label(_TITLE)).select_from(resource.model)
    ).where(resource.visible(caller))
    if key is not None:
        statement = statement.where(resource.key == key)
    elif wanted:
        statement = statement.where(_search(resource, wanted))
    by = next(c for c in resource.columns if c.name == resource.order.removeprefix("-"))
    first = by.value if by.order is None else by.order
    order = first.desc() if resource.order.startswith("-") else first.asc()
    found = (
        await session.execute(statement.order_by(order, resource.key).limit(OPTIONS + 1))
    ).all()
    return AdminOptions(
        items=[AdminOption(value=str(key), label=str(title)) for key, title in found[:OPTIONS]],
        more=len(found) > OPTIONS,
    )


async def table_of(
    session: ReadSession, resource: Resource, caller: Principal, query: Mapping[str, str]
) -> str:
    """Return the whole list as CSV. Raises Invalid where it is too long to be one file."""
    statement = _narrowed(resource, caller, query)
    ordered = statement.order_by(*_order(resource, query.get("order", "")))
    found = (await session.execute(ordered.limit(MOST_EXPORTED + 1))).mappings().all()
    if len(found) > MOST_EXPORTED:
        raise Invalid(f"More than {MOST_EXPORTED} rows: narrow the list first.")
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["id", *(column.label or words(column.name) for column in resource.columns)])
    for row in map(dict, found):
        writer.writerow([row[_KEY], *(_cell(column.of(row)) for column in resource.columns)])
    return sheet.getvalue()


def _cell(value: object) -> object:
    """Return a value as a cell: no text begins as a formula does, which spreadsheets would run."""
    told = to_jsonable_python(value)
    if isinstance(told, str) and told.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{told}"
    return told


def _selected(resource: Resource, caller: Principal) -> Statement:
    return resource.join(
        select(
            resource.key.label(_KEY),
            resource.title.label(_TITLE),
            *(column.value.label(column.name) for column in resource.columns),
        ).select_from(resource.model)
    ).where(resource.visible(caller))


def _narrowed(resource: Resource, caller: Principal, query: Mapping[str, str]) -> Statement:
    return _selected(resource, caller).where(*_conditions(resource, query))


def _row(resource: Resource, caller: Principal, row: Values) -> AdminRow:
    allowed, form = can(resource.permissions, caller), resource.form
    values = {column.name: column.of(row) for column in resource.columns}
    return AdminRow(
        id=str(row[_KEY]),
        title=str(row[_TITLE]),
        values=to_jsonable_python(values),
        can=AdminRowCan(
            change=allowed.change and form is not None and form.update is not None,
            delete=allowed.delete and resource.delete is not None,
            actions=tuple(one.name for one in actions_of(resource, caller) if one.applies(values)),
        ),
    )


def _order(resource: Resource, wanted: str) -> tuple[ColumnElement[Any], ...]:
    name = (wanted or resource.order).removeprefix("-")
    column = next((one for one in resource.columns if one.name == name and one.sortable), None)
    if column is None:
        raise Invalid.field(["query", "order"], "The list cannot be ordered by this.", "unknown")
    value = column.value if column.order is None else column.order
    descending = (wanted or resource.order).startswith("-")
    # Newest first among equals, where the list itself is newest first.
    return (value.desc(), resource.key.desc()) if descending else (value.asc(), resource.key.asc())


def _conditions(
    resource: Resource, query: Mapping[str, str], *, dates: bool = True
) -> Iterable[ColumnElement[bool]]:
    filters = {name: one for one in resource.filters for name in _parameters(one)}
    for name, value in query.items():
        if not value:
            continue
        if name in filters:
            yield _condition(filters[name], name, value)
        elif name not in _OTHERS:
            raise Invalid.field(["query", name], "The list has no such filter.", "unknown")
    if wanted := query.get("q", "").strip():
        yield _search(resource, wanted)
    if dates and (day := query.get("date")) and resource.dates is not None:
        first, after = _span(day)
        yield and_(resource.dates.value >= first, resource.dates.value < after)


def _parameters(one: Filter) -> tuple[str, ...]:
    if one.kind is FilterKind.RANGE:
        return (f"{one.name}__from", f"{one.name}__to")
    return (one.name,)


def _condition(one: Filter, name: str, value: str) -> ColumnElement[bool]:
    match one.kind:
        case FilterKind.BOOL:
            if value not in {"true", "false"}:
                raise Invalid.field(["query", name], "This is true or false.", "bool")
            return one.value.is_(value == "true")
        case FilterKind.RANGE:
            first, after = _span(value, whole=True, name=name)
            return one.value >= first if name.endswith("__from") else one.value < after
        case FilterKind.CHOICE:
            if value not in {choice.value for choice in one.choices}:
                raise Invalid.field(["query", name], "There is no such choice.", "unknown")
            return one.value == literal(one.value.type.python_type(value))
        case FilterKind.REF:
            return one.value == literal(key_of(value, "query", name))


def key_of(text: str, *loc: str) -> int:
    """Return the key that a text holds. Raises Invalid where it holds none."""
    if text.isascii() and text.isdecimal() and 0 < int(text[:20]) <= MAX_OFFSET:
        return int(text[:20])
    raise Invalid.field(list(loc), "This is no id.", "id")


def _search(resource: Resource, wanted: str) -> ColumnElement[bool]:
    """Find every word of `wanted` in one of the searched columns, in any case."""
    places: list[Expression] = [value for _, value in resource.search] or [resource.title]
    said = wanted.split()
    if len(said) > _MOST_WORDS or "\x00" in wanted:
        raise Invalid.field(["query", "q"], f"At most {_MOST_WORDS} words.", "too_many")
    return and_(*(or_(*(place.icontains(w, autoescape=True) for place in places)) for w in said))


def _span(text: str, *, whole: bool = False, name: str = "date") -> tuple[datetime, datetime]:
    """Return where a year, month or day begins and ends; `whole`: only a day will do."""
    match = _DATES.fullmatch(text)
    if match is None or (whole and not match[3]):
        raise Invalid.field(["query", name], "This is no date.", "date")
    try:
        year, month, day = (int(part or 1) for part in match.groups())
        first = date(year, month, day)
        if match[3]:
            after = first + timedelta(days=1)
        elif match[2]:
            after = date(year + month // 12, month % 12 + 1, 1)
        else:
            after = date(year + 1, 1, 1)
    except (ValueError, OverflowError) as error:
        raise Invalid.field(["query", name], "This is no date.", "date") from error
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def _dates(
    session: ReadSession, resource: Resource, caller: Principal, query: Mapping[str, str]
) -> list[AdminDate]:
    """Count rows by the step below the date that was asked for: years, months or days."""
    if resource.dates is None:
        return []
    asked = query.get("date", "")
    shape = {0: "YYYY", 1: "YYYY-MM"}.get(asked.count("-") + 1 if asked else 0, "YYYY-MM-DD")
    step = func.to_char(func.timezone("UTC", resource.dates.value), shape).label("step")
    statement = (
        _selected(resource, caller)
        .where(*_conditions(resource, query))
        .with_only_columns(step, func.count(), maintain_column_froms=True)
        .group_by(step)
        .order_by(step.desc())
    )
    return [AdminDate(value=value, count=n) for value, n in await session.execute(statement)]
