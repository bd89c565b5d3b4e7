"""What Litestar does where a handler raises: the error page that the failure deserves."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from gateway.backends.errors import BackendError
from gateway.web.errors import ErrorPages
from gateway.web.forms import Refused
from gateway.web.pages import BadInput, NotFound, Redirect
from servicekit import telemetry

#: After how many seconds it is worth asking for a page again whose service did not answer.
RETRY_AFTER = 5

_NO_ACCOUNTS = (
    "Signing in, and all that needs an account, is not possible right now. Pages for everybody are "
    "not affected."
)
_NOT_SURE = (
    "Accounts cannot be reached right now, so what you sent was not confirmed. Please look whether "
    "it was done before you send it again."
)

_log = structlog.get_logger("gateway.errors")


def redirection(to: Redirect, status: int) -> Response[bytes]:
    """Return the answer that leads elsewhere."""
    cached = "public, max-age=3600" if to.kept else "no-store"
    return Response(
        b"",
        status_code=status,
        media_type="text/html",
        headers={"Location": to.encoded, "Cache-Control": cached},
        cookies=to.cookies,
    )


def _away(service: str, method: str) -> str:
    """Return what a visitor is told of a service that is away; empty: what everybody is told."""
    if service != "identity":
        return ""
    return _NO_ACCOUNTS if method in {"GET", "HEAD"} else _NOT_SURE


def exception_handlers(pages: ErrorPages) -> ExceptionHandlersMap:
    """Return the handlers that answer with pages of `pages`."""

    def show(
        request: Request[Any, Any, Any],
        status: int,
        message: str = "",
        headers: Mapping[str, str] | None = None,
        retry_after: int = 0,
    ) -> Response[bytes]:
        body = pages.render(
            status,
            # As it was asked for: the router may have led it elsewhere within.
            path=unquote(request.scope["raw_path"].decode("latin-1")),
            trace_id=telemetry.current_trace_id() or "",
            message=message,
            retry_after=retry_after,
        )
        return Response(
            body,
            status_code=status,
            media_type="text/html",
            headers={"Cache-Control": "no-store", **(headers or {})},
        )

    def not_found(request: Request[Any, Any, Any], _: NotFound) -> Response[bytes]:
        return show(request, 404)

    def bad_input(request: Request[Any, Any, Any], error: BadInput) -> Response[bytes]:
        # What a service refuses without naming a field is a sentence of its own.
        told = error.message if error.field == "request" else f"“{error.field}” {error.message}"
        return show(request, 400, told and f"{told.rstrip('.')}.")

    def refused(request: Request[Any, Any, Any], error: Refused) -> Response[bytes]:
        refusal = error.refusal
        after = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
        return show(request, refusal.status, refusal.message, after, refusal.retry_after)

    def moved(_: Request[Any, Any, Any], error: Redirect) -> Response[bytes]:
        return redirection(error, error.status)

    def unavailable(request: Request[Any, Any, Any], error: BackendError) -> Response[bytes]:
        message = _away(error.service, request.method)
        after = {"Retry-After": str(RETRY_AFTER)}
        return show(request, 503, message, after, RETRY_AFTER)

    def http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        if error.status_code >= 500:
            _log.error("request.failed", path=request.scope["path"], exc_info=error)
        return show(request, error.status_code, headers=error.headers)

    def failed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        _log.error("request.failed", path=request.scope["path"], exc_info=error)
        return show(request, 500)

    return {
        NotFound: not_found,
        BadInput: bad_input,
        Refused: refused,
        Redirect: moved,
        BackendError: unavailable,
        HTTPException: http,
        Exception: failed,
    }
