"""Every read of synonyms. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.synonyms.models import SynonymGroup
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row

GROUP: Final[tuple[Column, ...]] = tuple(
    getattr(SynonymGroup, name) for name in ("id", "words", "version", "created", "updated")
)


async def groups(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the groups, oldest first, and how many there are."""
    return await reading.page(session, select(*GROUP), (SynonymGroup.id,), window)


async def group(session: AsyncSession, group_id: int) -> Row | None:
    """Return one group."""
    return await reading.one(session, select(*GROUP).where(SynonymGroup.id == group_id))


async def spelt(session: AsyncSession) -> Sequence[Sequence[str]]:
    """Return all groups, each word spelt as it is searched."""
    return (await session.scalars(select(SynonymGroup.spellings).order_by(SynonymGroup.id))).all()


async def others(session: AsyncSession, words: Sequence[str]) -> dict[str, list[str]]:
    """Return what stands for each of some words, in their order, all as they are searched.

    A word without others is left out.
    """
    statement = select(SynonymGroup.spellings).where(SynonymGroup.spellings.overlap(list(words)))
    found = (await session.scalars(statement.order_by(SynonymGroup.id))).all()
    told: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        if there := [one for group in found if word in group for one in group if one != word]:
            told[word] = there
    return told
