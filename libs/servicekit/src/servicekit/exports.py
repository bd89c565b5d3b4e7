"""`GET /internal/export/<entity>?after=&limit=`: every row of a service, for those who copy it.

Rows come in the order of their ids, as the payload of the event that carries the same state, so
that a consumer rebuilds its copy with the code that reads events.
"""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.params import QueryParameter
from pydantic import BaseModel, TypeAdapter

from servicekit.access import permission
from servicekit.dependencies import Reading
from servicekit.pagination import MAX_LIMIT, MAX_OFFSET
from servicekit.responses import json_response
from servicekit.service import Export, Service


class ExportItem(BaseModel):
    """One aggregate; `type` is that of the event with this payload."""

    id: int
    version: int
    type: str
    data: dict[str, Any]


class ExportPage(BaseModel):
    """Some rows. Ask again with `after` set to `next` until that is null."""

    items: list[ExportItem]
    next: int | None


_PAGE = TypeAdapter(ExportPage)


def export_routes(service: Service) -> list[Router]:
    """Return the routes of the service's exports."""
    if not service.exports:
        return []
    return [
        Router(
            "/internal/export",
            route_handlers=[_handler(export) for export in service.exports],
            opt=permission("system.export"),
            tags=["internal"],
        )
    ]


def _handler(export: Export) -> Any:  # noqa: ANN401 - a Litestar handler
    @get(
        f"/{export.entity}",
        name=f"export_{export.entity}",
        operation_id=f"export_{export.entity}",
        summary=f"All of {export.entity}, page by page",
    )
    async def read_export(
        read_session: Reading,
        after: Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = 500,
    ) -> Response[ExportPage]:
        rows = await export.read(read_session, after, limit)
        items = [
            ExportItem(
                id=row.id,
                version=row.version,
                type=row.data.type_name(),
                data=row.data.model_dump(mode="json"),
            )
            for row in rows
        ]
        following = rows[-1].id if len(rows) == limit else None
        return json_response(ExportPage(items=items, next=following), _PAGE)

    return read_export
