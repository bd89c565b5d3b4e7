"""Companies over HTTP: read by everybody, written by staff, who alone see whom to write to."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter, QueryParameter

from content.companies import queries, services
from contracts.base import Page
from contracts.content.companies import Company, CompanyInput, CompanyLetter, CompanyRecord
from contracts.files import MOST_ENCODED
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

LetterFilter = Annotated[
    str | None,
    QueryParameter(pattern=r"^[A-Z0]$", description="First letter of the name; 0: any other"),
]
_MOST_BYTES: Final = MOST_ENCODED + 40_000


class CompanyController(Controller):
    """Who uses Python."""

    path = "/companies"
    tags = ("companies",)

    @get(operation_id="list_companies", opt=access.public())
    async def list_companies(
        self,
        read_session: Reading,
        window: InWindow,
        letter: LetterFilter = None,
        q: TextFilter = None,
    ) -> Response[Page[Company]]:
        """List companies by name. `q` is part of the name or of the text."""
        return answer_page(
            await queries.companies(read_session, window, letter=letter, q=q), window
        )

    @get("/letters", operation_id="list_company_letters", opt=access.public())
    async def letters(self, read_session: Reading) -> Response[list[CompanyLetter]]:
        """Tell with which letters names begin."""
        return answer(await queries.letters(read_session))

    @get("/by-slug/{slug:str}", operation_id="get_company_by_slug", opt=access.public())
    async def by_slug(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=200)]
    ) -> Response[Company]:
        """Read one company."""
        return answer_versioned(await queries.by_slug(read_session, slug), "company")

    @get("/{id:int}", operation_id="get_company", opt=access.permission("content.view_company"))
    async def get_company(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[CompanyRecord]:
        """Read one company with whom to write to."""
        return answer_versioned(await queries.record(read_session, id), "company")

    @post(
        operation_id="create_company",
        opt=access.permission("content.add_company"),
        request_max_body_size=_MOST_BYTES,
    )
    async def create_company(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: CompanyInput,
    ) -> Response[CompanyRecord]:
        """Create a company."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/companies/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_company",
        opt=access.permission("content.change_company"),
        request_max_body_size=_MOST_BYTES,
    )
    async def update_company(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CompanyInput,
        if_match: IfMatch = None,
    ) -> Response[CompanyRecord]:
        """Replace a company."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_company", opt=access.permission("content.delete_company")
    )
    async def delete_company(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a company that nothing refers to."""
        await services.delete(write_session, id, principal, if_match=if_match)
