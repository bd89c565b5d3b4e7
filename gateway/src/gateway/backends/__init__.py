"""How the gateway asks the services: one typed client each, under one policy of calling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.backends.client import BackendClient
from gateway.backends.content import Content
from gateway.backends.downloads import Downloads
from gateway.backends.errors import (
    BackendError,
    BackendGarbage,
    BackendRefused,
    BackendUnavailable,
)
from gateway.backends.events import Events
from gateway.backends.identity import Identity
from gateway.backends.jobs import Jobs
from gateway.backends.social import Social
from gateway.backends.sponsors import Sponsors

__all__ = [
    "BackendError",
    "BackendGarbage",
    "BackendRefused",
    "BackendUnavailable",
    "Backends",
    "Content",
    "Downloads",
    "Events",
    "Identity",
    "Jobs",
    "Social",
    "Sponsors",
]


@dataclass(frozen=True, slots=True)
class Backends:
    """The services that pages are composed from."""

    downloads: Downloads
    content: Content | None = None
    identity: Identity | None = None
    social: Social | None = None
    events: Events | None = None
    jobs: Jobs | None = None
    sponsors: Sponsors | None = None

    def clients(self) -> Iterator[BackendClient]:
        """Yield what has to be opened and closed."""
        yield self.downloads.client
        if self.content is not None:
            yield self.content.client
        if self.identity is not None:
            yield self.identity.client
        if self.social is not None:
            yield self.social.client
        if self.events is not None:
            yield self.events.client
        if self.jobs is not None:
            yield self.jobs.client
        if self.sponsors is not None:
            yield self.sponsors.client
