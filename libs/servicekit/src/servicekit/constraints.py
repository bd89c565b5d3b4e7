"""What a violated constraint means to the caller, read from the models' own metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import Column, ColumnCollectionConstraint, Table

from servicekit.problems import Conflict, Invalid, Problem

#: What PostgreSQL tells of a value that is taken.
_KEY: Final = re.compile(r"\(slug\)=\(([A-Za-z0-9_-]+)\)")


@dataclass(frozen=True)
class _Rule:
    kind: str
    columns: tuple[str, ...]


class Constraints:
    """The constraints and unique indexes of some tables, by name."""

    def __init__(self, *metadata: MetaData) -> None:
        self._rules: dict[str, _Rule] = {}
        for each in metadata:
            for table in each.tables.values():
                for constraint in table.constraints:
                    kind = _kind(constraint)
                    if (
                        kind
                        and constraint.name
                        and isinstance(constraint, ColumnCollectionConstraint)
                    ):
                        columns = [column.key for column in constraint.columns]
                        if isinstance(constraint, CheckConstraint) and not columns:
                            columns = _mentioned(constraint, table)
                        self._add(constraint.name, kind, columns)
                for index in table.indexes:
                    if index.unique and index.name:
                        found = [c for e in index.expressions for c in _columns(e)]
                        self._add(index.name, "unique", found)

    def _add(self, name: object, kind: str, columns: Iterable[str]) -> None:
        self._rules[str(name)] = _Rule(kind, tuple(columns))

    def field_of(self, name: str) -> str | None:
        """Return the column that a constraint is told by: its last one, which tells rows apart.

        A unique (release_id, name) is about the name within the release.
        """
        rule = self._rules.get(name)
        return rule.columns[-1] if rule and rule.columns else None

    def explain(self, error: BaseException | None) -> Problem:
        """Return the problem of a violated constraint (SQLSTATE class 23).

        Unique, exclusion and foreign keys are conflicts with other rows (409); check and not
        null are wrong input (400).
        """
        state = str(getattr(error, "sqlstate", "") or "")
        name = str(getattr(error, "constraint_name", "") or "")
        field = self.field_of(name) or getattr(error, "column_name", None)
        match state:
            case "23505" if field == "slug" and (
                taken := _KEY.search(str(getattr(error, "detail", "")))
            ):
                text = (
                    f"Another row has the slug {taken[1]} already: change that one, or send "
                    "another slug."
                )
                return Conflict(text, field=field, code="unique")
            case "23505":
                return Conflict("Another row has this value already.", field=field, code="unique")
            case "23P01":
                return Conflict("This overlaps with another row.", field=field, code="exclusion")
            case "23503" | "23001":
                return Conflict(
                    "This refers to a row that is not there, or is still referred to.",
                    field=field,
                    code="reference",
                )
            case "23502":
                return Invalid.field(["body", field or ""], "This is required.", "missing")
            case _:
                told = name or "check"
                return Invalid.field(
                    ["body", *([field] if field else [])], f"This breaks the rule {told}.", told
                )


def _kind(constraint: object) -> str | None:
    match constraint:
        case UniqueConstraint() | PrimaryKeyConstraint():
            return "unique"
        case ExcludeConstraint():
            return "exclusion"
        case ForeignKeyConstraint():
            return "reference"
        case CheckConstraint():
            return "check"
        case _:
            return None


def _mentioned(constraint: CheckConstraint, table: Table) -> list[str]:
    """Return the one column that a check given as text is about, if it is about one."""
    words = set(re.findall(r"\w+", str(constraint.sqltext)))
    found = [column.key for column in table.columns if column.name in words]
    return found if len(found) == 1 else []


def _columns(expression: object) -> list[str]:
    """Return the columns an index expression reads, such as `lower(name)`."""
    return [e.key for e in visitors.iterate(expression) if isinstance(e, Column)]  # type: ignore[arg-type]
