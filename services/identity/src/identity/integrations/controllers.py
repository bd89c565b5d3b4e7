"""Webhooks of an account. The gateway asks in the name of their owner."""

from __future__ import annotations

from typing import Final

from litestar import Controller, Response, delete, get, post, put
from pydantic import TypeAdapter

from contracts.base import Page
from contracts.identity.webhooks import (
    Delivery,
    EventType,
    NewWebhook,
    Webhook,
    WebhookInput,
    WebhookSecret,
)
from contracts.integrations import EVENTS
from identity.controllers.common import SERVING, Id, IfMatch, Told, Who, answer_page
from identity.integrations import services
from servicekit import access
from servicekit.dependencies import Reading, Writing
from servicekit.etag import etag
from servicekit.pagination import InWindow
from servicekit.responses import json_response

_WEBHOOKS: Final = TypeAdapter(list[Webhook])
_TYPES: Final = TypeAdapter(list[EventType])


@get("/event-types", operation_id="list_event_types", tags=["webhooks"], opt=access.public())
async def list_event_types() -> Response[list[EventType]]:
    """List the events that can be subscribed to."""
    found = [EventType(type=name, summary=event.summary) for name, event in EVENTS.items()]
    return json_response(found, _TYPES)


class WebhookController(Controller):
    """Webhooks of one account."""

    path = "/users/{id:int}/webhooks"
    tags = ("webhooks",)
    opt = SERVING

    @get(operation_id="list_webhooks")
    async def list_webhooks(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[list[Webhook]]:
        """List a user's webhooks, the newest first."""
        found = await services.of_user(read_session, id)
        return json_response([Webhook.model_validate(row) for row in found], _WEBHOOKS)

    @post(operation_id="create_webhook")
    async def create_webhook(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: WebhookInput,
    ) -> Response[NewWebhook]:
        """Make a webhook; its secret is told this once."""
        return json_response(await services.create(write_session, settings, id, data, visitor))

    @get("/{webhook_id:int}", operation_id="get_webhook")
    async def get_webhook(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
    ) -> Response[Webhook]:
        """Read a webhook."""
        row = await services.one(read_session, id, webhook_id)
        return json_response(Webhook.model_validate(row), headers={"ETag": etag(row.version)})

    @put("/{webhook_id:int}", operation_id="update_webhook")
    async def update_webhook(  # noqa: PLR0913, PLR0917 - parameters of a route
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
        data: WebhookInput,
        if_match: IfMatch = None,
    ) -> Response[Webhook]:
        """Replace a webhook; what waited for one that was off is sent when it is on again."""
        row = await services.change(
            write_session, settings, id, webhook_id, data, if_match, visitor
        )
        return json_response(Webhook.model_validate(row), headers={"ETag": etag(row.version)})

    @delete("/{webhook_id:int}", operation_id="delete_webhook")
    async def delete_webhook(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
    ) -> None:
        """Remove a webhook and what waits for it."""
        await services.remove(write_session, id, webhook_id, visitor)

    @post("/{webhook_id:int}/secret", operation_id="renew_webhook_secret")
    async def renew_secret(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
    ) -> Response[WebhookSecret]:
        """Make another secret, told this once; the former one signs for a day, too."""
        made = await services.renew_secret(write_session, settings, id, webhook_id, visitor)
        return json_response(made)

    @post("/{webhook_id:int}/tests", operation_id="test_webhook", status_code=202)
    async def send_test(
        self,
        write_session: Writing,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
    ) -> None:
        """Send a message that says nothing. 409 where the webhook is switched off."""
        await services.send_test(write_session, id, webhook_id)

    @get("/{webhook_id:int}/deliveries", operation_id="list_webhook_deliveries")
    async def list_deliveries(
        self,
        read_session: Reading,
        window: InWindow,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
    ) -> Response[Page[Delivery]]:
        """List what became of the messages to a webhook, newest first."""
        return answer_page(await services.deliveries(read_session, id, webhook_id, window), window)

    @post(
        "/{webhook_id:int}/deliveries/{delivery_id:int}/repetition",
        operation_id="resend_webhook_delivery",
        status_code=202,
    )
    async def send_again(
        self,
        write_session: Writing,
        id: Id,  # noqa: A002 - what errors call it
        webhook_id: Id,
        delivery_id: Id,
    ) -> None:
        """Send a message once more. 409 where the webhook is switched off."""
        await services.send_again(write_session, id, webhook_id, delivery_id)


ROUTES = (list_event_types, WebhookController)
