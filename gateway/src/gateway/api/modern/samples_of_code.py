"""Code samples. They are changed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from contracts.content import samples as dto
from gateway.api.modern.declaration import Operation, listing


class CodeSample(BaseModel):
    """A short session at the prompt."""

    id: int
    title: str
    code: str = Field(
        description="Lines with >>> and ..., and what is printed", examples=[">>> 1 + 1\n2\n"]
    )
    text_html: str = Field(description="Safe to be put into a page")
    position: int
    is_published: bool
    revision: int = Field(description="Grows with each change")
    updated_at: datetime


def sample_of(found: dto.CodeSample) -> CodeSample:
    """Return a sample as this API tells it."""
    return CodeSample(
        id=found.id,
        title=found.title,
        code=found.code,
        text_html=found.text_html,
        position=found.position,
        is_published=found.is_published,
        revision=found.version,
        updated_at=found.updated,
    )


SAMPLES: Final = (
    Operation(
        id="list_code_samples",
        path="/code-samples",
        tag="content",
        summary="List code samples",
        description="In the order of the home page, which shows the first five.",
        run=listing("content", lambda _: "/code-samples", dto.CodeSample, sample_of),
        out=CodeSample,
        many=True,
        keys=("code-samples", "api:code-samples"),
    ),
)
