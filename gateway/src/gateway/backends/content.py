"""The content service, as the gateway sees it (routes: services/content/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from contracts.content.boxes import Box

if TYPE_CHECKING:
    from gateway.backends.client import BackendClient

_BOXES = TypeAdapter(list[Box])


class Content:
    """Reads of the content service. Every method raises `BackendError` where it has no answer."""

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def boxes(self, *labels: str) -> dict[str, Box]:
        """Return the boxes with these labels, by label; one that there is not is left out."""
        found = await self.client.get("/boxes/by-label", _BOXES, {"label": labels})
        return {box.label: box for box in found}
