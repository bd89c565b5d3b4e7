"""The content service as an editor uses it, and the site before it as visitors see it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar

from contracts.permissions import GRANTABLE
from devstack.programs import ProgramProcess
from devstack.testing import TokenFactory


@dataclass
class Written:
    """The content service, as an editor uses it."""

    url: str
    nats: str
    token: TokenFactory
    process: ProgramProcess

    async def change(self, method: str, path: str, body: object = None) -> Any:
        """Call the service with all permissions, on whatever version there is."""
        token = self.token("content", permissions=tuple(GRANTABLE))
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        async with httpx.AsyncClient(base_url=self.url) as client:
            answer = await client.request(method, path, headers=headers, json=body)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def page(self, path: str, **more: object) -> int:
        """Make a page, public unless told otherwise; returns its id."""
        body = {"title": f"At {path}", "path": path, "content": "Text.", "is_published": True}
        return int((await self.change("POST", "/pages", {**body, **more}))["id"])

    async def redirect(self, old: str, target: str, **more: object) -> int:
        """Make a redirect; returns its id."""
        body = {"old_path": old, "target": target, **more}
        return int((await self.change("POST", "/redirects", body))["id"])


@dataclass
class Site:
    """A gateway and its visitors; `staff` come with the header that says so."""

    app: Litestar
    client: httpx.AsyncClient

    async def get(self, path: str, *, staff: bool = False) -> httpx.Response:
        """Visit an address as it is written."""
        return await self.client.get(path, headers={"x-staff": "yes"} if staff else {})

    async def shows(self, path: str, text: str) -> bool:
        """Tell whether a page shows a text."""
        answer = await self.get(path)
        return answer.status_code == 200 and text in answer.text

    async def lacks(self, path: str, text: str) -> bool:
        """Tell whether a page that is there does not show a text."""
        answer = await self.get(path)
        return answer.status_code == 200 and text not in answer.text


type Sites = Callable[..., AbstractAsyncContextManager[Site]]
