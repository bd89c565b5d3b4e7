"""HTTP PURGE: an address is dropped from every replica, for those who may ask.

Release managers' tools send it after each release, without credentials: the address they call
from is what admits them. They expect 200, also for files that this site does not serve.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.cache.paths import canonical_path
from gateway.web.client import caller, network_of, within
from gateway.web.errors import Refusal

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Send

    from gateway.cache.invalidation import Invalidation
    from gateway.settings import Settings
    from gateway.web.limits import RateLimits


@dataclass(frozen=True, slots=True)
class PurgeEndpoint:
    """Answers PURGE on any address."""

    settings: Settings
    invalidation: Invalidation
    limits: RateLimits

    async def answer(self, scope: HTTPScope, send: Send) -> Refusal | None:
        """Drop the address, or say why not."""
        address = caller(scope, self.settings.trusted_proxies)
        if not within(address, self.settings.purge_sources):
            return Refusal(403, "Addresses are purged for known callers only.")
        if not await self.limits.allow(self.settings.purge_limit, "purge", network_of(address)):
            return Refusal(429, retry_after=60)
        soft = any(name == b"fastly-soft-purge" for name, _ in scope["headers"])
        purge_id = await self.invalidation.ask(canonical_path(scope), soft=soft)
        body = json.dumps({"status": "ok", "id": purge_id}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return None
