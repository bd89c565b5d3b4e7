"""How answers go out, and what they say of limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from litestar.response.base import ASGIResponse

from gateway.cache.entry import raw_headers
from gateway.web.routing import EntryResponse

if TYPE_CHECKING:
    from litestar.types import Receive, Scope, Send

    from gateway.api.wire import Answer
    from gateway.cache.responder import EntryResponder
    from gateway.cache.store import Served
    from gateway.web.limits import Spent


class LimitedEntry(EntryResponse):
    """Sends an entry with what the limits say, which is the caller's own and not kept."""

    def __init__(
        self, responder: EntryResponder, served: Served, headers: Mapping[str, str]
    ) -> None:
        super().__init__(responder, served)
        self._headers = raw_headers(headers.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""

        async def add(message: Any) -> None:  # noqa: ANN401 - of ASGI
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await super().__call__(scope, receive, add)


class Plain(ASGIResponse):
    """Sends an answer that is not kept, as it is."""

    def __init__(self, answer: Answer, *, silent: bool = False) -> None:
        super().__init__()
        self._answer = answer
        self._silent = silent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        answer = self._answer
        headers = list(answer.headers.items())
        if answer.status != 204:
            headers += [("content-type", answer.media_type)]
            headers += [("content-length", str(len(answer.body)))]
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": list(raw_headers(headers)),
            }
        )
        body = b"" if self._silent else answer.body
        await send({"type": "http.response.body", "body": body, "more_body": False})


def limit_headers(spent: Spent | None) -> dict[str, str]:
    """Return what is told of a limit (draft-ietf-httpapi-ratelimit-headers-10).

    Nothing of what was not counted.
    """
    if spent is None:
        return {}
    return {
        "RateLimit-Policy": f'"default";q={spent.limit};w={spent.window}',
        "RateLimit": f'"default";r={spent.remaining};t={spent.reset}',
    }
