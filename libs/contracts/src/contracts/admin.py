"""The staff admin: what a service tells of its resources, and how rows of them are exchanged.

A service describes its resources to one caller at a time: what is not allowed is not told. The
gateway makes pages of the description without knowing any resource.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from contracts.base import DTO


class Format(StrEnum):
    """How the value of a column is shown."""

    TEXT = "text"
    BOOL = "bool"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    BYTES = "bytes"


class Widget(StrEnum):
    """How a field is edited. `ref` holds the id of a row of another resource."""

    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    SELECT = "select"
    DATE = "date"
    TIME = "time"
    REF = "ref"


class FilterKind(StrEnum):
    """How a list is narrowed by a field. A range takes `<name>__from` and `<name>__to`."""

    CHOICE = "choice"
    BOOL = "bool"
    REF = "ref"
    RANGE = "range"


class AdminChoice(DTO):
    """One of several values."""

    value: str
    label: str


class AdminColumn(DTO):
    """One column of a list."""

    name: str
    label: str
    format: Format
    sortable: bool


class AdminFilter(DTO):
    """One way to narrow a list; `ref` names the resource whose rows are the choices."""

    name: str
    label: str
    kind: FilterKind
    choices: tuple[AdminChoice, ...] = ()
    ref: str = ""


class AdminField(DTO):
    """One field of a form. `ref` names the resource whose rows are the choices.

    Of a `multiple` one the value is a list: of some of the choices, or, without any, of texts.
    """

    name: str
    label: str
    widget: Widget
    help: str = ""
    required: bool = False
    nullable: bool = Field(default=False, description="Nothing typed is sent as null")
    max_length: int | None = None
    choices: tuple[AdminChoice, ...] = ()
    ref: str = ""
    default: Any = None
    multiple: bool = False
    read_only_on_add: bool = False
    read_only_on_change: bool = False
    file: bool = Field(
        default=False,
        description="It is sent as name and bytes in base64; what is read of it is its address",
    )


class AdminFieldset(DTO):
    """Fields that belong together."""

    title: str
    fields: list[AdminField]


class AdminCan(DTO):
    """What the caller may do with rows of a resource."""

    view: bool
    add: bool
    change: bool
    delete: bool


class AdminInline(DTO):
    """Rows of another kind that are edited and saved together with the row they belong to."""

    name: str = Field(description="Key of the rows in what is read and sent")
    label: str
    plural: str
    fields: list[AdminField]
    can: AdminCan


class AdminAction(DTO):
    """Something that can be done to one row (`row`) or to several at once (`bulk`).

    `fields` are what the person is asked for along with the question.
    """

    name: str
    label: str
    confirm: str = Field(description="What the person is asked before")
    bulk: bool
    row: bool
    danger: bool = False
    fields: tuple[AdminField, ...] = ()


class AdminResource(DTO):
    """One kind of row, as one caller may see and edit it. `detail`: rows have a page each."""

    name: str
    label: str
    plural: str
    group: str
    note: str = ""
    columns: list[AdminColumn]
    order: str = Field(description="Column of the default order; a minus in front: descending")
    search: list[str] = Field(description="Labels of the fields that a search looks into")
    filters: list[AdminFilter]
    dates: str = Field(description="Label of the date that a list is walked by, or empty")
    page_sizes: list[int]
    fieldsets: list[AdminFieldset]
    inlines: list[AdminInline]
    actions: list[AdminAction]
    suggests: list[str] = Field(description="Fields that suggestions are made for")
    suggests_from: list[str] = Field(description="Fields that suggestions are made from")
    can: AdminCan
    detail: bool
    history: bool
    entity: str = Field(default="", description="What the audit trail calls the rows")


class AdminDescriptor(DTO):
    """What a service offers to one caller; empty where that is nothing."""

    service: str
    title: str
    resources: list[AdminResource]


class AdminRowCan(DTO):
    """What the caller may do with one row."""

    change: bool
    delete: bool
    actions: tuple[str, ...] = ()


class AdminRow(DTO):
    """One row of a list."""

    id: str
    title: str
    values: dict[str, Any]
    can: AdminRowCan


class AdminDate(DTO):
    """One step of the walk by date: a year, a month or a day, and how many rows it has."""

    value: str = Field(description="2026, 2026-11 or 2026-11-23")
    count: int


class AdminList(DTO):
    """One window of a list. `dates` are the steps below the date that was asked for."""

    items: list[AdminRow]
    total: int
    dates: list[AdminDate]


class AdminChild(DTO):
    """One row of an inline."""

    id: str
    version: int
    title: str
    values: dict[str, Any]


class AdminRecord(DTO):
    """One row with what a form holds."""

    id: str
    version: int
    title: str
    values: dict[str, Any]
    inlines: dict[str, list[AdminChild]]
    can: AdminRowCan


class AdminSaved(DTO):
    """A row that was made or replaced."""

    id: str
    advice: str = Field(default="", description="What its editor should look at, or empty")


class AdminOption(DTO):
    """One row of a resource that others refer to."""

    value: str
    label: str


class AdminOptions(DTO):
    """Some rows to choose from; `more` where others match too."""

    items: list[AdminOption]
    more: bool


class AdminSuggestions(DTO):
    """Values suggested for fields, by field."""

    values: dict[str, str]


class AdminDone(DTO):
    """What became of an action."""

    message: str
