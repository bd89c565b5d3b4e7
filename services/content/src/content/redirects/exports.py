"""What another service reads to rebuild its copy of the redirects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.redirects import queries, services
from content.redirects.models import Redirect
from contracts.content.redirects import Redirect as RedirectDTO
from contracts.content.redirects import RedirectUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_redirects(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return redirects by id."""
    statement = (
        select(*queries.REDIRECT).where(Redirect.id > after).order_by(Redirect.id).limit(limit)
    )
    found = [RedirectDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_redirect(RedirectUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="redirects", kind=RedirectUpdated, read=read_redirects),)
