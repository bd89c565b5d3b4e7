"""The AsyncAPI 3.0 document of a service's messages, made from the contracts.

Channels are NATS subjects. The service sends what `Service.events` lists, and receives what its
consumers read, as far as this process knows the contracts. Every message is a CloudEvent in
structured JSON whose `data` has the schema of its payload.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from contracts.events import Event, EventData
from servicekit.messaging.wire import known_kinds
from servicekit.relay import CONTENT_TYPE
from servicekit.service import Service

_REF: Final = "#/components/schemas/{model}"


def document(service: Service) -> dict[str, Any]:
    """Return the document, equal for equal contracts."""
    sent = sorted(service.events, key=lambda kind: kind.type_name())
    received = {
        consumer.name: [kind for kind in _all_kinds() if _matches(consumer.subjects, kind.SUBJECT)]
        for consumer in service.consumers
    }
    kinds = sorted(
        {*sent, *(kind for read in received.values() for kind in read)},
        key=lambda kind: kind.type_name(),
    )
    refs, definitions = models_json_schema(
        [(Event, "validation"), *((kind, "validation") for kind in kinds)], ref_template=_REF
    )
    envelope = refs[Event, "validation"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"{service.title}: events",
            "version": service.version,
            "description": service.description,
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            kind.SUBJECT: {
                "address": kind.SUBJECT,
                "description": f"In the JetStream stream {kind.context()}",
                "messages": {
                    other.type_name(): {"$ref": f"#/components/messages/{other.type_name()}"}
                    for other in kinds
                    if other.SUBJECT == kind.SUBJECT
                },
            }
            for kind in kinds
        },
        "operations": {
            **{
                f"send-{kind.type_name()}": _operation("send", [kind], kind.__doc__ or "")
                for kind in sent
            },
            **{
                f"receive-{name}-{kind.type_name()}": _operation(
                    "receive", [kind], f"Read by the durable consumer {name}"
                )
                for name, read in received.items()
                for kind in read
            },
        },
        "components": {
            "messages": {
                kind.type_name(): _message(kind, envelope, refs[kind, "validation"])
                for kind in kinds
            },
            "schemas": definitions.get("$defs", {}),
        },
    }


def _operation(action: str, kinds: Iterable[type[EventData]], summary: str) -> dict[str, Any]:
    kind = next(iter(kinds))
    channel = f"#/channels/{kind.SUBJECT}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": summary.strip().partition("\n")[0],
        "messages": [{"$ref": f"{channel}/messages/{kind.type_name()}"}],
    }


def _message(
    kind: type[EventData], envelope: dict[str, Any], data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "name": kind.type_name(),
        "summary": (kind.__doc__ or "").strip().partition("\n")[0],
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "properties": {
                "Nats-Msg-Id": {"type": "string", "description": "The id of the event"},
                "traceparent": {"type": "string", "description": "W3C trace context"},
            },
        },
        "payload": {
            "allOf": [
                envelope,
                {
                    "type": "object",
                    "properties": {"type": {"const": kind.type_name()}, "data": data},
                },
            ]
        },
    }


def _all_kinds() -> list[type[EventData]]:
    return sorted(
        (kind for versions in known_kinds().values() for kind in versions.values()),
        key=lambda kind: kind.type_name(),
    )


def _matches(patterns: Iterable[str], subject: str) -> bool:
    """Return whether a NATS subject fits one of the patterns (`*` one token, `>` the rest)."""
    tokens = subject.split(".")
    for pattern in patterns:
        wanted = pattern.split(".")
        if wanted[-1] == ">":
            wanted = wanted[:-1]
            if len(tokens) <= len(wanted):
                continue
            fits = zip(wanted, tokens, strict=False)
        elif len(wanted) == len(tokens):
            fits = zip(wanted, tokens, strict=True)
        else:
            continue
        if all(want in {"*", token} for want, token in fits):
            return True
    return False
