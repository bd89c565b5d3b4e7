"""The release cycle: fetched in the background, kept as rows, told only when it changed.

The source publishes an object `{"3.15": {"branch": …, "pep": …, "status": …}, …}`. A page never
waits for it, and a failure of whatever kind leaves what was read last.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

import httpx
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.downloads.dto import CycleBranch as BranchDTO
from contracts.downloads.dto import CycleStatus, ReleaseCycle
from downloads import events, queries
from downloads.models import Cycle, CycleBranch
from servicekit import audit
from servicekit.access import Principal
from servicekit.database import WriteSession

_SERIES: Final = re.compile(r"\d{1,3}\.\d{1,3}")


class CycleError(Exception):
    """The source did not give a release cycle; says why."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read, and what to ask the source with next time."""

    cycle: ReleaseCycle
    etag: str = ""
    last_modified: str = ""


class _Branch(BaseModel):
    """One branch as the source tells it; what it adds one day is ignored."""

    model_config = ConfigDict(extra="ignore")

    branch: Annotated[str, StringConstraints(max_length=50)]
    pep: Annotated[int, Field(ge=0, le=100_000)] | None = None
    status: CycleStatus
    first_release: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]
    end_of_life: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]
    start_of_development: Annotated[str, StringConstraints(max_length=20)] = ""
    feature_freeze: Annotated[str, StringConstraints(max_length=20)] = ""
    end_of_bugfix: Annotated[str, StringConstraints(max_length=20)] = ""
    release_manager: Annotated[str, StringConstraints(max_length=200)] = ""


_SOURCE: Final = TypeAdapter(Annotated[dict[str, _Branch], Field(min_length=1, max_length=200)])


def parse(body: bytes) -> tuple[BranchDTO, ...]:
    """Read the source's JSON; newest branch first. Raises CycleError."""
    try:
        found = _SOURCE.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CycleError(f"not a release cycle: {where}: {first['msg']}") from error
    for series in found:
        if not _SERIES.fullmatch(series):
            raise CycleError(f"not a release cycle: {series[:20]!r} is no series")
    branches = [
        BranchDTO.model_validate({"series": series, **branch.model_dump()})
        for series, branch in found.items()
    ]
    return tuple(sorted(branches, key=_number, reverse=True))


async def fetch(
    url: str,
    *,
    timeout: float,  # noqa: ASYNC109 - of the whole exchange, body included
    max_bytes: int,
    etag: str = "",
    last_modified: str = "",
) -> Reading | None:
    """Ask the source; None where it says that nothing changed since those two were sent.

    `timeout` is in seconds; an answer longer than `max_bytes` is given up. Raises CycleError.
    """
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "pydotorg-downloads",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(timeout=timeout) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if answer.status_code != httpx.codes.OK:
                raise CycleError(f"{url} answered {answer.status_code}")
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > max_bytes:
                    raise CycleError(f"{url} sent more than {max_bytes} bytes")
    except TimeoutError as error:
        raise CycleError(f"{url} took more than {timeout} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CycleError(f"{url}: {type(error).__name__}: {error}") from error
    now = datetime.now(UTC)
    return Reading(
        cycle=ReleaseCycle(as_of=now.date(), fetched=now, branches=list(parse(bytes(body)))),
        etag=_header(answer, "ETag", 200),
        last_modified=_header(answer, "Last-Modified", 100),
    )


async def store(session: WriteSession, reading: Reading, caller: Principal) -> bool:
    """Keep what was read; returns whether a branch differs, which is then told as an event."""
    new = reading.cycle
    row = await session.scalar(select(Cycle).where(Cycle.id == 1).with_for_update())
    old = await queries.release_cycle(session) if row is not None else None
    if row is None:
        row = Cycle(id=1)
        session.add(row)
    row.as_of, row.fetched = new.as_of, new.fetched
    row.etag, row.last_modified = reading.etag, reading.last_modified
    await session.flush()
    if old is not None and old.branches == new.branches:
        return False
    await session.execute(delete(CycleBranch))
    session.add_all(
        CycleBranch(position=position, **branch.model_dump(mode="json"))
        for position, branch in enumerate(new.branches)
    )
    events.tell_cycle(session, new, row.version)
    audit.record(
        session,
        *(caller, "updated", "release_cycle", 1),
        label="release cycle",
        before=_branches(old) if old else None,
        after=_branches(new),
    )
    return True


async def conditions(session: AsyncSession) -> tuple[str, str]:
    """Return entity tag and date of the source's last answer, empty where there was none."""
    found = (await session.execute(select(Cycle.etag, Cycle.last_modified))).first()
    return (found.etag, found.last_modified) if found else ("", "")


async def confirm(session: WriteSession) -> None:
    """Note that the source still says what is kept."""
    row = await session.scalar(select(Cycle).where(Cycle.id == 1).with_for_update())
    if row is not None:
        row.fetched = datetime.now(UTC)
        row.as_of = row.fetched.date()


def _number(branch: BranchDTO) -> tuple[int, ...]:
    return tuple(int(part) for part in branch.series.split("."))


def _header(answer: httpx.Response, name: str, longest: int) -> str:
    """Return a header to send back one day, unless it is too long to be kept."""
    value = answer.headers.get(name, "")
    return value if len(value) <= longest else ""


def _branches(cycle: ReleaseCycle) -> dict[str, object]:
    return {branch.series: branch.model_dump(mode="json") for branch in cycle.branches}
