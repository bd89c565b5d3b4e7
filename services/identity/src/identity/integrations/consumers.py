"""Reads the events of every context that has some to tell."""

from __future__ import annotations

from typing import Final

from contracts.integrations import EVENTS
from identity.integrations.services import take
from servicekit.service import Consumer

_CONTEXTS: Final = sorted({event.kind.context() for event in EVENTS.values()})

CONSUMERS: Final = tuple(
    Consumer(
        name=f"webhooks-{context}",
        subjects=tuple(name for name, event in EVENTS.items() if event.kind.context() == context),
        handler=take,
    )
    for context in _CONTEXTS
)
