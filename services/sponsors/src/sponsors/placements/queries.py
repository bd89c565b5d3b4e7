"""Every read of placements. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.sponsors.dto import Placement
from contracts.sponsors.features import FeatureKind, LogoPlace, Publisher
from servicekit import reading
from servicekit.reading import Row
from sponsors.dates import TODAY
from sponsors.packages.models import Package
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsors.queries import CONTACT
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship

_SPEC: Final = BenefitFeature.spec
_PUBLISHER: Final = _SPEC["publisher"].astext
_PLACE: Final = _SPEC["logo_place"].astext
_LATER: Final = aliased(Sponsorship)


def _flag(name: str) -> ColumnElement[bool]:
    return func.coalesce(_SPEC[name].astext.cast(Boolean), False)


#: Runs today, and no later sponsorship of the same sponsor has taken its place.
RUNS: Final = and_(
    Sponsorship.start_date <= TODAY,
    Sponsorship.end_date >= TODAY,
    ~select(_LATER.id)
    .where(_LATER.id == Sponsorship.overlapped_by_id, _LATER.start_date <= TODAY)
    .correlate(Sponsorship)
    .exists(),
)
SHOWN: Final = and_(
    RUNS,
    BenefitFeature.kind == FeatureKind.LOGO_PLACEMENT.value,
    or_(
        Sponsorship.status == "finalized",
        and_(Sponsorship.status == "approved", _flag("publish_when_approved")),
    ),
)
#: A sponsor as everybody may know it.
SPONSOR: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", Sponsor.id, "name", Sponsor.name, "slug", Sponsor.slug),
    *("description", Sponsor.description, "url", Sponsor.landing_page_url),
    *("web_logo", Sponsor.web_logo, "white_logo", Sponsor.white_logo),
)
_SENTENCE: Final = func.concat(
    Sponsor.name,
    " is a ",
    case((Package.name.is_(None), ""), else_=Package.name + " "),
    "sponsor of the Python Software Foundation.",
)
_COLUMNS: Final[tuple[Any, ...]] = (
    BenefitFeature.id,
    SponsorBenefit.sponsorship_id,
    _PUBLISHER.label("publisher"),
    _PLACE.label("logo_place"),
    SPONSOR.label("sponsor"),
    case((_flag("describe_as_sponsor"), _SENTENCE), else_=Sponsor.description).label("description"),
    _flag("link_to_sponsors_page").label("link_to_sponsors_page"),
    Sponsorship.start_date,
    Sponsorship.end_date,
    Sponsorship.year,
    func.coalesce(Package.name, "").label("level_name"),
    func.coalesce(Package.slug, "").label("level_slug"),
    func.coalesce(Package.position, 0).label("level_order"),
    func.coalesce(Package.logo_dimension, 175).label("logo_dimension"),
)


def _joined(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of any kind
    return (
        select(*columns)
        .select_from(BenefitFeature)
        .join(SponsorBenefit, SponsorBenefit.id == BenefitFeature.sponsor_benefit_id)
        .join(Sponsorship, Sponsorship.id == SponsorBenefit.sponsorship_id)
        .join(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .outerjoin(Package, Package.id == Sponsorship.package_id)
        .where(SHOWN)
    )


async def placements(
    session: AsyncSession,
    *,
    publisher: Publisher | None,
    flight: LogoPlace | None,
    year: int | None,
) -> list[Row]:
    """Return the logos that are shown now: by level, sponsor and place."""
    statement = _joined(*_COLUMNS)
    if publisher is not None:
        statement = statement.where(publisher.value == _PUBLISHER)
    if flight is not None:
        statement = statement.where(flight.value == _PLACE)
    if year is not None:
        statement = statement.where(Sponsorship.year == year)
    order = (
        func.coalesce(Package.position, 0),
        func.lower(reading.bytewise(Sponsor.name)),
        BenefitFeature.id,
    )
    return await reading.every(session, statement.order_by(*order))


async def of_sponsorships(
    session: AsyncSession, ids: Iterable[int]
) -> dict[int, tuple[Placement, ...]]:
    """Return what is shown now of sponsorships; those that show nothing are not among the keys."""
    statement = _joined(*_COLUMNS).where(Sponsorship.id.in_(list(ids)))
    found: defaultdict[int, list[Placement]] = defaultdict(list)
    for row in await reading.every(session, statement.order_by(BenefitFeature.id)):
        one = Placement.model_validate(row)
        found[one.sponsorship_id].append(one)
    return {number: tuple(placements) for number, placements in found.items()}


def showing() -> Select[tuple[int]]:
    """Return the ids of sponsorships that show something now."""
    return _joined(Sponsorship.id)


async def contacts(session: AsyncSession, sponsor_ids: list[int]) -> list[Row]:
    """Return the contacts of sponsors, of each in the order in which they were added."""
    statement = (
        select(
            SponsorContact.sponsor_id,
            func.json_agg(aggregate_order_by(CONTACT, SponsorContact.id)).label("contacts"),
        )
        .where(SponsorContact.sponsor_id.in_(sponsor_ids))
        .group_by(SponsorContact.sponsor_id)
        .order_by(SponsorContact.sponsor_id)
    )
    return await reading.every(session, statement)
