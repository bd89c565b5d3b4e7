"""How a resource of the legacy APIs is declared.

One declaration serves both dialects: they read from it what fields there are and of what kind, by
what may be filtered, who may write, and which routes of which service stand behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic import BaseModel, TypeAdapter

    from contracts.base import DTO, Page

type Errors = dict[str, list[str]]


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    SLUG = "slug"
    URL = "url"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    CHOICE = "choice"
    RELATION = "relation"
    SELF = "self"
    """The address of the row; made and never sent."""


class _Required:
    """There is no default: it has to be sent."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
NOW: Final = "now"
"""Default of a time: that of the request."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a resource.

    Attributes:
        name: As clients know it.
        of: Attribute of the DTO, where that is called otherwise.
        label: As python.org calls it to people, in schemas and OPTIONS.
        help: What schemas say of it.
        default: What it is where it is not sent.
        unique: No two rows have the same; the name of the service's filter by which a row with it
            is found.
        choices: Values of a choice with their names.
        to: Resource that a relation leads to.
        by: What the service keeps of a row that a relation leads to, where that is not its id.
        longest: Characters at most.
        words: What clients know values as, where the service calls them otherwise.
    """

    name: str
    kind: Kind = Kind.TEXT
    of: str = ""
    label: str = ""
    help: str = ""
    default: object = REQUIRED
    blank: bool = False
    null: bool = False
    unique: str = ""
    choices: tuple[tuple[int, str], ...] = ()
    to: str = ""
    by: str = ""
    longest: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, value: Any) -> Any:  # noqa: ANN401 - of the field
        """Return a value of the service as clients know it."""
        return self.words.get(value, value) if self.words else value

    @property
    def source(self) -> str:
        """Name of the attribute of the DTO, and of the field of the input."""
        return self.of or self.name

    @property
    def required(self) -> bool:
        """Whether it has to be sent to make a row."""
        return self.default is REQUIRED and self.kind is not Kind.SELF


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A comparison that lists may be narrowed by.

    Attributes:
        field: Name of the field.
        lookup: How it is compared: exact, contains …
        parameter: What the service calls it.
        v1, v2: Whether the dialect offers it.
    """

    field: str
    parameter: str
    lookup: str = "exact"
    v1: bool = True
    v2: bool = True

    @property
    def name(self) -> str:
        """The query parameter of clients."""
        return self.field if self.lookup == "exact" else f"{self.field}__{self.lookup}"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Something that both legacy APIs offer.

    Attributes:
        name: Its place below the API: downloads/os.
        service: Whose it is.
        path: Of the list, in the service.
        listed, one: What the service answers.
        input: What the service takes.
        order: Of lists, as the service calls it; None: the service's own.
        model: What python.org calls a row in answers to programs ("No OS matches …").
        verbose: The same for people ("Operating System with this slug …").
        fields: In the order of the second API; the first sorts by name.
        filters: What lists may be narrowed by.
        hollow: Fields by which python.org says that the first API filters, and never does.
        related: Relations whose own filters may be used through two underscores, by field; the
            value is what the service puts in front of the parameter.
        entity: In names of permissions: downloads.add_<entity>.
        drafts: Rows may be hidden from the public; then the first API hides its schema too.
        strict: The second API refuses parameters that it does not know.
        bulk: Relation by which all rows may be deleted at once.
        kept: What cannot be sent but must be sent back to the service when a row is replaced.
        check: Rules over several fields: gets the values of the row to be and the row that is.
        clash: A field by which the service refuses a row beside others, and how that is told.
        keys: Surrogate keys of lists; each event about a row drops them.
        texts: Path of the list in the service, where `path` lists rows without all fields.
        window: Rows that the service is asked for at once, where a whole list is wanted.
        changeable: Whether the second API takes changes.
        adapt: Makes of the values of a new row what the service takes.
    """

    name: str
    service: str
    path: str
    listed: TypeAdapter[Page[Any]]
    one: TypeAdapter[Any]
    input: type[BaseModel]
    order: str | None
    model: str
    verbose: str
    description: str
    entity: str
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...]
    hollow: tuple[str, ...] = ()
    related: Mapping[str, str] = field(default_factory=dict)
    drafts: bool = False
    strict: bool = False
    bulk: str = ""
    kept: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Any], DTO | None], Errors] | None = None
    clash: tuple[str, str] | None = None
    keys: Sequence[str] = ()
    texts: str = ""
    window: int = 1000
    changeable: bool = True
    adapt: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda values: values

    @property
    def writable(self) -> tuple[Field, ...]:
        """The fields that can be sent."""
        return tuple(found for found in self.fields if found.kind is not Kind.SELF)

    @property
    def last(self) -> str:
        """The last word of the name: release_file."""
        return self.name.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The name for people: Release File."""
        return self.last.replace("_", " ").title()

    def permission(self, verb: str) -> str:
        """Return the name of the permission to `add`, `change`, `delete` or `view`."""
        return f"{self.service}.{verb}_{self.entity}"

    def field_of(self, name: str) -> Field | None:
        """Return a field by its name."""
        return next((found for found in self.fields if found.name == name), None)

    def field_from(self, source: str) -> Field | None:
        """Return the field that the service calls `source`."""
        return next((found for found in self.fields if found.source == source), None)
