"""What the routes share: parameters, who visits, and answers made of rows."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import MediaType, Request, Response
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from pydantic_core import to_json

from identity import secrets
from identity.services.common import Visitor
from identity.settings import Settings
from servicekit import access
from servicekit.etag import etag
from servicekit.pagination import MAX_OFFSET, Window
from servicekit.problems import NotFound

MAX_ID: Final = MAX_OFFSET
"""Where PostgreSQL's bigint ends."""
SERVING: Final = access.permission("identity.serve_accounts")
"""Only the gateway's own token has this permission."""

Id = Annotated[int, PathParameter(ge=1, le=MAX_ID)]
Hash = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]
TextFilter = Annotated[str | None, QueryParameter(max_length=200)]
IdFilter = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)]

Who = NamedDependency[Visitor]
"""`visitor`: where the visitor came from, as far as the gateway says so."""
Told = NamedDependency[Settings]
"""`settings`: those of the service."""


async def provide_settings(request: Request[Any, Any, Any]) -> Settings:
    """Give a handler its `settings`."""
    settings: Settings = request.app.state.runtime.settings
    return settings


async def provide_visitor(
    settings: Told,
    client_address: Annotated[
        str, HeaderParameter(name="Client-Address", max_length=64, description="Of the visitor")
    ] = "",
    client_agent: Annotated[
        str, HeaderParameter(name="Client-Agent", max_length=1000, description="The browser")
    ] = "",
) -> Visitor:
    """Give a handler its `visitor`."""
    address = secrets.pseudonym(settings, client_address) if client_address else ""
    return Visitor(address=address, agent=printable(client_agent)[:300])


def printable(text: str) -> str:
    """Leave out what is no character to look at: headers may hold anything but line ends."""
    return "".join(character for character in text if character.isprintable())


def answer(value: Any) -> Response[Any]:  # noqa: ANN401
    """Answer rows as JSON: their columns are the fields."""
    return Response(to_json(value), media_type=MediaType.JSON)


def answer_page(found: tuple[Any, int], window: Window) -> Response[Any]:
    """Answer one window of a list."""
    items, total = found
    return answer({"items": items, "total": total, "limit": window.limit, "offset": window.offset})


def answer_versioned(row: dict[str, Any] | None, what: str) -> Response[Any]:
    """Answer one row with its version as ETag; NotFound where there is none."""
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return Response(to_json(row), media_type=MediaType.JSON, headers={"ETag": etag(row["version"])})
