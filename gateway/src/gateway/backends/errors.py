"""What can go wrong between the gateway and a service."""

from __future__ import annotations


class BackendError(Exception):
    """A service did not give an answer that can be used.

    `service` is the name of the context; `reason` is a short word for logs and metrics.
    """

    reason = "error"

    def __init__(self, service: str, detail: str, *, reason: str | None = None) -> None:
        super().__init__(f"{service}: {detail}")
        self.service = service
        self.detail = detail
        if reason is not None:
            self.reason = reason


class BackendUnavailable(BackendError):
    """No answer in time, no connection, a 5xx, an open breaker or no free slot."""

    reason = "unavailable"


class BackendGarbage(BackendError):
    """An answer came, but it is too large, of the wrong type, cut off or not what was promised."""

    reason = "garbage"


class BackendRefused(BackendError):
    """The service understood and said no (4xx other than 404).

    `status` is its status code; `problem` its RFC 9457 body, empty where it sent none;
    `retry_after` the seconds after which it may say otherwise, 0 where it did not tell.
    """

    reason = "refused"

    def __init__(
        self,
        service: str,
        status: int,
        detail: str,
        problem: dict[str, object] | None = None,
        *,
        retry_after: int = 0,
    ) -> None:
        super().__init__(service, f"{status} {detail}")
        self.retry_after = retry_after
        self.status = status
        self.problem: dict[str, object] = problem or {}
