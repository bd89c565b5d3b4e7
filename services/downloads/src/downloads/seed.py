"""Fill an empty database with the real releases, systems and release cycle.

What is there already is left as it is: seeding again changes nothing, and never undoes what
somebody edited. Where the facts in `data/` come from is told in the README.
"""

from __future__ import annotations

from importlib.resources import files as resources
from typing import Final

from pydantic import BaseModel
from sqlalchemy import select, text

from contracts.downloads.dto import (
    BulkImport,
    CycleBranch,
    Markup,
    ReleaseCycle,
    ReleaseImport,
)
from contracts.downloads.dto import (
    OperatingSystem as SystemDTO,
)
from contracts.downloads.events import OperatingSystemCreated
from downloads import events, imports, queries, texts
from downloads.imports import Ids
from downloads.models import Cycle, OperatingSystem, Release
from downloads.services import cycle
from downloads.services.common import note, snapshot
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import Progress, TaskContext

SEEDER: Final = Principal(subject="service:downloads-seed")


class _System(BaseModel):
    id: int
    name: str
    slug: str


class _Systems(BaseModel):
    operating_systems: list[_System]


async def seed(context: TaskContext) -> str:
    """Add the systems, the release cycle and the releases that are missing."""
    async with context.session() as session:
        systems = await _seed_systems(session)
        found = ReleaseCycle.model_validate_json(_data("release-cycle.json"))
        branches = await _seed_cycle(session, found)
        releases = await _seed_releases(session, found.branches, context.progress)
    return f"added {systems} systems, {branches} branches of the release cycle, {releases} releases"


async def _seed_systems(session: WriteSession) -> int:
    """Add missing systems under the ids that clients know."""
    wanted = _Systems.model_validate_json(_data("operating-systems.json")).operating_systems
    there = set(await session.scalars(select(OperatingSystem.slug)))
    rows = [OperatingSystem(**each.model_dump()) for each in wanted if each.slug not in there]
    session.add_all(rows)
    await session.flush()
    for row in rows:
        state = SystemDTO.model_validate(await queries.system(session, row.id))
        events.tell_system(session, OperatingSystemCreated, state)
        note(session, SEEDER, "created", row, after=snapshot(row))
    await _advance(session, "operating_system")
    return len(rows)


async def _seed_cycle(session: WriteSession, found: ReleaseCycle) -> int:
    if await session.scalar(select(Cycle.id)) is not None:
        return 0
    await cycle.store(session, cycle.Reading(cycle=found), SEEDER)
    return len(found.branches)


async def _seed_releases(
    session: WriteSession, branches: list[CycleBranch], progress: Progress
) -> int:
    """Add missing releases; on an empty table row n of the file gets id n, its files likewise."""
    wanted = BulkImport.model_validate_json(_data("releases.json")).releases
    there = set(await session.scalars(select(Release.slug)))
    by_series = {branch.series: branch for branch in branches}
    missing = [_with_text(each, by_series) for each in wanted if each.slug not in there]
    if not missing:
        return 0
    ids = Ids(releases={}, files={})
    if not there:
        addresses = [file.url for each in wanted for file in each.files or ()]
        ids = Ids(
            releases={str(each.slug): at for at, each in enumerate(wanted, start=1)},
            files={url: at for at, url in enumerate(addresses, start=1)},
        )
    # Another release may be the latest by now; the seed does not take that away.
    flagged = set(
        await session.scalars(select(Release.major).where(Release.is_latest, Release.is_published))
    )
    missing = [
        each.model_copy(update={"is_latest": each.is_latest and each.major not in flagged})
        for each in missing
    ]
    report = await imports.apply(
        session,
        BulkImport.model_construct(releases=missing),
        SEEDER,
        progress=progress,
        settled=ids,
    )
    for table in ("release", "release_file"):
        await _advance(session, table)
    return report.created


def _with_text(release: ReleaseImport, branches: dict[str, CycleBranch]) -> ReleaseImport:
    return release.model_copy(
        update={
            "content": texts.describe(release, branches),
            "content_markup_type": Markup.MARKDOWN,
        }
    )


async def _advance(session: WriteSession, table: str) -> None:
    """Have the next row get an id above all that were given."""
    await session.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 - our names
            f'greatest((SELECT max(id) FROM "{table}"), 1))'
        )
    )


def _data(name: str) -> bytes:
    return resources("downloads").joinpath("data", name).read_bytes()
