"""Changing some fields of a thing that its service only replaces as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, Field, TypeAdapter, create_model

from contracts.base import Input
from gateway.api.modern.problems import refuse
from servicekit.etag import check_match, etag
from servicekit.problems import Problem

if TYPE_CHECKING:
    from gateway.api.modern.declaration import Request
    from gateway.api.wire import Ask

_ANY: Final[TypeAdapter[Any]] = TypeAdapter(Any)


def partly(whole: type[Input], name: str) -> type[Input]:
    """Return a model of what may be sent of `whole`: each field with its rules, none required.

    None of them tells a default: what is not sent stays as it is.
    """
    fields: dict[str, Any] = {}
    for key, field in whole.model_fields.items():
        told = Field(
            description=field.description, examples=field.examples, default_factory=lambda: None
        )
        fields[key] = (Annotated[(field.annotation, *field.metadata, told)], ...)
    text = f"Fields to change; those that are not sent stay. {whole.__doc__ or ''}".strip()
    return create_model(name, __base__=Input, __doc__=text, **fields)


def merged(
    asked: Request, ask: Ask, found: BaseModel, version: int, whole: type[BaseModel]
) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of the replacement: what is `found`, with what was sent over it.

    Raises Refused where If-Match is missing (428) or names another version (412).
    """
    try:
        check_match(ask.header("If-Match"), version)
    except Problem as problem:
        extra = {str(error.loc[-1]): [error.msg] for error in problem.errors}
        raise refuse(problem.status, str(problem), ask.path, extra) from None
    kept = found.model_dump(mode="json", include=set(whole.model_fields))
    body = {**kept, **_ANY.validate_json(asked.body)}
    return _ANY.dump_json(body), {**asked.headers, "If-Match": etag(version)}
