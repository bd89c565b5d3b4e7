"""Every read of code samples. The columns of a statement are the fields of the DTO, by name.

Who may not see drafts gets statements that cannot return one.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.samples.models import CodeSample
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row

VIEW_DRAFTS: Final = "content.view_codesample"

SAMPLE: Final[tuple[Column, ...]] = tuple(
    getattr(CodeSample, name)
    for name in (
        *("id", "title", "code", "text", "text_markup_type", "text_html", "position"),
        *("is_published", "version", "created", "updated"),
    )
)


async def samples(session: AsyncSession, window: Window, *, drafts: bool) -> tuple[list[Row], int]:
    """Return one window of the samples, in their order."""
    statement = select(*SAMPLE)
    if not drafts:
        statement = statement.where(CodeSample.is_published)
    return await reading.page(session, statement, (CodeSample.position, CodeSample.id), window)


async def sample(session: AsyncSession, sample_id: int, *, drafts: bool) -> Row | None:
    """Return one sample."""
    statement = select(*SAMPLE).where(CodeSample.id == sample_id)
    if not drafts:
        statement = statement.where(CodeSample.is_published)
    return await reading.one(session, statement)
