"""The application: `/v1/traces` takes spans in, `/` and `/trace/<id>` show them."""

from typing import Annotated, Any

from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import ClientException, HTTPException, NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_400_BAD_REQUEST,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    HTTP_500_INTERNAL_SERVER_ERROR,
)

from devstack.traces import pages, receiver
from devstack.traces.model import Trace
from devstack.traces.settings import Settings
from devstack.traces.store import Filter, Store

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PAGE = 100
"""Traces on one page of the list."""
LATEST = 2**62

Text = Annotated[str, Parameter(max_length=200)]
Milliseconds = Annotated[float | None, Parameter(ge=0, le=1e12)]
Moment = Annotated[int, Parameter(ge=0, le=LATEST)]
Count = Annotated[int, Parameter(ge=1, le=1000)]


@post("/v1/traces", status_code=HTTP_200_OK)
async def receive(request: Request[Any, Any, State], store: Store) -> Response[bytes]:
    """Take spans in (OTLP over HTTP)."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != receiver.CONTENT_TYPE:
        return _refuse(HTTP_415_UNSUPPORTED_MEDIA_TYPE, f"send {receiver.CONTENT_TYPE}")
    encoding = request.headers.get("content-encoding", "").strip().lower()
    try:
        spans, rejected = receiver.read(receiver.unpack(await request.body(), encoding))
    except receiver.TooLarge as error:
        return _refuse(HTTP_413_REQUEST_ENTITY_TOO_LARGE, str(error))
    except receiver.Broken as error:
        return _refuse(HTTP_400_BAD_REQUEST, str(error))
    store.add(spans)
    return Response(receiver.answer(rejected), media_type=receiver.CONTENT_TYPE)


@get("/", media_type=MediaType.HTML)
async def listing(  # noqa: PLR0913 - the fields of the form
    *,
    store: Store,
    service: Text = "",
    route: Text = "",
    min_ms: Milliseconds = None,
    errors: bool = False,
    before: Moment = 0,
    trace_id: Text = "",
) -> Response[str] | Redirect:
    """List the newest traces; a trace id leads to its page."""
    if trace_id.strip():
        return Redirect(pages.address(trace_id.strip()), status_code=HTTP_303_SEE_OTHER)
    wanted = Filter(
        service=service, route=route.strip(), shortest=min_ms or 0, errors=errors, before=before
    )
    found = store.find(wanted, PAGE + 1)
    return _page(pages.listing(store, wanted, found[:PAGE], more=len(found) > PAGE))


@get("/trace/{trace_id:str}", media_type=MediaType.HTML)
async def waterfall(trace_id: str, store: Store, span: Text = "") -> Response[str]:
    """Show one trace, or of it one span and what it led to."""
    return _page(pages.waterfall(store, _trace(store, trace_id), top=span))


@get("/api/traces")
async def api_listing(  # noqa: PLR0913 - the fields of the filter
    *,
    store: Store,
    service: Text = "",
    route: Text = "",
    min_ms: Milliseconds = None,
    errors: bool = False,
    before: Moment = 0,
    limit: Count = PAGE,
) -> dict[str, Any]:
    """List the newest traces, for programs."""
    wanted = Filter(
        service=service, route=route.strip(), shortest=min_ms or 0, errors=errors, before=before
    )
    return {"traces": [pages.summary(trace) for trace in store.find(wanted, limit)]}


@get("/api/traces/{trace_id:str}")
async def api_trace(trace_id: str, store: Store) -> dict[str, Any]:
    """Give one trace with all its spans, for programs."""
    return pages.as_json(_trace(store, trace_id))


@get("/healthz", media_type=MediaType.TEXT)
async def healthz() -> str:
    """Say that it runs."""
    return "ok\n"


@get("/style.css", media_type="text/css")
async def style() -> str:
    """Give the style of the pages."""
    return pages.STYLE


def create_app(settings: Settings) -> Litestar:
    """Make the application with an empty store."""
    store = Store(
        traces=settings.traces_kept, size=settings.traces_bytes, spans=settings.traces_spans
    )

    async def provide_store() -> Store:
        return store

    return Litestar(
        [receive, listing, waterfall, api_listing, api_trace, healthz, style],
        dependencies={"store": provide_store},
        exception_handlers={HTTPException: _explain},
        request_max_body_size=receiver.MOST_BYTES,
        openapi_config=None,
    )


def _trace(store: Store, trace_id: str) -> Trace:
    found = store.get(trace_id)
    if found is None:
        raise NotFoundException(
            f"There is no trace {trace_id[:80]}. It may have made room for newer ones, not have "
            "been sampled, or not have come in yet: services send every half second."
        )
    return found


def _page(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML, headers=HEADERS)


def _refuse(status: int, reason: str) -> Response[bytes]:
    return Response(reason.encode() + b"\n", status_code=status, media_type=MediaType.TEXT)


def _explain(request: Request[Any, Any, State], error: HTTPException) -> Response[Any]:
    """Answer an error in the form of the part of the site it happened in."""
    status = getattr(error, "status_code", HTTP_500_INTERNAL_SERVER_ERROR)
    extra = error.extra if isinstance(error, ClientException) else None
    fields = [item for item in extra if isinstance(item, dict)] if isinstance(extra, list) else []
    detail = "; ".join(f"{item.get('key')}: {item.get('message')}" for item in fields)
    if request.url.path.startswith(("/api/", "/v1/")):
        return Response({"detail": detail or error.detail}, status_code=status)
    return Response(
        pages.problem(status, detail or error.detail),
        status_code=status,
        media_type=MediaType.HTML,
        headers=HEADERS,
    )
