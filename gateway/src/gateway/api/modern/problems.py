"""Problem details (RFC 9457) as the modern API tells them: also with `status_code` and `extra`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from gateway.api.wire import Answer, Refused
from servicekit import telemetry

MEDIA: Final = "application/problem+json"

type Extra = Mapping[str, list[str]]


def problem(
    status: int,
    detail: str,
    path: str,
    extra: Extra | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return the answer that tells a problem; `extra` are messages by field."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "status_code": status,
        "detail": detail,
        "instance": path,
        "extra": dict(extra or {}),
    }
    trace = telemetry.current_trace_id()
    if trace:
        told["trace_id"] = trace
    body = json.dumps(told, ensure_ascii=False).encode()
    return Answer(status, body, MEDIA, {"Cache-Control": "no-store", **(headers or {})})


def refuse(status: int, detail: str, path: str, extra: Extra | None = None) -> Refused:
    """Return the refusal to raise."""
    return Refused(problem(status, detail, path, extra))


def by_field(told: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the messages of a service's problem by the names of its fields."""
    found: dict[str, list[str]] = {}
    for item in cast("list[dict[str, Any]]", told.get("errors") or []):
        place = [str(part) for part in item.get("loc") or []]
        found.setdefault(".".join(place[1:]) or "request", []).append(str(item.get("msg") or ""))
    return found
