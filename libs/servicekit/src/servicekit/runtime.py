"""What one running process of a service has in hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from servicekit.database import Database
from servicekit.metrics import Metrics
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.tokens import KeySet

type Check = Callable[[], Awaitable[str | None]]
"""Returns None where all is well, or else what is wrong in a few words."""


@dataclass(kw_only=True)
class Runtime:
    """One process: found as `app.state.runtime`.

    `checks` are asked by /readyz, by name; whoever needs something to be there adds its own.
    """

    service: Service
    settings: ServiceSettings
    database: Database
    keys: KeySet
    metrics: Metrics
    checks: dict[str, Check] = field(default_factory=dict)
    draining: bool = False


type Part = Callable[[Runtime], AbstractAsyncContextManager[None]]
"""Something that lives as long as the process: started before the first request is served."""
