"""How the gateway asks the services: one typed client each, under one policy of calling."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.backends.downloads import Downloads
from gateway.backends.errors import (
    BackendError,
    BackendGarbage,
    BackendRefused,
    BackendUnavailable,
)

__all__ = [
    "BackendError",
    "BackendGarbage",
    "BackendRefused",
    "BackendUnavailable",
    "Backends",
    "Downloads",
]


@dataclass(frozen=True, slots=True)
class Backends:
    """The services that pages are composed from."""

    downloads: Downloads
