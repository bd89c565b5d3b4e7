"""What following a source came to, counted and told to people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

_MOST_LINES: Final = 200
_LONGEST: Final = 500


@dataclass(kw_only=True)
class Report:
    """What following a source came to; `lines` tell each change to people.

    A line begins with + for what is new, ~ changed, - gone, ! left out.
    """

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    skipped: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many things are otherwise than before."""
        return self.created + self.updated + self.deleted

    def values(self) -> dict[str, Any]:
        """Return what a row of the report has."""
        lines = [line[:_LONGEST] for line in self.lines[:_MOST_LINES]]
        if len(self.lines) > _MOST_LINES:
            lines[-1] = f"… and {len(self.lines) - _MOST_LINES + 1} more"
        counts = ("created", "updated", "deleted", "unchanged", "skipped")
        return {"lines": lines, **{name: getattr(self, name) for name in counts}}

    def told(self, name: str) -> list[str]:
        """Return it as lines for people."""
        counts = (
            f"{self.created} new, {self.updated} changed, {self.deleted} gone, "
            f"{self.unchanged} as before, {self.skipped} left out"
        )
        return [f"{name}: {counts}", *(f"  {line}" for line in self.lines)]
