"""A list as its page shows it: columns, cells, filters, dates, pages, all with their links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from contracts.admin import AdminChoice, FilterKind, Format
from gateway.web.pages import BadInput
from gateway.web.templating import filesize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.admin import AdminFilter, AdminList, AdminResource
    from gateway.admin.fields import Options

_YES_NO: Final = (
    AdminChoice(value="true", label="Yes"),
    AdminChoice(value="false", label="No"),
)


@dataclass(frozen=True, slots=True)
class ColumnView:
    """The head of a column; `sort` leads to the list ordered by it, "" where it cannot be."""

    label: str
    sort: str
    direction: str
    number: bool


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell; `kind` is the format of its column."""

    label: str
    kind: str
    text: str
    yes: bool = False
    moment: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row; `href` is empty where it has no page."""

    key: str
    title: str
    href: str
    cells: tuple[CellView, ...]
    first: CellView


@dataclass(frozen=True, slots=True)
class FilterView:
    """One filter of the form beside a list. A range has two fields for days."""

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[AdminChoice, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class DateView:
    """One step of the walk by date."""

    label: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to other windows; read by the component `pagination`."""

    label: str
    previous: str
    next: str
    pages: tuple[tuple[int, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for: the query as the service reads it, and the window."""

    query: Mapping[str, str]
    page: int
    size: int

    @property
    def window(self) -> dict[str, str]:
        """The query with limit and offset."""
        offset = (self.page - 1) * self.size
        return {**self.query, "limit": str(self.size), "offset": str(offset)}


def asked(params: Mapping[str, str], sizes: list[int]) -> Asked:
    """Return what the parameters of a list's address ask for; empty ones are as good as absent."""
    query = {name: value for name, value in params.items() if value and name not in {"p", "size"}}
    page, size = params.get("p", "1"), params.get("size", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
    chosen = next((one for one in sizes if str(one) == size), sizes[0])
    return Asked(query, max(number, 1), chosen)


def parameters(one: AdminFilter) -> tuple[str, ...]:
    """Return the parameters that a filter reads."""
    if one.kind is FilterKind.RANGE:
        return (f"{one.name}__from", f"{one.name}__to")
    return (one.name,)


def refuse_others(params: Mapping[str, str], known: set[str]) -> None:
    """Refuse what the page would not read, saying what there is. Raises BadInput."""
    for name, value in params.items():
        if value and name not in known:
            raise BadInput(name, f"is not asked for here; there are {', '.join(sorted(known))}")


def link(what: Asked, **changes: str | None) -> str:
    """Return the address of the same list asked otherwise; None takes a parameter away."""
    kept: dict[str, str | None] = {**what.query, **changes}
    told = {name: value for name, value in kept.items() if value}
    return f"?{urlencode(told)}" if told else "?"


def columns(resource: AdminResource, what: Asked) -> tuple[ColumnView, ...]:
    """Return the heads of the columns."""
    order = what.query.get("order", resource.order)
    found = []
    for column in resource.columns:
        by = column.name
        direction = ""
        if order.removeprefix("-") == by:
            direction = "descending" if order.startswith("-") else "ascending"
        sort = link(what, order=f"-{by}" if direction == "ascending" else by)
        found.append(
            ColumnView(
                label=column.label,
                sort=sort if column.sortable else "",
                direction=direction,
                number=column.format in {Format.NUMBER, Format.BYTES},
            )
        )
    return tuple(found)


def rows(resource: AdminResource, found: AdminList, base: str) -> tuple[ListRow, ...]:
    """Return the rows; the first cell of each leads to its page."""
    shown = []
    for row in found.items:
        cells = tuple(
            _cell(column.label, column.format, row.values.get(column.name))
            for column in resource.columns
        )
        href = f"{base}{row.id}/change/" if resource.detail else ""
        shown.append(ListRow(row.id, row.title, href, cells[1:], cells[0]))
    return tuple(shown)


def _cell(label: str, kind: Format, value: Any) -> CellView:  # noqa: ANN401 - JSON
    if value is None:
        return CellView(label, kind.value, "")
    match kind:
        case Format.BOOL:
            return CellView(label, kind.value, "Yes" if value else "No", yes=bool(value))
        case Format.DATE | Format.TIME:
            return CellView(label, kind.value, _moment(str(value), kind), moment=str(value))
        case Format.BYTES:
            return CellView(label, kind.value, filesize(value) if value else "")
    text = str(value)
    return CellView(label, kind.value, text if len(text) <= 200 else f"{text[:200]}…")


def _moment(value: str, kind: Format) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{moment:%Y-%m-%d}" if kind is Format.DATE else f"{moment:%Y-%m-%d %H:%M}"


def filters(resource: AdminResource, what: Asked, options: Options) -> tuple[FilterView, ...]:
    """Return the filters with what is chosen."""
    return tuple(_filter(one, what.query, options) for one in resource.filters)


def _filter(one: AdminFilter, query: Mapping[str, str], options: Options) -> FilterView:
    if one.kind is FilterKind.RANGE:
        first, last = (query.get(f"{one.name}__{end}", "") for end in ("from", "to"))
        return FilterView(one.name, one.label, "range", first, until=last)
    choices, kind = one.choices, "select"
    if one.kind is FilterKind.BOOL:
        choices = _YES_NO
    elif one.kind is FilterKind.REF:
        choices, more = options.get(one.ref, ((), False))
        kind = "search" if more else "select"
    return FilterView(one.name, one.label, kind, query.get(one.name, ""), choices)


def dates(found: AdminList, what: Asked) -> tuple[DateView, ...]:
    """Return the steps below the date that was asked for; none where it is a day already."""
    if what.query.get("date", "").count("-") == 2:
        return ()
    return tuple(
        DateView(step.value, link(what, date=step.value), step.count) for step in found.dates
    )


def pager(total: int, what: Asked, sizes: list[int]) -> Pager | None:
    """Return the links to other pages of a list, where there are any."""
    last = -(-total // what.size)
    if last <= 1:
        return None
    size = str(what.size) if what.size != sizes[0] else None

    def to(number: int) -> str:
        return link(what, p=str(number) if number > 1 else None, size=size)

    near = sorted({1, last, *range(max(1, what.page - 2), min(last, what.page + 2) + 1)})
    return Pager(
        label="Pages of the list",
        previous=to(what.page - 1) if what.page > 1 else "",
        next=to(what.page + 1) if what.page < last else "",
        pages=tuple((number, to(number), number == what.page) for number in near),
    )
