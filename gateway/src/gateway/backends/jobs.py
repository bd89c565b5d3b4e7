"""The jobs service, as the gateway sees it (routes: services/jobs/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from contracts.jobs import dto, review
from gateway.backends.client import Call, once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from contracts.jobs import inputs
    from gateway.backends.client import BackendClient, Query

_LIST = TypeAdapter(dto.JobList)
_TEXTS = TypeAdapter(list[dto.JobDetail])
_FACETS = TypeAdapter(dto.Facets)
_COUNTRY = TypeAdapter(dto.Facet)
_LOCATION = TypeAdapter(dto.LocationFacet)
_ADDRESSES = TypeAdapter(list[dto.JobAddress])
_JOB = TypeAdapter(dto.JobDetail)
_AROUND = TypeAdapter(dto.JobAround)
_CONTACT = TypeAdapter(dto.JobContact)
_CATEGORIES = TypeAdapter(Page[dto.JobCategory])
_CATEGORY = TypeAdapter(dto.JobCategory)
_TYPES = TypeAdapter(Page[dto.JobType])
_TYPE = TypeAdapter(dto.JobType)
_OWN_LIST = TypeAdapter(Page[review.OwnSummary])
_OWN = TypeAdapter(review.OwnJob)
_ITEMS = TypeAdapter(Page[review.ReviewItem])
_REVIEW = TypeAdapter(review.ReviewJob)
_REPLIES = TypeAdapter(Page[review.CannedReply])
_ANY: TypeAdapter[Any] = TypeAdapter(Any)

#: The most rows that the service gives of a list of names in one answer.
WINDOW = 1000


class Jobs:
    """Reads of the jobs service. Every method raises `BackendError` where it has no answer.

    A thing that does not exist is None, not an error.
    """

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def jobs(self, **query: Query) -> dto.JobList:
        """Return one window of the visible jobs; `query` as in GET /jobs."""
        return await self.client.get("/jobs", _LIST, query)

    async def texts(self, **query: Query) -> list[dto.JobDetail]:
        """Return the first visible jobs with their texts; `query` as in GET /jobs/texts."""
        return await self.client.get("/jobs/texts", _TEXTS, query)

    async def country(self, slug: str) -> dto.Facet | None:
        """Return a country, None where no job was ever listed in it."""
        return await self.client.find(f"/jobs/countries/{_name(slug)}", _COUNTRY)

    async def location(self, slug: str) -> dto.LocationFacet | None:
        """Return a location, None where no job was ever listed at it."""
        return await self.client.find(f"/jobs/locations/{_name(slug)}", _LOCATION)

    async def facets(self) -> dto.Facets:
        """Return how many visible jobs there are of what."""
        return await self.client.get("/jobs/facets", _FACETS)

    async def all_addresses(self, most: int) -> AsyncIterator[dto.JobAddress]:
        """Yield ids of visible jobs, ascending, at most so many."""
        last = count = 0
        while count < most:
            query: dict[str, Query] = {"after": last or None}
            found = (await self.client.get("/jobs/addresses", _ADDRESSES, query))[: most - count]
            for one in found:
                yield one
            if not found:
                return
            last, count = found[-1].id, count + len(found)

    async def job(self, number: int) -> dto.JobDetail | None:
        """Return one visible job."""
        return await self.client.find(f"/jobs/{number}", _JOB)

    async def around(self, number: int) -> dto.JobAround | None:
        """Return what there is beside a visible job."""
        return await self.client.find(f"/jobs/{number}/around", _AROUND)

    async def contact(self, number: int) -> dto.JobContact | None:
        """Return whom one writes to about a visible job, None where nobody is told."""
        return await self.client.find(f"/jobs/{number}/contact", _CONTACT)

    async def report(self, number: int, sent: inputs.ReportInput) -> None:
        """Report a visible job."""
        body = sent.model_dump_json().encode()
        await self.client.send(Call("POST", f"/jobs/{number}/reports", body=body), _ANY)

    async def categories(self) -> list[dto.JobCategory]:
        """Return what new jobs may be, by name."""
        query: dict[str, Query] = {"active": True, "limit": WINDOW}
        return (await self.client.get("/categories", _CATEGORIES, query)).items

    async def category(self, slug: str) -> dto.JobCategory | None:
        """Return one category."""
        return await self.client.find(f"/categories/{_name(slug)}", _CATEGORY)

    async def types(self) -> list[dto.JobType]:
        """Return what new jobs may be about, by name."""
        query: dict[str, Query] = {"active": True, "limit": WINDOW}
        return (await self.client.get("/types", _TYPES, query)).items

    async def job_type(self, slug: str) -> dto.JobType | None:
        """Return one type."""
        return await self.client.find(f"/types/{_name(slug)}", _TYPE)


class _Spoken:
    """Calls for one signed-in user.

    Args:
        client: Of the jobs service.
        token: Speaks for the user.
    """

    def __init__(self, client: BackendClient, token: str) -> None:
        self._client = client
        self._token = token

    async def _send[T](
        self,
        method: str,
        path: str,
        kind: TypeAdapter[T],
        sent: BaseModel | None = None,
        headers: dict[str, str] | None = None,
    ) -> T:
        body = None if sent is None else sent.model_dump_json().encode()
        call = Call(method, path, body=body, token=self._token, headers=headers or {})
        return await self._client.send(call, kind)


class OwnJobs(_Spoken):
    """The jobs that one signed-in user posted."""

    async def jobs(self, limit: int, offset: int) -> Page[review.OwnSummary]:
        """Return one window of them, newest first."""
        query: dict[str, Query] = {"limit": limit, "offset": offset}
        return await self._client.get("/own/jobs", _OWN_LIST, query, token=self._token)

    async def job(self, number: int) -> review.OwnJob | None:
        """Return one of them, of any state."""
        return await self._client.find(f"/own/jobs/{number}", _OWN, token=self._token)

    async def create(self, sent: inputs.JobInput, key: str) -> review.OwnJob:
        """Make a draft; a second time with the same key it is the first one again."""
        return await self._send("POST", "/own/jobs", _OWN, sent, once(key))

    async def edit(self, number: int, sent: inputs.JobInput, version: int) -> review.OwnJob:
        """Replace a job of which `version` was shown."""
        return await self._send("PUT", f"/own/jobs/{number}", _OWN, sent, _shown(version))

    async def move(self, number: int, move: str, sent: inputs.SignedInput) -> review.OwnJob:
        """Do one of submit, withdraw and extend."""
        return await self._send("POST", f"/own/jobs/{number}/{move}", _OWN, sent)

    async def comment(self, number: int, sent: inputs.CommentInput) -> review.OwnJob:
        """Say something to the reviewers."""
        return await self._send("POST", f"/own/jobs/{number}/comments", _OWN, sent)


class Review(_Spoken):
    """The board, as one reviewer works on it."""

    async def queue(self, limit: int, offset: int) -> Page[review.ReviewItem]:
        """Return one window of what waits, oldest first."""
        query: dict[str, Query] = {"limit": limit, "offset": offset}
        return await self._client.get("/review/queue", _ITEMS, query, token=self._token)

    async def others(self, **query: Query) -> Page[review.ReviewItem]:
        """Return one window of everything else; `query` as in GET /review/jobs."""
        return await self._client.get("/review/jobs", _ITEMS, query, token=self._token)

    async def job(self, number: int) -> review.ReviewJob | None:
        """Return one job, of any state."""
        return await self._client.find(f"/review/jobs/{number}", _REVIEW, token=self._token)

    async def edit(
        self, number: int, sent: inputs.ReviewedJobInput, version: int
    ) -> review.ReviewJob:
        """Put a job right of which `version` was shown."""
        return await self._send("PUT", f"/review/jobs/{number}", _REVIEW, sent, _shown(version))

    async def claim(self, number: int, sent: inputs.ClaimInput) -> review.ReviewJob:
        """Look at a job, so that nobody else decides meanwhile."""
        return await self._send("POST", f"/review/jobs/{number}/claim", _REVIEW, sent)

    async def release(self, number: int) -> None:
        """Look at a job no longer."""
        await self._send("DELETE", f"/review/jobs/{number}/claim", _ANY)

    async def decide(
        self, number: int, sent: inputs.DecisionInput, version: int
    ) -> review.ReviewJob:
        """Decide about a job of which `version` was shown; 0: whichever there is."""
        path = f"/review/jobs/{number}/decide"
        return await self._send("POST", path, _REVIEW, sent, _shown(version))

    async def comment(self, number: int, sent: inputs.CommentInput) -> review.ReviewJob:
        """Say something to the poster and the other reviewers."""
        return await self._send("POST", f"/review/jobs/{number}/comments", _REVIEW, sent)

    async def dismiss(self, number: int) -> review.ReviewJob:
        """Close what visitors reported of a job."""
        return await self._send("POST", f"/review/jobs/{number}/dismiss", _REVIEW)

    async def replies(self) -> list[review.CannedReply]:
        """Return the texts that reviewers need again and again."""
        return (await self._client.get("/review/replies", _REPLIES, token=self._token)).items


def _shown(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'} if version else {}


def _name(text: str) -> str:
    return quote(text, safe="")
