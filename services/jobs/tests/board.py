"""People at the board, for tests: posters, reviewers, and what they send."""

from __future__ import annotations

from typing import Any, Final

import httpx

from servicekit.testing import Api

#: A job that is valid; its category is the first one.
JOB: Final[dict[str, Any]] = {
    "title": "Gardener of snakes",
    "company_name": "Greenhouse",
    "category_id": 1,
    "type_ids": [1],
    "city": "Delft",
    "country": "Netherlands",
    "description": "You *care* for [them](https://greenhouse.example/snakes).",
    "requirements": "Patience.",
    "contact": "Vera",
    "email": "vera@greenhouse.example",
    "url": "https://greenhouse.example/jobs/1",
}
REVIEW: Final = ("jobs.can_moderate_jobs",)
SERVE: Final = ("jobs.serve_visitors",)


class Person:
    """Somebody who calls: a user with a number, and with permissions."""

    def __init__(self, api: Api, number: int, permissions: tuple[str, ...] = ()) -> None:
        self._api = api
        self._subject = f"user:{number}"
        self._permissions = permissions

    async def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        token = self._api.token("jobs", permissions=self._permissions, subject=self._subject)
        sent = {"Authorization": f"Bearer {token}", **headers}
        kwargs: dict[str, Any] = {} if body is None else {"json": body}
        return await self._api.client.request(method, path, headers=sent, **kwargs)

    async def get(self, path: str) -> Any:
        answer = await self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Post something; AssertionError where the answer has another status."""
        answer = await self.call("POST", path, {} if body is None else body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def draft(self, **fields: Any) -> int:
        made = await self.do("/own/jobs", JOB | fields, status=201)
        return int(made["id"])

    async def submitted(self, **fields: Any) -> int:
        number = await self.draft(**fields)
        await self.do(f"/own/jobs/{number}/submit")
        return number

    async def decide(self, number: int, move: str, text: str = "", *, status: int = 200) -> Any:
        body = {"move": move, "text": text, "name": "Rev"}
        return await self.do(f"/review/jobs/{number}/decide", body, status=status)


async def sorts(api: Api) -> None:
    """Make a category and two types."""
    await api.made("/categories", {"name": "Gardener"})
    await api.made("/types", {"name": "Web"})
    await api.made("/types", {"name": "Cloud"})
