"""What a domain says of a resource, beside its models.

    RELEASE = Resource(
        name="release", label="release", plural="releases", group="Downloads",
        model=Release, title=Release.name,
        permissions=Permissions.of("downloads", "release"),
        columns=(Column("name", Release.name), …),
        form=Form(input=ReleaseInput, read=read, create=create, update=update),
        delete=releases.delete,
    )

Everything that is written names a function of the domain.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel
from sqlalchemy import ColumnElement, FromClause, Select, true
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.runtime import Runtime

type Expression = ColumnElement[Any] | InstrumentedAttribute[Any]
type Statement = Select[*tuple[Any, ...]]
type Values = dict[str, Any]


@dataclass(frozen=True)
class Permissions:
    """Names of the permissions that rows of a resource need; the same as those of the API."""

    view: str
    add: str
    change: str
    delete: str

    @classmethod
    def of(cls, context: str, thing: str) -> Permissions:
        """Return `<context>.<verb>_<thing>` for the four verbs."""
        return cls(*(f"{context}.{verb}_{thing}" for verb in ("view", "add", "change", "delete")))

    @classmethod
    def same(cls, name: str) -> Permissions:
        """Return one permission for everything."""
        return cls(name, name, name, name)


@dataclass(frozen=True)
class Column:
    """One column of a list; sortable unless told otherwise, by `order` where that differs.

    `shown` makes of a value what is shown, where that is not in the database.
    """

    name: str
    value: Expression
    label: str = ""
    format: Format = Format.TEXT
    sortable: bool = True
    order: Expression | None = None
    shown: Callable[[Any], Any] | None = None

    def of(self, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the column holds
        """Return what is shown of a row."""
        value = row[self.name]
        return value if self.shown is None else self.shown(value)


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list. A reference names the resource that it refers to."""

    name: str
    value: Expression
    kind: FilterKind
    label: str = ""
    choices: Sequence[AdminChoice] = ()
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What the input model does not say of a field, or says otherwise than a form should."""

    label: str = ""
    help: str = ""
    widget: Widget | None = None
    choices: Sequence[AdminChoice] = ()
    ref: str = ""
    read_only_on_add: bool = False
    read_only_on_change: bool = False
    file: bool = False


@dataclass(frozen=True)
class Fieldset:
    """Fields of a form under one title."""

    title: str
    fields: tuple[str, ...]


class Made(Protocol):
    """What a creating function answers: a DTO that has an id."""

    @property
    def id(self) -> Any:  # noqa: ANN401 - of whatever kind the key is
        """The key of the new row."""


class Create(Protocol):
    """The domain's function that creates a row."""

    def __call__(self, session: WriteSession, sent: Any, caller: Principal, /) -> Awaitable[Made]:  # noqa: ANN401
        """Create it; raises problems."""


class Update(Protocol):
    """The domain's function that replaces a row."""

    def __call__(
        self,
        session: WriteSession,
        key: int,
        sent: Any,  # noqa: ANN401 - the input model of the form
        caller: Principal,
        /,
        *,
        if_match: str | None,
    ) -> Awaitable[object]:
        """Replace it; raises problems."""


class Delete(Protocol):
    """The domain's function that deletes a row."""

    def __call__(
        self, session: WriteSession, key: int, caller: Principal, /, *, if_match: str | None
    ) -> Awaitable[None]:
        """Delete it; raises problems."""


type Read = Callable[[ReadSession | WriteSession, int, Principal], Awaitable[Values | None]]
"""Returns a row with the fields of the form, `id` and `version`, or None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Inline:
    """Rows that belong to a row and are saved with it.

    `name` is their key in the parent's row. `parent` is the field of `input` that says whom they
    belong to; it is filled in here and never taken from what was sent. `last` tells which rows are
    saved after the others: those that take something that another one must have given up before.
    What has no function nobody does here: without any, the rows are only shown. `model`: what is
    done to these rows stands in the history of the row they belong to.
    """

    name: str
    label: str
    plural: str
    title: str
    input: type[BaseModel]
    fields: tuple[str, ...]
    permissions: Permissions
    parent: str = ""
    model: type[DeclarativeBase] | None = None
    create: Create | None = None
    update: Update | None = None
    delete: Delete | None = None
    hints: Mapping[str, Hint] = field(default_factory=dict)
    last: Callable[[Any], bool] = lambda _: False


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a row is read, made and replaced. A resource whose form has no `update` is read only.

    `advice` says of a row that was saved what its editor should look at; empty: nothing.
    """

    read: Read
    input: type[BaseModel]
    fieldsets: tuple[Fieldset, ...]
    create: Create | None = None
    update: Update | None = None
    hints: Mapping[str, Hint] = field(default_factory=dict)
    advice: Callable[[Values], str] = lambda _: ""
    inlines: tuple[Inline, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(name for part in self.fieldsets for name in part.fields)


def takes_file(form: Form) -> bool:
    """Tell whether a form sends a file."""
    return any(hint.file for hint in form.hints.values())


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who acts on rows, and in which unit of work; `sent` is what was typed for an action."""

    session: WriteSession
    caller: Principal
    runtime: Runtime
    sent: Any = None


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that is done to rows by a function of the domain.

    `run(call, keys)` does it to all or raises, and returns a sentence that says what was done.
    `applies` tells from the list's columns whether a row can have it done. `input` says what is
    asked for before, as a reason; `call.sent` is that model then, and None without it.
    """

    name: str
    label: str
    permission: str
    confirm: str
    run: Callable[[Call, Sequence[Any]], Awaitable[str]]
    applies: Callable[[Values], bool] = lambda _: True
    danger: bool = False
    row: bool = True
    input: type[BaseModel] | None = None
    hints: Mapping[str, Hint] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Suggest:
    """Values suggested for empty fields: `make` gets the texts of the fields `sources`."""

    sources: tuple[str, ...]
    fields: tuple[str, ...]
    make: Callable[[Mapping[str, str]], Mapping[str, str]]


def everything(_: Principal) -> ColumnElement[bool]:
    """Show all rows to whoever may list them."""
    return true()


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of row in the admin.

    Attributes:
        model: The rows: a model, or whatever can be selected from.
        key: Column that tells rows apart; a whole number.
        title: Column that names a row to people.
        join: Adds the tables that columns and filters read beside the model's own.
        visible: Which rows there are for a caller.
        order: Name of a column, a minus in front for descending.
        dates: Column that the list is walked by: year, month, day.
        entity: What the audit trail calls the rows; empty: the table's name.
        gone: Whether a caller who may view rows may read what was done to those that are gone.
    """

    name: str
    label: str
    plural: str
    group: str
    model: type[DeclarativeBase] | FromClause
    key: ColumnElement[int] | InstrumentedAttribute[int]
    title: Expression
    permissions: Permissions
    columns: tuple[Column, ...]
    order: str
    note: str = ""
    join: Callable[[Statement], Statement] = lambda statement: statement
    visible: Callable[[Principal], ColumnElement[bool]] = everything
    search: tuple[tuple[str, Expression], ...] = ()
    filters: tuple[Filter, ...] = ()
    dates: Column | None = None
    page_sizes: tuple[int, ...] = (50, 100, 500)
    form: Form | None = None
    delete: Delete | None = None
    actions: tuple[Action, ...] = ()
    suggest: Suggest | None = None
    entity: str = ""
    history: bool = True
    gone: Callable[[Principal], bool] = lambda _: True

    def __post_init__(self) -> None:
        """Refuse a declaration that could only fail when somebody looks at it."""
        names = {column.name for column in self.columns if column.sortable}
        if self.order.removeprefix("-") not in names:
            raise ValueError(f"{self.name}: cannot be ordered by {self.order}")
        if self.history and not self.audited:
            raise ValueError(f"{self.name}: what does the audit trail call it?")
        for form, where in ((self.form, self.name), *((i, i.name) for i in self.inlines)):
            if form is None:
                continue
            unknown = {*form.fields, *form.hints} - form.input.model_fields.keys()
            if unknown:
                raise ValueError(f"{where}: no such field: {', '.join(sorted(unknown))}")
        for action in self.actions:
            known = action.input.model_fields if action.input else ()
            if unknown := action.hints.keys() - known:
                raise ValueError(f"{action.name}: no such field: {', '.join(sorted(unknown))}")

    @property
    def inlines(self) -> tuple[Inline, ...]:
        """The inlines of the form, if there is one."""
        return self.form.inlines if self.form else ()

    @property
    def audited(self) -> str:
        """What the audit trail calls the rows."""
        return self.entity or str(getattr(self.model, "__tablename__", ""))
