"""What a new installation begins with: programs, packages, benefits, and sponsors that are made up.

Packages and benefits are those of 2022, copied into the year of the seed, which becomes the
current one. What is there already is left as it is, and what somebody deleted does not come back.
The sponsors are marked as samples, of companies that there are not; those whose time is over begin
anew, so that pages of sponsors are never empty. Nobody gets mail of them.
"""

from __future__ import annotations

import base64
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files as resources
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import select

from contracts.files import Upload
from contracts.sponsors.applications import Move, Side
from contracts.sponsors.dto import FIRST_YEAR, SponsorshipStatus
from contracts.sponsors.features import Feature, Tiered
from contracts.sponsors.inputs import (
    BenefitInput,
    CloneInput,
    ContactInput,
    CurrentYearInput,
    PackageInput,
    ProgramInput,
    SponsorRecordInput,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import TaskContext
from servicekit.slugs import slugify
from servicekit.writes import gone
from sponsors import drawing
from sponsors.benefits import services as benefits
from sponsors.benefits.models import Benefit, BenefitPackage
from sponsors.dates import today
from sponsors.packages import services as packages
from sponsors.packages.models import Package
from sponsors.programs import services as programs
from sponsors.programs.models import Program
from sponsors.settings import Settings
from sponsors.sponsors import services as sponsors
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships import moving
from sponsors.sponsorships.models import Sponsorship
from sponsors.sponsorships.moving import Actor
from sponsors.years import cloning
from sponsors.years import services as years
from sponsors.years.models import ONLY, CurrentYear

SEEDER: Final = Principal(subject="service:sponsors-seed")
_SYSTEM: Final = Actor(caller=SEEDER, side=Side.STAFF, name="Seed")
_RUNS: Final = timedelta(days=365)


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Fact):
    """A package of 2022."""

    name: str
    amount: Decimal
    advertise: bool
    allow_a_la_carte: bool
    logo_dimension: int
    position: int


class Offered(_Fact):
    """A benefit of 2022; `tiers` has quantities by package, `conflicts` names others before it."""

    program: str
    name: str
    description: str
    packages: list[str]
    internal_value: Decimal
    features: list[Feature] = Field(default_factory=list)
    tiers: dict[str, int] = Field(default_factory=dict)
    conflicts: list[str] = Field(default_factory=list)
    capacity: int | None = None
    soft_capacity: bool = False
    package_only: bool = False
    new: bool = False
    standalone: bool = False


class Sample(_Fact):
    """A sponsor that there is not; `days` is how long ago its sponsorship came into its status."""

    name: str
    package: str
    about: str
    dark: str
    light: str
    shape: str
    status: SponsorshipStatus
    days: int


class Shipped(_Fact):
    """The data files as one."""

    programs: list[ProgramInput]
    packages: list[Level]
    benefits: list[Offered]
    sponsors: list[Sample]


def shipped() -> Shipped:
    """Return what the service ships: `sponsors/data/*.json`."""
    folder = resources("sponsors").joinpath("data")
    adapter: TypeAdapter[Any] = TypeAdapter(object)
    return Shipped.model_validate(
        {
            name: adapter.validate_json(folder.joinpath(f"{name}.json").read_bytes())
            for name in Shipped.model_fields
        }
    )


async def seed(context: TaskContext) -> str:
    """Add what is missing, and have samples begin anew whose time is over."""
    facts = shipped()
    year = today().year
    async with context.session() as session:
        await _catalogue(session, facts, year)
        known = set(await session.scalars(select(Sponsor.name).where(Sponsor.sample)))
        known |= await gone(session, "sponsor", "name")
        wanted = [one for one in facts.sponsors if one.name not in known]
        settings = context.settings
        kept = isinstance(settings, Settings) and settings.files_url is not None
        renewed = await _renew(session)
        if kept:
            for one in wanted:
                await _sample(session, one, year)
    if wanted and not kept:
        return "sponsors are added once there is a store for files (PYDOTORG_FILES_URL)"
    return f"{len(wanted)} sponsors added, {renewed} begun anew"


async def _catalogue(session: WriteSession, facts: Shipped, year: int) -> None:
    """Add programs, packages and benefits of 2022 where there are none, and copy them."""
    if await session.scalar(select(Program.id).limit(1)) is None:
        for program in facts.programs:
            await programs.create(session, program, SEEDER)
    if await session.scalar(select(Package.id).limit(1)) is None:
        await _first_year(session, facts)
    if await session.scalar(select(CurrentYear.id)) is None:
        sent = CurrentYearInput(year=year)
        await years.update(session, ONLY, sent, SEEDER, if_match=None)
        there = await session.scalar(select(Package.id).where(Package.year == year).limit(1))
        if there is None:
            await cloning.clone(session, CloneInput(from_year=FIRST_YEAR, to_year=year), SEEDER)


async def _first_year(session: WriteSession, facts: Shipped) -> None:
    levels = {}
    for level in facts.packages:
        sent = PackageInput(**level.model_dump(), slug=slugify(level.name), year=FIRST_YEAR)
        levels[level.name] = (await packages.create(session, sent, SEEDER)).id
    known = {row.name: row.id for row in await session.scalars(select(Program))}
    made: dict[str, int] = {}
    for at, one in enumerate(facts.benefits):
        if one.program not in known:
            continue
        tiers = [
            Tiered(package_id=levels[name], quantity=count) for name, count in one.tiers.items()
        ]
        offered = BenefitInput(
            **one.model_dump(include={"name", "description", "internal_value", "capacity"}),
            **one.model_dump(include={"soft_capacity", "package_only", "new", "standalone"}),
            program_id=known[one.program],
            year=FIRST_YEAR,
            package_ids=[levels[name] for name in one.packages],
            conflict_ids=[made[name] for name in one.conflicts if name in made],
            position=at,
            features=[*one.features, *tiers],
        )
        made[one.name] = (await benefits.create(session, offered, SEEDER)).id


async def _sample(session: WriteSession, one: Sample, year: int) -> None:
    """Add a made-up sponsor with its sponsorship, of the package of the year by its name."""
    package = await session.scalar(
        select(Package).where(Package.year == year, Package.name == one.package)
    )
    if package is None:
        return
    made = await sponsors.create(session, _record(one), SEEDER, sample=True)
    row = Sponsorship(
        sponsor_id=made.id,
        package_id=package.id,
        year=year,
        sponsorship_fee=package.amount,
        submitted_by="Sam Sample",
        sample=True,
    )
    of_package = select(BenefitPackage.benefit_id).join(
        Benefit, Benefit.id == BenefitPackage.benefit_id
    )
    found = of_package.where(BenefitPackage.package_id == package.id).order_by(Benefit.id)
    chosen = list(await session.scalars(found))
    start = today() - timedelta(days=one.days)
    await moving.keep(session, row, _SYSTEM, SponsorshipStatus.APPLIED, chosen)
    match one.status:
        case SponsorshipStatus.APPROVED:
            await moving.make(session, row, _SYSTEM, Move.APPROVE, change=_dated(start))
        case SponsorshipStatus.REJECTED:
            await moving.make(session, row, _SYSTEM, Move.REJECT, "This is a sample.")
        case SponsorshipStatus.FINALIZED:
            await _dated(start)(row)
            row.approved_on = row.finalized_on = start
            await moving.place(session, row, _SYSTEM, SponsorshipStatus.FINALIZED)


def _dated(start: date) -> moving.Change:
    async def change(row: Sponsorship) -> bool:
        row.applied_on = min(row.applied_on, start)
        row.start_date, row.end_date = start, start + _RUNS
        return False

    return change


def _record(one: Sample) -> SponsorRecordInput:
    host = f"{slugify(one.name)}.example"
    dark = drawing.logo(one.name, one.shape, one.dark, one.light)
    white = drawing.logo(one.name, one.shape, one.dark, one.light, text="#ffffff")
    return SponsorRecordInput(
        name=one.name,
        description=f"{one.about} This sponsor is a sample: the company is made up.",
        landing_page_url=f"https://{host}/",
        primary_phone="+1 555 0100",
        mailing_address_line_1="1 Sample Street",
        city="Sampleton",
        state="Oregon",
        postal_code="97000",
        country="US",
        web_logo=_upload(f"{slugify(one.name)}.png", dark),
        white_logo=_upload(f"{slugify(one.name)}-white.png", white),
        contacts=[
            ContactInput(
                name="Sam Sample", email=f"sponsor@{host}", phone="+1 555 0101", primary=True
            )
        ],
    )


def _upload(name: str, data: bytes) -> Upload:
    return Upload(name=name, data=base64.b64encode(data))


async def _renew(session: WriteSession) -> int:
    """Have finalized samples begin anew whose time is over."""
    over = select(Sponsorship).where(
        Sponsorship.sample,
        Sponsorship.status == SponsorshipStatus.FINALIZED.value,
        Sponsorship.end_date < today(),
    )
    rows = list(await session.scalars(over.order_by(Sponsorship.id).with_for_update()))
    for row in rows:
        row.start_date, row.end_date = today(), today() + _RUNS
        await moving.place(session, row, _SYSTEM, SponsorshipStatus.FINALIZED)
    return len(rows)
