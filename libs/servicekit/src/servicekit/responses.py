"""Answers made straight from Pydantic: one walk over the values, bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import MediaType, Response
from pydantic import BaseModel, TypeAdapter


def json_response(
    value: Any,  # noqa: ANN401 - whatever the adapter can write
    kind: TypeAdapter[Any] | None = None,
    *,
    status: int | None = None,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    """Answer `value` as JSON: a model as it is, anything else through its TypeAdapter `kind`.

    Handlers annotate what the bytes hold (`-> Response[Page[Release]]`); the OpenAPI document is
    made of that. `etag` is the whole header value with its quotes, as servicekit.etag.etag
    makes it.
    """
    if kind is not None:
        body = kind.dump_json(value)
    elif isinstance(value, BaseModel):
        body = value.model_dump_json().encode()
    else:
        raise TypeError("json_response needs a model, or a TypeAdapter for anything else")
    sent = dict(headers or {})
    if etag is not None:
        sent["ETag"] = etag
    return Response(content=body, media_type=MediaType.JSON, status_code=status, headers=sent)
