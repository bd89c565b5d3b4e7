"""Last good values of page blocks, for when their service is away."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any


class LastGood:
    """Keeps the last `size` values by name, least recently stored dropped first.

    Values are DTOs, which are frozen, so that pages can share them.
    """

    def __init__(self, size: int = 256) -> None:
        self.size = size
        self._values: OrderedDict[str, Any] = OrderedDict()

    def get(self, name: str) -> Any | None:  # noqa: ANN401 - the caller knows what it kept
        """Return the value last kept under `name`."""
        return self._values.get(name)

    def put(self, name: str, value: object) -> None:
        """Keep a value."""
        self._values[name] = value
        self._values.move_to_end(name)
        while len(self._values) > self.size:
            self._values.popitem(last=False)
