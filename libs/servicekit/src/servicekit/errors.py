"""What the app answers for every error that can reach it.

Errors of the framework, of Pydantic, of the database and of the network become problem details
(servicekit.problems). What nobody expected is a 500 that tells its trace id and nothing else.
"""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import Any, Final, get_args

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap
from pydantic import ValidationError
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from servicekit.constraints import Constraints
from servicekit.database import DatabaseAway
from servicekit.edge import AGAIN
from servicekit.problems import (
    Conflict,
    FieldError,
    Invalid,
    PreconditionFailed,
    Problem,
    ProblemDetails,
    Unavailable,
    body_errors,
)
from servicekit.telemetry import current_trace_id

MEDIA_TYPE: Final = "application/problem+json"

log = structlog.get_logger(__name__)

#: SQLSTATEs and classes of them (https://www.postgresql.org/docs/current/errcodes-appendix.html)
_AWAY: Final = ("08", "53", "57P", "58")
_CROWDED: Final = ("40001", "40P01", "55P03", "57014", "25P03")
_BAD_DATA: Final = "22"
_READ_ONLY: Final = "25006"


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Make the answer for `error`; the one exception handler of the app."""
    problem = as_problem(error, request)
    if _again_helps(error, request):
        request.scope["state"][AGAIN] = True
        log.info("may succeed when tried again", reason=_brief(error))
    elif problem.status >= 500 and problem.status != HTTPStatus.SERVICE_UNAVAILABLE:
        log.error("request failed", status=problem.status, exc_info=error)
    elif problem.status >= 500:
        log.warning("unavailable", reason=_brief(error))
    return Response(
        ProblemDetails.of(problem, request.scope["path"], current_trace_id()).encode(),
        media_type=MEDIA_TYPE,
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


EXCEPTION_HANDLERS: Final[ExceptionHandlersMap] = {Exception: answer}


def as_problem(error: BaseException, request: Request[Any, Any, Any]) -> Problem:  # noqa: PLR0911
    """Return what the caller is told of `error`."""
    match error:
        case Problem():
            return error
        case BaseExceptionGroup():
            # Litestar ends several generator dependencies at once; the commit is one of them.
            return as_problem(_worst(error), request)
        case HTTPException() if isinstance(found := getattr(error.__cause__, "errors", None), list):
            # Of the body. Where an unknown field is called like a dependency, Litestar takes that
            # for our own mistake.
            return Invalid("The body is not valid.", errors=body_errors(found))
        case ValidationException():
            return _validation(error, request)
        case HTTPException():
            return _http(error, request)
        case ValidationError():
            # Our own models did not fit our own data: the caller is not to blame.
            return _unexpected()
        case DatabaseAway() | PoolTimeout():
            return Unavailable("The database cannot be reached.")
        case StaleDataError():
            return _stale(request)
        case DBAPIError():
            return _database(error, request)
        case _:
            return _unexpected()


def _again_helps(error: BaseException, request: Request[Any, Any, Any]) -> bool:
    """Whether the same request may do better at once.

    A stale plan is one that DDL made wrong; SQLAlchemy drops its plans with the error, and the
    transaction was rolled back. A lost connection is different: a write may have been committed.
    """
    if isinstance(error, BaseExceptionGroup):
        return _again_helps(_worst(error), request)
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError):
        return True
    return error.connection_invalidated and request.method in {"GET", "HEAD"}


def _brief(error: BaseException) -> str:
    """Tell an error in one line, for what needs no traceback."""
    if isinstance(error, BaseExceptionGroup):
        return _brief(_worst(error))
    known = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(known).__name__}: {known}".partition("\n")[0]


def _unexpected() -> Problem:
    return Problem("Something went wrong here. The trace id helps us to find it.")


def _worst(group: BaseExceptionGroup[Any]) -> BaseException:
    """Return the first single error of a group."""
    first = group.exceptions[0]
    return _worst(first) if isinstance(first, BaseExceptionGroup) else first


def _http(error: HTTPException, request: Request[Any, Any, Any]) -> Problem:
    problem = Problem(error.detail if error.status_code < 500 else None)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        most = request.route_handler.resolve_request_max_body_size()
        problem.detail = f"The body may have {most} bytes."
    problem.status = error.status_code
    problem.title = HTTPStatus(error.status_code).phrase
    problem.headers = dict(error.headers or {})
    return problem


def _validation(error: ValidationException, request: Request[Any, Any, Any]) -> Problem:
    """Translate Litestar's validation error; `loc` begins with body, query, path or header."""
    found: list[FieldError] = []
    extra = error.extra if isinstance(error.extra, list) else []
    for item in extra:
        key = str(item.get("key", ""))
        if item.get("message") == "'data'":  # the name of the argument that nothing came for
            return Invalid.field(["body"], "The request needs a JSON body.", "missing")
        found.append(
            FieldError(
                loc=_location(key, item.get("source"), request),
                msg=_choices(key, request) or str(item.get("message", "is not valid")),
                code="invalid",
            )
        )
    if not found:
        # "Missing required query parameter 'x' for path /y?z"
        words = error.detail.split("'")
        source = next((s for s in ("query", "header", "cookie", "path") if s in words[0]), "query")
        loc: list[str | int] = [source, words[1]] if len(words) > 2 else [source]
        found = [FieldError(loc=loc, msg="is required", code="missing")]
    return Invalid("The request is not valid.", errors=found)


def _choices(key: str, request: Request[Any, Any, Any]) -> str | None:
    """Return what a parameter may be, where that is one of a few values."""
    handler = request.route_handler
    providers = handler.resolve_dependencies().values()
    for model in (handler.signature_model, *(one.signature_model for one in providers)):
        if (field := getattr(model, "_fields", {}).get(key)) is None:
            continue
        # An optional one is a union with None.
        known = [*get_args(field.annotation), field.annotation]
        if bool in known:
            return "must be true or false"
        inner = [value for one in known for value in (get_args(one) or (one,))]
        values = [value for value in inner if isinstance(value, str)]
        for one in known:
            if isinstance(one, type) and issubclass(one, Enum):
                values = [str(each.value) for each in one]
        if values:
            return f"must be one of {', '.join(dict.fromkeys(values))}"
    return None


def _location(key: str, source: str | None, request: Request[Any, Any, Any]) -> list[str | int]:
    """Return where the parameter `key` of the handler is in the request, by its name there."""
    head, _, rest = key.partition(".")
    tail: list[str | int] = [int(p) if p.isdigit() else p for p in rest.split(".") if p]
    if source == "body" or head == "data":
        return ["body", *([] if head == "data" else [head]), *tail]
    if source is None:
        source = "path" if head in request.path_params else "query"
    handler = request.scope.get("route_handler")
    fields = getattr(getattr(handler, "signature_model", None), "_fields", {})
    definition = getattr(fields.get(head), "kwarg_definition", None)
    alias = getattr(definition, "name", None) or getattr(definition, source, None)
    return [source, alias or head, *tail]


def _driver_error(error: DBAPIError) -> BaseException | None:
    """Return asyncpg's own error; some that SQLAlchemy makes itself have none behind them."""
    try:
        return error.driver_exception
    except ValueError:
        return error.orig


def _stale(request: Request[Any, Any, Any]) -> Problem:
    if "if-match" in request.headers:
        return PreconditionFailed("Somebody else changed this meanwhile.")
    return Conflict("Somebody else changed this meanwhile.", code="stale")


def _database(error: DBAPIError, request: Request[Any, Any, Any]) -> Problem:
    driver = _driver_error(error)
    state = str(getattr(driver, "sqlstate", None) or "")
    if error.connection_invalidated or (state.startswith(_AWAY) and state not in _CROWDED):
        return Unavailable("The database cannot be reached.")
    if state in _CROWDED or isinstance(driver, TimeoutError):
        return Unavailable("The database is busy.", retry_after=1)
    if state.startswith("23"):
        constraints: Constraints = request.app.state.constraints
        return constraints.explain(driver)
    if state.startswith(_BAD_DATA) or isinstance(driver, asyncpg.DataError):
        return Invalid(
            "A value cannot be stored: it is too large or has characters in it that do not fit."
        )
    return _unexpected()
