"""Errors as RFC 9457 problem details, and what is made of the errors of others.

Raise one of these from anywhere; the app answers `application/problem+json`. Bad input is 400
and names the field in `errors[].loc`: ["body", "url"], ["query", "limit"], ["path", "id"].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from contracts.wording import in_words


class FieldError(BaseModel):
    """What is wrong with one field. `loc` is where it is, `code` is for programs."""

    loc: list[str | int]
    msg: str
    code: str


class ProblemDetails(BaseModel):
    """The body of every error answer (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    trace_id: str | None = None
    errors: list[FieldError] = []

    @classmethod
    def of(cls, problem: Problem, path: str, trace_id: str | None) -> ProblemDetails:
        """Tell `problem` of a request to `path`."""
        return cls(
            type=problem.type,
            title=problem.title,
            status=problem.status,
            detail=problem.detail,
            instance=path,
            trace_id=trace_id,
            errors=problem.errors,
        )

    def encode(self) -> bytes:
        """Return the body, without what is not said."""
        told = self.model_dump_json(exclude_none=True, exclude_defaults=False)
        return told.encode()


class Problem(Exception):
    """An error the caller is told about."""

    status = 500
    title = "Internal Server Error"
    type = "about:blank"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


class Invalid(Problem):
    """The input is malformed or breaks a rule."""

    status = 400
    title = "Bad Request"

    @classmethod
    def field(cls, loc: Sequence[str | int], msg: str, code: str = "invalid") -> Invalid:
        """Make one of a single field."""
        return cls(msg, errors=[FieldError(loc=list(loc), msg=msg, code=code)])


def body_errors(
    found: Iterable[Mapping[str, Any]], place: Sequence[str | int] = ("body",)
) -> list[FieldError]:
    """Return what Pydantic found wrong at a place, in words."""
    return [
        FieldError(loc=[*place, *item["loc"]], msg=in_words(item), code=item["type"])
        for item in found
    ]


class Unauthorized(Problem):
    """Nobody, or a token that does not hold."""

    status = 401
    title = "Unauthorized"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    """The caller lacks a permission."""

    status = 403
    title = "Forbidden"


class NotFound(Problem):
    """There is no such thing, or the caller may not know of it."""

    status = 404
    title = "Not Found"


class Conflict(Problem):
    """The state of the thing forbids it; `field` names what clashes."""

    status = 409
    title = "Conflict"

    def __init__(
        self, detail: str | None = None, *, field: str | None = None, code: str = "conflict"
    ) -> None:
        named: list[FieldError] = []
        if field is not None:
            named.append(FieldError(loc=["body", field], msg=detail or self.title, code=code))
        super().__init__(detail, errors=named)


class PreconditionFailed(Problem):
    """If-Match names a version that is no longer the current one."""

    status = 412
    title = "Precondition Failed"


class TooLarge(Problem):
    """The body is larger than the service takes."""

    status = 413
    title = "Content Too Large"


class PreconditionRequired(Problem):
    """A change of a versioned row must say which version it changes."""

    status = 428
    title = "Precondition Required"


class Unavailable(Problem):
    """Something the service needs is away; trying again later helps."""

    status = 503
    title = "Service Unavailable"

    def __init__(self, detail: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
