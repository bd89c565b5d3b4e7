"""The content service, as the gateway sees it (routes: services/content/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.backends.client import BackendClient


class Content:
    """Reads of the content service. Every method raises `BackendError` where it has no answer."""

    def __init__(self, client: BackendClient) -> None:
        self.client = client
