"""What a new installation begins with: categories, types, replies, and jobs that are made up.

What is there already is left as it is, and what somebody deleted does not come back. The jobs are
marked as samples, of companies that there are not; their dates go by the day of the seed, and those
whose time is over are published anew, so that the board is never empty. Nobody gets mail of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import files
from typing import Final, cast

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import select

from contracts.jobs.dto import JobState
from contracts.jobs.inputs import CannedReplyInput, CategoryInput, JobInput, JobTypeInput
from contracts.jobs.review import Side
from jobs.categories.models import Category
from jobs.categories.services import CATEGORIES
from jobs.jobs import moving
from jobs.jobs.filling import fill
from jobs.jobs.models import Job
from jobs.replies import services as replies
from jobs.replies.models import CannedReply
from jobs.settings import Settings
from jobs.types.models import JobType
from jobs.types.services import TYPES
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import TaskContext
from servicekit.slugs import slugify
from servicekit.writes import gone

SEEDER: Final = Principal(subject="service:jobs-seed")
#: Jobs that are written in one transaction.
_BATCH: Final = 20
#: Who brought a sample into a state that no poster did.
_BY: Final = {
    JobState.DRAFT: Side.POSTER,
    JobState.REVIEW: Side.POSTER,
    JobState.EXPIRED: Side.SYSTEM,
}


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Company(_Fact):
    """A company that there is not."""

    name: str
    about: str
    city: str
    region: str
    country: str


class Role(_Fact):
    """What somebody does there."""

    key: str
    title: str
    category: str
    types: list[str]
    description: str
    requirements: str


class Sample(_Fact):
    """A job; `days` is how long ago it was published, or else came into its state."""

    company: str
    role: str
    title: str
    days: int
    remote: bool
    agencies: bool
    featured: bool
    state: JobState

    @property
    def url(self) -> str:
        """The address of the job, by which it is known again."""
        return f"https://{slugify(self.company)}.example/jobs/{self.role}"


class Shipped(_Fact):
    """The data files as one."""

    categories: list[CategoryInput]
    types: list[JobTypeInput]
    replies: list[CannedReplyInput]
    companies: list[Company]
    roles: list[Role]
    jobs: list[Sample]


def shipped() -> Shipped:
    """Return what the service ships: `jobs/data/*.json`."""
    folder = files("jobs").joinpath("data")
    adapter = TypeAdapter(object)
    return Shipped.model_validate(
        {
            name: adapter.validate_json(folder.joinpath(f"{name}.json").read_bytes())
            for name in Shipped.model_fields
        }
    )


async def seed(context: TaskContext) -> str:
    """Add what is missing, and publish samples anew whose time is over."""
    facts = shipped()
    settings = cast("Settings", context.settings)
    async with context.session() as session:
        await _sorts(session, facts)
        known = set(await session.scalars(select(Job.url).where(Job.sample)))
        known |= await gone(session, "job", "url")
        wanted = [one for one in facts.jobs if one.url not in known]
        renewed = await _renew(session, facts, settings)
        # A dry run is one transaction, and all of it is rolled back.
        if context.dry_run:
            await _write(session, facts, wanted, settings)
    if not context.dry_run:
        for done in range(0, len(wanted), _BATCH):
            async with context.session() as session:
                await _write(session, facts, wanted[done : done + _BATCH], settings)
            context.progress(min(done + _BATCH, len(wanted)), len(wanted), "jobs")
    return f"{len(wanted)} jobs added, {renewed} published anew"


async def _sorts(session: WriteSession, facts: Shipped) -> None:
    """Add categories, types and replies that are missing."""
    there = set(await session.scalars(select(Category.name)))
    there |= await gone(session, "category", "name")
    for sort in facts.categories:
        if sort.name not in there:
            await CATEGORIES.create(session, sort, SEEDER)
    there = set(await session.scalars(select(JobType.name)))
    there |= await gone(session, "job_type", "name")
    for kind in facts.types:
        if kind.name not in there:
            await TYPES.create(session, kind, SEEDER)
    there = set(await session.scalars(select(CannedReply.name)))
    there |= await gone(session, "canned_reply", "name")
    for reply in facts.replies:
        if reply.name not in there:
            await replies.create(session, reply, SEEDER)


async def _write(
    session: WriteSession, facts: Shipped, wanted: list[Sample], settings: Settings
) -> None:
    sorts = await _ids(session, Category)
    kinds = await _ids(session, JobType)
    companies = {one.name: one for one in facts.companies}
    roles = {one.key: one for one in facts.roles}
    # The oldest first, so that ids follow the days.
    for one in sorted(wanted, key=lambda one: -one.days):
        role = roles[one.role]
        if role.category not in sorts:
            continue
        row = Job(sample=True, featured=one.featured)
        await fill(session, row, _input(one, companies[one.company], role, sorts, kinds))
        _place(row, one, settings)
        await moving.keep(session, row, SEEDER)


async def _ids(session: WriteSession, model: type[Category | JobType]) -> dict[str, int]:
    """Return the ids of what new jobs may have, by name."""
    rows = await session.execute(select(model.name, model.id).where(model.active))
    return {name: number for name, number in rows}  # noqa: C416 - rows are no pairs to a type checker


def _input(
    one: Sample,
    company: Company,
    role: Role,
    sorts: Mapping[str, int],
    kinds: Mapping[str, int],
) -> JobInput:
    host = f"{slugify(company.name)}.example"
    return JobInput(
        title=one.title,
        company_name=company.name,
        category_id=sorts[role.category],
        type_ids=[kinds[name] for name in role.types if name in kinds],
        city=company.city,
        region=company.region,
        country=company.country,
        description=role.description,
        requirements=role.requirements,
        company_description=f"{company.about}\n\nThis job is a sample: the company is made up.",
        contact="The hiring team",
        email=f"jobs@{host}",
        email_public=one.days % 2 == 0,
        url=one.url,
        remote=one.remote,
        agencies=one.agencies,
    )


def _place(row: Job, one: Sample, settings: Settings) -> None:
    """Put a sample into its state, as if it had come there in time."""
    then = datetime.now(UTC) - timedelta(days=one.days, minutes=one.days * 7 + len(one.title))
    row.state, row.state_by = one.state.value, _BY.get(one.state, Side.REVIEWER).value
    row.created = then - timedelta(days=2)
    if one.state is not JobState.DRAFT:
        row.submitted = then - timedelta(hours=9)
    if one.state in {JobState.APPROVED, JobState.EXPIRED, JobState.ARCHIVED}:
        row.published, row.expires = then, then + settings.visible_for


async def _renew(session: WriteSession, facts: Shipped, settings: Settings) -> int:
    """Publish samples anew whose time is over."""
    shown = {one.url: one for one in facts.jobs if one.state is JobState.APPROVED}
    over = select(Job).where(
        Job.sample,
        Job.url.in_(shown),
        Job.state.in_(("approved", "expired")),
        Job.expires < datetime.now(UTC),
    )
    rows = list(await session.scalars(over.order_by(Job.id).with_for_update()))
    for row in rows:
        await moving.renew(
            session, row, SEEDER, partial(_place, one=shown[row.url], settings=settings)
        )
    return len(rows)
