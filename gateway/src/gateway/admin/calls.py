"""What the admin asks of a service, in the name of whoever is signed in.

The paths and answers are those of servicekit.admin.routes; a refusal comes as `BackendRefused`
with the problem of the service, and is no outage.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.admin import (
    AdminDescriptor,
    AdminDone,
    AdminList,
    AdminOptions,
    AdminRecord,
    AdminSaved,
    AdminSuggestions,
)
from contracts.audit import AuditEntry
from contracts.base import Page
from contracts.content.menus import MenuItem
from contracts.content.pages import RevisionDiff, RevisionSummary
from gateway.backends.client import Call, once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.backends.client import BackendClient

_DESCRIPTOR: Final = TypeAdapter(AdminDescriptor)
_LIST: Final = TypeAdapter(AdminList)
_RECORD: Final = TypeAdapter(AdminRecord)
_SAVED: Final = TypeAdapter(AdminSaved)
_DONE: Final = TypeAdapter(AdminDone)
_OPTIONS: Final = TypeAdapter(AdminOptions)
_SUGGESTIONS: Final = TypeAdapter(AdminSuggestions)
_HISTORY: Final = TypeAdapter(Page[AuditEntry])
_MENU: Final = TypeAdapter(Page[MenuItem])
_MENU_ITEM: Final = TypeAdapter(MenuItem)
_REVISIONS: Final = TypeAdapter(Page[RevisionSummary])
_DIFFERENCE: Final = TypeAdapter(RevisionDiff)
_BYTES: Final = TypeAdapter(bytes)
_NOTHING: Final[TypeAdapter[None]] = TypeAdapter(None)

CSV: Final = "text/csv"
#: Seconds that a call may take, and how many a process makes at once to one service.
TIMEOUT: Final = 20.0
AT_ONCE: Final = 16


class AdminCalls:
    """Calls of one service with one visitor's token.

    Every method raises `BackendUnavailable` where there is no answer and `BackendRefused` for any
    4xx, 404 included.
    """

    def __init__(self, client: BackendClient, token: str) -> None:
        self._client = client
        self._token = token

    async def descriptor(self) -> AdminDescriptor:
        """Return what the visitor may see and do."""
        return await self._get("", _DESCRIPTOR)

    async def rows(self, resource: str, query: Mapping[str, str]) -> AdminList:
        """Return one window of a list."""
        return await self._get(f"/{_name(resource)}", _LIST, query)

    async def table(self, resource: str, query: Mapping[str, str]) -> bytes:
        """Return a whole list as CSV."""
        path = f"/admin-api/{_name(resource)}/export.csv"
        call = Call("GET", path, dict(query), token=self._token, media=CSV)
        return await self._client.send(call, _BYTES)

    async def record(self, resource: str, key: str) -> AdminRecord:
        """Return what the form of a row holds."""
        return await self._get(f"/{_name(resource)}/{_name(key)}", _RECORD)

    async def history(self, resource: str, key: str, query: Mapping[str, str]) -> Page[AuditEntry]:
        """Return what was done to a row, newest first."""
        return await self._get(f"/{_name(resource)}/{_name(key)}/history", _HISTORY, query)

    async def trail(self, query: Mapping[str, str | Sequence[str]]) -> Page[AuditEntry]:
        """Return entries of the service's audit trail, newest first."""
        call = Call("GET", "/audit", dict(query), token=self._token)
        return await self._client.send(call, _HISTORY)

    async def menu_items(self) -> list[MenuItem]:
        """Return all entries of the tree of menus, those of one parent in order."""
        call = Call("GET", "/menu-items", {"limit": "1000"}, token=self._token)
        return (await self._client.send(call, _MENU)).items

    async def move_menu_item(self, key: str, body: Mapping[str, Any]) -> MenuItem:
        """Move an entry of the tree of menus."""
        call = Call(
            "POST",
            f"/menu-items/{_name(key)}/move",
            body=json.dumps(body).encode(),
            token=self._token,
        )
        return await self._client.send(call, _MENU_ITEM)

    async def revisions(self, page: str) -> list[RevisionSummary]:
        """Return the states that a page had, newest first, at most 1000."""
        path = f"/pages/{_name(page)}/revisions"
        call = Call("GET", path, {"limit": "1000"}, token=self._token)
        return (await self._client.send(call, _REVISIONS)).items

    async def difference(self, page: str, first: int, second: int) -> RevisionDiff:
        """Return what differs between two states of a page."""
        path = f"/pages/{_name(page)}/revisions/{first}/diff/{second}"
        return await self._client.send(Call("GET", path, token=self._token), _DIFFERENCE)

    async def options(self, resource: str, wanted: str = "", key: str = "") -> AdminOptions:
        """Return rows to choose from: all, those that hold `wanted`, or the one with this key."""
        query = {"q": wanted, "id": key}
        query = {name: value for name, value in query.items() if value}
        return await self._get(f"/{_name(resource)}/options", _OPTIONS, query)

    async def suggestions(self, resource: str, typed: Mapping[str, str]) -> Mapping[str, str]:
        """Return values for fields that others imply."""
        found = await self._get(f"/{_name(resource)}/suggestions", _SUGGESTIONS, typed)
        return found.values

    async def create(self, resource: str, body: Mapping[str, Any], form: str) -> AdminSaved:
        """Make a row; `form` is its random name, so that sending it again makes no other."""
        return await self._send("POST", f"/{_name(resource)}", _SAVED, body, once(form))

    async def update(
        self, resource: str, key: str, version: str, body: Mapping[str, Any]
    ) -> AdminSaved:
        """Replace a row that is still at `version`."""
        path = f"/{_name(resource)}/{_name(key)}"
        return await self._send("PUT", path, _SAVED, body, {"If-Match": f'"{version}"'})

    async def delete(self, resource: str, key: str, version: str) -> None:
        """Delete a row that is still at `version`."""
        path = f"/{_name(resource)}/{_name(key)}"
        await self._send("DELETE", path, _NOTHING, None, {"If-Match": f'"{version}"'})

    async def act(
        self, resource: str, action: str, keys: Sequence[str], typed: Mapping[str, Any]
    ) -> str:
        """Do something to rows; returns a sentence that says what was done."""
        body = {"ids": list(keys), "fields": dict(typed)}
        return await self._act(resource, action, body)

    async def act_on_all(
        self,
        resource: str,
        action: str,
        query: Mapping[str, str],
        count: int,
        typed: Mapping[str, Any],
    ) -> str:
        """Do something to all rows that a list's query matches, if they are still so many."""
        body = {"filter": dict(query), "count": count, "fields": dict(typed)}
        return await self._act(resource, action, body)

    async def _act(self, resource: str, action: str, body: Mapping[str, Any]) -> str:
        path = f"/{_name(resource)}/actions/{_name(action)}"
        return (await self._send("POST", path, _DONE, body, {})).message

    async def _get[T](
        self, path: str, kind: TypeAdapter[T], query: Mapping[str, str] | None = None
    ) -> T:
        call = Call("GET", f"/admin-api{path}", dict(query or {}), token=self._token)
        return await self._client.send(call, kind)

    async def _send[T](
        self,
        method: str,
        path: str,
        kind: TypeAdapter[T],
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
    ) -> T:
        sent = None if body is None else json.dumps(body).encode()
        call = Call(method, f"/admin-api{path}", body=sent, token=self._token, headers=headers)
        return await self._client.send(call, kind)


def _name(part: str) -> str:
    return quote(part, safe="")
