"""What the templates of the admin get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.admin import AdminAction, AdminInline, AdminResource
    from gateway.admin.conflicts import Difference
    from gateway.admin.fields import FieldView, RowView
    from gateway.admin.lists import ColumnView, DateView, FilterView, ListRow, Pager

type Trail = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One resource, with the ways to it."""

    label: str
    note: str
    href: str
    add: str


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """Resources of one service that belong together; `away` where the service does not answer."""

    title: str
    entries: tuple[IndexEntry, ...]
    away: bool = False


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The first page of the admin. `audit` and `switches`: the visitor sees these pages."""

    groups: tuple[IndexGroup, ...]
    said: str
    audit: bool
    switches: bool
    menu: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list. `matching` is its query, where it has more rows than the page shows."""

    resource: AdminResource
    trail: Trail
    said: str
    base: str
    token: str
    total: int
    columns: tuple[ColumnView, ...]
    rows: tuple[ListRow, ...]
    filters: tuple[FilterView, ...]
    kept: tuple[tuple[str, str], ...]
    q: str
    dates: tuple[DateView, ...]
    date: str
    undated: str
    pager: Pager | None
    export: str
    narrowed: bool
    matching: str | None


@dataclass(frozen=True, slots=True)
class FieldsetView:
    """Fields under one title."""

    title: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class InlineView:
    """The rows that belong to the row, with where errors of the whole are told."""

    inline: AdminInline
    rows: tuple[RowView, ...]

    @property
    def following(self) -> int:
        """The number of the row that is added next."""
        last = self.rows[-1].prefix if self.rows else f"{self.inline.name}--1-"
        return int(last.removeprefix(f"{self.inline.name}-").removesuffix("-")) + 1


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form of a row. `key` is empty for a new one; `editable` where it can be sent.

    `version`: what the form was opened with, `now`: what there is. `conflict`: what differs, where
    somebody else changed the row meanwhile. `files`: it sends a file. `beside` are pages
    that belong to the row, as (label, address).
    """

    resource: AdminResource
    trail: Trail
    title: str
    said: str
    base: str
    token: str
    key: str
    version: str
    now: str
    once: str
    editable: bool
    deletable: bool
    actions: tuple[AdminAction, ...]
    fieldsets: tuple[FieldsetView, ...]
    inlines: tuple[InlineView, ...]
    errors: tuple[tuple[str, str], ...]
    conflict: tuple[Difference, ...] | None
    suggest: str
    sources: str
    files: bool
    beside: Trail


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What a person is asked before something is done to rows. `fields` are sent with the yes.

    `errors` are by the name of a field. `asked` is what the action wants to know; `typed` is the
    number that must be typed with it, 0 where a click is enough.
    """

    trail: Trail
    title: str
    question: str
    rows: tuple[str, ...]
    address: str
    back: str
    token: str
    fields: Mapping[str, str]
    label: str
    danger: bool
    errors: tuple[tuple[str, str], ...]
    asked: tuple[FieldView, ...] = ()
    typed: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an entry of the trail says was changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that was done to a row.

    `fields` is how many fields changed; `changes` may be the first of them. `trace` is where its
    trace can be looked at. In the trail of all rows `label` names the row, and `href` is the
    address of its own history.
    """

    time: str
    moment: str
    who: str
    what: str
    changes: tuple[Change, ...]
    fields: int
    trace_id: str
    trace: str = ""
    service: str = ""
    entity: str = ""
    label: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What was done to a row and to those that belong to it, newest first.

    `entity` is what entries call the row itself.
    """

    trail: Trail
    title: str
    entity: str
    entries: tuple[HistoryEntry, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Who changed what in all services. `values` is what was asked for, by field of the form."""

    entries: tuple[HistoryEntry, ...]
    values: Mapping[str, str]
    services: tuple[str, ...]
    away: tuple[str, ...]
    older: str
    newest: str


@dataclass(frozen=True, slots=True)
class SwitchView:
    """One feature switch; `change` is empty for who may not."""

    name: str
    summary: str
    mode: str
    on: bool
    changed: str
    moment: str
    by: str
    change: str
    history: str


@dataclass(frozen=True, slots=True)
class SwitchGroup:
    """The switches of one service."""

    service: str
    switches: tuple[SwitchView, ...]
    away: bool


@dataclass(frozen=True, slots=True)
class SwitchesPage:
    """All switches."""

    groups: tuple[SwitchGroup, ...]
    said: str
