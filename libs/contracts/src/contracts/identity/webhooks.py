"""Webhooks: addresses of programs that are told of events, and what became of each message."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, said

#: Rules beyond the form are the service's: scheme, no names and passwords, a public host.
WebAddress = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^https?://[^\s/?#@\\]+(/[^\s#\\]*)?$",
            "must be an address such as https://example.org/hook",
        ),
        max_length=2000,
    ),
]


class EventType(DTO):
    """A type of event that can be subscribed to."""

    type: str
    summary: str


class WebhookInput(Input):
    """An address and what it is told."""

    url: WebAddress
    description: Annotated[Line, StringConstraints(max_length=200)] = ""
    events: list[str] = Field(min_length=1, max_length=100)
    enabled: bool = True


class Webhook(DTO):
    """An address that is told of events.

    `trouble` says why it was switched off by the site, empty where its owner did or nobody.
    """

    id: int
    url: str
    description: str
    events: list[str]
    enabled: bool
    trouble: str
    former_secret_until: datetime | None
    """Until then messages carry the signature of the former secret too."""
    created: datetime
    updated: datetime
    version: int


class NewWebhook(Webhook):
    """A webhook with its secret, which is told this once."""

    secret: str


class WebhookSecret(DTO):
    """A new secret, told this once. The former one signs, too, until `former_secret_until`."""

    secret: str
    former_secret_until: datetime


class DeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(DTO):
    """One message to one address.

    `status` is what the address answered last, None where nothing came; `error` says what went
    wrong then; `due` when it is tried next.
    """

    id: int
    message_id: UUID
    type: str
    state: DeliveryState
    attempts: int
    due: datetime
    status: int | None
    error: str
    created: datetime
    finished: datetime | None
