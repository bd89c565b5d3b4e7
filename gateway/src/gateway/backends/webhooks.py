"""What the gateway asks the identity service about webhooks; raises what `Identity` raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from contracts.identity import webhooks
from gateway.backends.client import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.backends.client import BackendClient

_WEBHOOK = TypeAdapter(webhooks.Webhook)
_WEBHOOKS = TypeAdapter(list[webhooks.Webhook])
_NEW = TypeAdapter(webhooks.NewWebhook)
_SECRET = TypeAdapter(webhooks.WebhookSecret)
_DELIVERIES = TypeAdapter(Page[webhooks.Delivery])
_TYPES = TypeAdapter(list[webhooks.EventType])
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Webhooks:
    """Webhooks of one user.

    Args:
        client: Of the identity service.
        user: Whose they are.
        caller: Headers that tell the security log where the visitor is.
    """

    def __init__(self, client: BackendClient, user: int, caller: Mapping[str, str]) -> None:
        self._client = client
        self._path = f"/users/{user}/webhooks"
        self._caller = caller

    async def event_types(self) -> list[webhooks.EventType]:
        """Return what can be subscribed to."""
        return await self._client.get("/event-types", _TYPES)

    async def all(self) -> list[webhooks.Webhook]:
        """Return the webhooks, the newest first."""
        return await self._client.get(self._path, _WEBHOOKS)

    async def one(self, webhook: int) -> webhooks.Webhook | None:
        """Return one webhook, None where there is none."""
        return await self._client.find(f"{self._path}/{webhook}", _WEBHOOK)

    async def make(self, sent: webhooks.WebhookInput) -> webhooks.NewWebhook:
        """Make a webhook; its secret is in this answer only."""
        return await self._send("POST", "", _NEW, sent)

    async def change(
        self, webhook: int, sent: webhooks.WebhookInput, version: int
    ) -> webhooks.Webhook:
        """Replace a webhook of which `version` was shown."""
        return await self._send("PUT", f"/{webhook}", _WEBHOOK, sent, match=version)

    async def remove(self, webhook: int) -> None:
        """Remove a webhook."""
        await self._send("DELETE", f"/{webhook}", _ANY)

    async def renew_secret(self, webhook: int) -> webhooks.WebhookSecret:
        """Make another secret, which is in this answer only."""
        return await self._send("POST", f"/{webhook}/secret", _SECRET)

    async def send_test(self, webhook: int) -> None:
        """Have a message sent that says nothing."""
        await self._send("POST", f"/{webhook}/tests", _ANY)

    async def deliveries(
        self, webhook: int, limit: int, offset: int
    ) -> Page[webhooks.Delivery] | None:
        """Return what became of messages, newest first, None where there is no such webhook."""
        query = {"limit": limit, "offset": offset}
        return await self._client.find(f"{self._path}/{webhook}/deliveries", _DELIVERIES, query)

    async def send_again(self, webhook: int, delivery: int) -> None:
        """Have a message sent once more."""
        await self._send("POST", f"/{webhook}/deliveries/{delivery}/repetition", _ANY)

    async def _send[T](
        self,
        method: str,
        path: str,
        kind: TypeAdapter[T],
        sent: BaseModel | None = None,
        *,
        match: int | None = None,
    ) -> T:
        body = None if sent is None else sent.model_dump_json().encode()
        headers = {**self._caller, **({} if match is None else {"If-Match": f'"{match}"'})}
        call = Call(method, self._path + path, body=body, headers=headers)
        return await self._client.send(call, kind)
