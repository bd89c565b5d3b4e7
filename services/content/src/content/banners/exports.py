"""What another service reads to rebuild its copy of the banners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.banners import queries, services
from content.banners.models import Banner
from contracts.content.banners import Banner as BannerDTO
from contracts.content.banners import BannerUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_banners(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return banners by id; what visitors do not see as id and state."""
    statement = select(*queries.BANNER).where(Banner.id > after).order_by(Banner.id).limit(limit)
    found = [BannerDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_banner(BannerUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="banners", kind=BannerUpdated, read=read_banners),)
