"""How services are asked, for a caller or for nobody in particular."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from gateway.backends.client import Call
from gateway.backends.errors import BackendRefused

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Resource
    from gateway.api.wire import Caller
    from gateway.backends.client import BackendClient, Query
    from gateway.backends.tokens import Tokens

_ANY: Final[TypeAdapter[Any]] = TypeAdapter(Any)
#: Rows that a service gives in one answer.
WINDOW: Final = 1000
#: Services that serve nobody but the gateway, whoever it asks for.
_OWN_NAME: Final = frozenset({"identity"})
#: Where PostgreSQL's bigint ends.
MAX_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Rows:
    """One window of a list."""

    items: list[Any]
    total: int


class Store:
    """The rows of resources, as one caller may see and change them.

    Every method raises `BackendError` where the service has no answer, and `BackendRefused` where
    it says no.

    Args:
        clients: Of the services, by name.
        tokens: Speak for callers; None where the gateway has no key.
        caller: For whom.
    """

    def __init__(
        self, clients: Mapping[str, BackendClient], tokens: Tokens | None, caller: Caller
    ) -> None:
        self._clients = clients
        self._tokens = tokens
        self.caller = caller

    def _token(self, service: str) -> str | None:
        if self._tokens is None or not self.caller.known or service in _OWN_NAME:
            return None
        return self._tokens.of_visitor(self.caller.visitor, service)

    async def find[T](
        self,
        service: str,
        path: str,
        kind: TypeAdapter[T],
        query: Mapping[str, Query],
        *,
        own: bool = False,
    ) -> T | None:
        """Return what a service answers to GET, None for a 404.

        `own`: the gateway asks for itself, having seen to it that the caller may know.
        """
        client = self._clients.get(service)
        if client is None:
            return None
        token = None if own else self._token(service)
        return await client.find(path, kind, query, token=token)

    async def send[T](self, service: str, call: Call, kind: TypeAdapter[T]) -> T:
        """Return what a service answers to a call that changes something."""
        own = replace(call, token=self._token(service))
        return await self._clients[service].send(own, kind)

    async def rows(
        self, resource: Resource, query: Mapping[str, Query], *, limit: int, offset: int
    ) -> Rows:
        """Return one window of a list."""
        asked: dict[str, Query] = {
            "order": resource.order,
            **query,
            "limit": limit,
            "offset": offset,
        }
        path = resource.texts or resource.path
        found = await self.find(resource.service, path, resource.listed, asked)
        if found is None:
            return Rows([], 0)
        return Rows(list(found.items), found.total)

    async def all(self, resource: Resource, query: Mapping[str, Query]) -> list[Any]:
        """Return a whole list, in as many calls as it takes, the later ones at once."""
        window = resource.window
        first = await self.rows(resource, query, limit=window, offset=0)
        offsets = range(window, first.total, window)
        rest = await asyncio.gather(
            *(self.rows(resource, query, limit=window, offset=offset) for offset in offsets)
        )
        return [*first.items, *(item for part in rest for item in part.items)]

    async def one(self, resource: Resource, number: int) -> Any | None:  # noqa: ANN401 - its DTO
        """Return one row, None where there is none for the caller."""
        if not 1 <= number <= MAX_ID:
            return None
        return await self.find(resource.service, f"{resource.path}/{number}", resource.one, {})

    async def having(self, resource: Resource, field: str, value: str) -> int | None:
        """Return the id of the row that has a value that no two rows have."""
        found = await self.rows(resource, {field: value}, limit=1, offset=0)
        return found.items[0].id if found.items else None

    async def create(self, resource: Resource, sent: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Make a row; returns it."""
        return await self._send("POST", resource, resource.path, resource.adapt(sent))

    async def replace(
        self, resource: Resource, number: int, sent: Mapping[str, Any], version: int
    ) -> Any:  # noqa: ANN401
        """Replace a row of which `version` was read; returns it."""
        path = f"{resource.path}/{number}"
        return await self._send("PUT", resource, path, sent, version=version)

    async def delete(self, resource: Resource, number: int) -> bool:
        """Delete a row; False where there is none."""
        if not 1 <= number <= MAX_ID:
            return False
        try:
            await self._send("DELETE", resource, f"{resource.path}/{number}")
        except BackendRefused as error:
            if error.status == 404:
                return False
            raise
        return True

    async def delete_all(self, resource: Resource, number: int) -> None:
        """Delete every row that belongs to the row `number` of the resource's `bulk` relation."""
        if 1 <= number <= MAX_ID:
            await self._send("DELETE", resource, resource.path, query={resource.bulk: number})

    async def _send(  # noqa: PLR0913 - the parts of a call
        self,
        method: str,
        resource: Resource,
        path: str,
        sent: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        query: Mapping[str, Query] | None = None,
    ) -> Any:  # noqa: ANN401
        call = Call(
            method,
            path,
            query,
            None if sent is None else _ANY.dump_json(dict(sent)),
            headers={} if version is None else {"If-Match": f'"{version}"'},
        )
        kind = _ANY if sent is None else resource.one
        return await self.send(resource.service, call, kind)
