"""What a reviewer should know of other jobs: it informs, and decides nothing."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Float, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.jobs.review import HintKind
from jobs.jobs.models import Job
from servicekit import reading
from servicekit.reading import Row

_MOST: Final = 5
#: Of 1: from where on two texts are alike.
_ALIKE: Final = 0.55
_OTHER: Final[tuple[Any, ...]] = (
    Job.id.label("job_id"),
    Job.title,
    Job.company_name,
    Job.state,
)


async def of_job(session: AsyncSession, job_id: int) -> list[Row]:
    """Return what a job has in common with others, drafts left out. 5 statements.

    The same text and the same link with any other job; a like text; hosts of links with jobs that
    reviewers rejected or removed.
    """
    columns: tuple[Any, ...] = (Job.text_hash, Job.link, Job.hosts, Job.likeness)
    own = await reading.one(session, select(*columns).where(Job.id == job_id))
    if own is None:
        return []
    others = select(*_OTHER).where(Job.id != job_id, Job.state != "draft")
    latest = others.order_by(Job.id.desc()).limit(_MOST)
    same = await reading.every(session, latest.where(Job.text_hash == own["text_hash"]))
    linked = await reading.every(session, latest.where(Job.link == own["link"]))
    refused = (Job.state.in_(("rejected", "removed"))) & (Job.state_by == "reviewer")
    hosts = await reading.every(
        session,
        latest.add_columns(Job.hosts).where(Job.hosts.overlap(own["hosts"]), refused),
    )
    distance = Job.likeness.op("<->", return_type=Float())(own["likeness"])
    alike = await reading.every(
        session,
        others.add_columns((1 - distance).label("alike"))
        .where(Job.text_hash != own["text_hash"])
        .order_by(distance)
        .limit(_MOST),
    )
    return [
        *(_hint(HintKind.SAME_TEXT, one, "") for one in same),
        *(
            _hint(HintKind.SIMILAR_TEXT, one, f"{one['alike']:.0%}".replace("%", " %"))
            for one in alike
            if one["alike"] >= _ALIKE
        ),
        *(_hint(HintKind.SAME_LINK, one, own["link"]) for one in linked),
        *(
            _hint(HintKind.LINK_HOST, one, ", ".join(sorted({*own["hosts"]} & {*one["hosts"]})))
            for one in hosts
        ),
    ]


def _hint(kind: HintKind, other: Row, detail: str) -> Row:
    named = {name: other[name] for name in ("job_id", "title", "company_name", "state")}
    return {"kind": kind, **named, "detail": detail}
