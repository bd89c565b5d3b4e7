"""Success stories in the content service, as the gateway sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from contracts.content.stories import (
    Story,
    StoryCategory,
    StorySubmission,
    StorySubmissionInput,
    StorySubmissionSummary,
    StorySummary,
)
from gateway.backends.client import Call, once

if TYPE_CHECKING:
    from gateway.backends.client import BackendClient, Query

_STORIES = TypeAdapter(Page[StorySummary])
_STORY = TypeAdapter(Story)
_CATEGORIES = TypeAdapter(Page[StoryCategory])
_SUBMISSION = TypeAdapter(StorySubmission)
_SUBMISSIONS = TypeAdapter(Page[StorySubmissionSummary])

#: The most rows that the service gives of a list in one answer.
WINDOW = 1000


class Stories:
    """Reads of stories. Every method raises `BackendError` where it has no answer."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    async def stories(
        self,
        limit: int = WINDOW,
        offset: int = 0,
        *,
        category: str | None = None,
        company: int | None = None,
        featured: bool | None = None,
    ) -> Page[StorySummary]:
        """Return one window of the published stories, newest first."""
        query: dict[str, Query] = {
            "limit": limit,
            "offset": offset,
            "category": category,
            "company": company,
            "featured": featured,
        }
        return await self._client.get("/stories", _STORIES, query)

    async def story(self, slug: str, *, token: str | None = None) -> Story | None:
        """Return one story; a draft with the token of who sees drafts."""
        return await self._client.find(
            f"/stories/by-slug/{quote(slug, safe='')}", _STORY, token=token
        )

    async def categories(self) -> list[StoryCategory]:
        """Return the categories, by name."""
        query: dict[str, Query] = {"limit": WINDOW}
        return (await self._client.get("/story-categories", _CATEGORIES, query)).items


class OwnStories:
    """What one signed-in user sent in.

    Args:
        client: Of the content service.
        token: Speaks for the user.
    """

    def __init__(self, client: BackendClient, token: str) -> None:
        self._client = client
        self._token = token

    async def submissions(self, limit: int, offset: int) -> Page[StorySubmissionSummary]:
        """Return one window of the stories, newest first."""
        query: dict[str, Query] = {"limit": limit, "offset": offset}
        return await self._client.get("/story-submissions", _SUBMISSIONS, query, token=self._token)

    async def submission(self, number: int) -> StorySubmission | None:
        """Return one story, None where there is none of this user."""
        return await self._client.find(
            f"/story-submissions/{number}", _SUBMISSION, token=self._token
        )

    async def submit(self, sent: StorySubmissionInput, key: str) -> StorySubmission:
        """Send a story in; a second time with the same key it is the first one again."""
        return await self._send("POST", "/story-submissions", sent, once(key))

    async def edit(self, number: int, sent: StorySubmissionInput, version: int) -> StorySubmission:
        """Replace a story of which `version` was shown."""
        headers = {"If-Match": f'"{version}"'}
        return await self._send("PUT", f"/story-submissions/{number}", sent, headers)

    async def withdraw(self, number: int) -> StorySubmission:
        """Take a story back."""
        return await self._send("POST", f"/story-submissions/{number}/withdraw")

    async def _send(
        self,
        method: str,
        path: str,
        sent: BaseModel | None = None,
        headers: dict[str, str] | None = None,
    ) -> StorySubmission:
        body = None if sent is None else sent.model_dump_json().encode()
        call = Call(method, path, body=body, token=self._token, headers=headers or {})
        return await self._client.send(call, _SUBMISSION)
