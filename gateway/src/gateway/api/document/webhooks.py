"""The messages that programs are sent when something happens."""

from __future__ import annotations

from typing import Any, Final

from contracts.integrations import EVENTS
from gateway.api.document.parts import JSON, answer

#: Of Standard Webhooks (https://www.standardwebhooks.com/).
HEADERS: Final = {
    "webhook-id": "The same at each try: remember the last ones",
    "webhook-timestamp": "When it was sent, in seconds since 1970",
    "webhook-signature": "`v1,` and the HMAC-SHA256 of id, timestamp and body in base64",
}


def describe() -> dict[str, Any]:
    """Describe a message of each type."""
    return {name: {"post": _message(name, event.summary)} for name, event in EVENTS.items()}


def _message(name: str, summary: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "const": name},
            "timestamp": {"type": "string", "format": "date-time", "description": "Of the event"},
            "data": {"type": "object", "description": "What is public of it, as it is by then"},
        },
    }
    return {
        "operationId": f"told_{name.replace('.', '_')}",
        "summary": summary,
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": text,
            }
            for header, text in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {
            "2XX": answer("It is yours; it is not sent again"),
            "410": answer("The webhook is switched off"),
            "default": answer("It is sent again later, for three days"),
        },
    }
