"""Reads of assets: what the features of benefits ask for, with the values that are there."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sponsors.assets import AssetValue, Handover, ProvidedAsset, PublishedAsset
from contracts.sponsors.assets import RequiredAsset as RequiredAssetDTO
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.features import PROVIDED, REQUIRED, AssetOwner, FeatureKind
from servicekit import reading
from servicekit.access import Principal
from servicekit.problems import Forbidden, NotFound
from servicekit.reading import Row, bytewise
from sponsors import papers
from sponsors.assets.models import Asset
from sponsors.contracts import queries as contracts
from sponsors.packages.models import Package
from sponsors.settings import Settings
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship

REVIEW: Final = "sponsors.can_review_sponsorships"
KINDS: Final = tuple(sorted(kind.value for kind in REQUIRED | PROVIDED))
#: Seconds that a link is good which a program gets: it may fetch the file on the next day's run.
_DAY: Final = 24 * 3600
#: What makes the uuid of an asset that has no row yet, so that it is the same later.
_SPACE: Final = UUID("5c39a8f2-6f6e-4a0f-9a86-7d4c1b0b9d11")
_LIMITS: Final = ("min_width", "max_width", "min_height", "max_height", "max_length")
_PUBLISHED: Final = (SponsorshipStatus.APPROVED.value, SponsorshipStatus.FINALIZED.value)
RELATED: Final[Any] = BenefitFeature.spec["related_to"].astext

#: That an asset is the value of a feature, in a statement that has its sponsorship.
IS_VALUE: Final = and_(
    Asset.internal_name == BenefitFeature.internal_name,
    or_(
        and_(
            AssetOwner.SPONSOR.value == RELATED,
            Asset.sponsor_id == Sponsorship.sponsor_id,
        ),
        and_(
            AssetOwner.SPONSORSHIP.value == RELATED,
            Asset.sponsorship_id == Sponsorship.id,
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A feature that asks for something, with the value that is there."""

    id: int
    kind: FeatureKind
    internal_name: str
    spec: dict[str, Any]
    benefit: str
    sponsor_id: int | None
    sponsorship_id: int
    asset: Asset | None

    @property
    def owner(self) -> tuple[int | None, int | None]:
        """Whose the value is: id of the sponsor, or of the sponsorship."""
        if self.spec["related_to"] == AssetOwner.SPONSOR.value:
            return self.sponsor_id, None
        return None, self.sponsorship_id

    @property
    def uuid(self) -> UUID:
        """What programs know the value by, before it is there and after."""
        return self.asset.uuid if self.asset else uuid_of(self.owner, self.internal_name)


def uuid_of(owner: tuple[int | None, int | None], internal_name: str) -> UUID:
    """Return the uuid of a value, of whose it is and its name."""
    sponsor_id, sponsorship_id = owner
    whose = f"sponsor:{sponsor_id}" if sponsor_id else f"sponsorship:{sponsorship_id}"
    return uuid5(_SPACE, f"{whose}:{internal_name}")


def statement(columns: Sequence[Any]) -> Select[Any]:
    """Return a statement over features that ask for something, with their values."""
    return (
        select(*columns)
        .select_from(BenefitFeature)
        .join(SponsorBenefit, SponsorBenefit.id == BenefitFeature.sponsor_benefit_id)
        .join(Sponsorship, Sponsorship.id == SponsorBenefit.sponsorship_id)
        .outerjoin(Asset, IS_VALUE)
        .where(BenefitFeature.kind.in_(KINDS))
    )


async def wanted(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Wanted]:
    """Return features that ask for something, with their values. 1 statement."""
    columns = (BenefitFeature, SponsorBenefit.name, Sponsorship.id, Sponsorship.sponsor_id, Asset)
    found = await session.execute(statement(columns).where(*conditions).order_by(BenefitFeature.id))
    return [
        Wanted(
            id=feature.id,
            kind=FeatureKind(feature.kind),
            internal_name=feature.internal_name,
            spec=feature.spec,
            benefit=benefit,
            sponsorship_id=sponsorship_id,
            sponsor_id=sponsor_id,
            asset=asset,
        )
        for feature, benefit, sponsorship_id, sponsor_id, asset in found
    ]


def visible(caller: Principal) -> ColumnElement[bool]:
    """Say which sponsorships somebody may see: those they applied for, or are a contact of.

    Raises Forbidden for who is no user.
    """
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have sponsorships, or review them.")
    if caller.may(REVIEW):
        return Sponsorship.id.is_not(None)
    contact = exists().where(
        SponsorContact.sponsor_id == Sponsorship.sponsor_id,
        SponsorContact.user_id == caller.user_id,
    )
    return and_(
        Sponsorship.status != SponsorshipStatus.REJECTED.value,
        or_(Sponsorship.submitted_by_id == caller.user_id, contact),
    )


async def handover(
    session: AsyncSession, settings: Settings, sponsorship_id: int, caller: Principal
) -> Handover:
    """Return what is handed over for a sponsorship by either side. 3 statements.

    Raises NotFound.
    """
    columns: tuple[Any, ...] = (
        Sponsorship.id.label("sponsorship_id"),
        *(Sponsorship.sponsor_id, Sponsorship.year, Sponsorship.version),
        func.coalesce(Sponsor.name, "").label("sponsor_name"),
        func.coalesce(Package.name, "").label("level_name"),
    )
    row = await reading.one(
        session,
        select(*columns)
        .select_from(Sponsorship)
        .outerjoin(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .outerjoin(Package, Package.id == Sponsorship.package_id)
        .where(Sponsorship.id == sponsorship_id, visible(caller)),
    )
    if row is None:
        raise NotFound("There is no such sponsorship.")
    found = await wanted(session, Sponsorship.id == sponsorship_id)
    required = [_required(settings, one) for one in found if one.kind in REQUIRED]
    required.sort(key=lambda one: (one.value is not None, one.due_date or date.max, one.id))
    return Handover(
        **row,
        required=required,
        provided=[_provided(settings, one) for one in found if one.kind in PROVIDED],
        contract=await contracts.own(session, settings, sponsorship_id),
    )


async def published(
    session: AsyncSession, settings: Settings, internal_name: str, *, list_empty: bool
) -> list[PublishedAsset]:
    """Return the values of one name, of sponsorships that are approved or finalized.

    What belongs to a sponsor is there once, however many sponsorships ask for it. 1 statement.
    """
    columns = (BenefitFeature, Sponsorship.id, Sponsor.id, Sponsor.name, Sponsor.slug, Asset)
    found = await session.execute(
        statement(columns)
        .join(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .where(BenefitFeature.internal_name == internal_name, Sponsorship.status.in_(_PUBLISHED))
        .order_by(bytewise(Sponsor.name), Sponsorship.id, BenefitFeature.id)
    )
    answer: dict[UUID, PublishedAsset] = {}
    for feature, sponsorship_id, sponsor_id, name, slug, asset in found:
        one = Wanted(
            id=feature.id,
            kind=FeatureKind(feature.kind),
            internal_name=feature.internal_name,
            spec=feature.spec,
            benefit="",
            sponsorship_id=sponsorship_id,
            sponsor_id=sponsor_id,
            asset=asset,
        )
        text, is_link = _text(settings, one)
        if (text or list_empty) and one.uuid not in answer:
            answer[one.uuid] = PublishedAsset(
                internal_name=internal_name,
                uuid=one.uuid,
                value=text,
                is_link=is_link,
                content_type="Sponsor" if one.owner[0] else "Sponsorship",
                sponsor=name,
                sponsor_slug=slug,
            )
    return list(answer.values())


def _text(settings: Settings, one: Wanted) -> tuple[str, bool]:
    """Return a value as programs read it, and whether it is a link."""
    found = value_of(settings, one, seconds=_DAY)
    if found is None:
        return "", False
    if found.file is not None:
        return found.file.url, True
    if found.response is not None:
        return ("YES" if found.response else "NO"), False
    return found.text, False


def value_of(settings: Settings, one: Wanted, *, seconds: int | None = None) -> AssetValue | None:
    """Return what was handed over, or what all get who are given the same."""
    for_long = {} if seconds is None else {"seconds": seconds}
    if one.asset is not None:
        return AssetValue(
            text=one.asset.text,
            response=one.asset.response,
            file=papers.shown(settings, one.asset.file, **for_long),
            updated=one.asset.updated,
        )
    if not one.spec.get("shared"):
        return None
    text, key = one.spec.get("shared_text", ""), one.spec.get("shared_file", "")
    if not (text or key):
        return None
    name = key.rpartition("/")[2]
    kept = {
        "key": key,
        "name": name,
        "media_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "size": 0,
    }
    file = papers.shown(settings, kept, **for_long) if key else None
    return AssetValue(text=text, response=None, file=file, updated=None)


def _shared(settings: Settings, one: Wanted) -> Row:
    return {
        "id": one.id,
        "kind": one.kind,
        "internal_name": one.internal_name,
        "benefit": one.benefit,
        "value": value_of(settings, one),
        **{name: one.spec[name] for name in ("related_to", "label", "help_text")},
    }


def _required(settings: Settings, one: Wanted) -> RequiredAssetDTO:
    limits = {name: one.spec.get(name) for name in (*_LIMITS, "due_date")}
    return RequiredAssetDTO.model_validate(_shared(settings, one) | limits)


def _provided(settings: Settings, one: Wanted) -> ProvidedAsset:
    return ProvidedAsset.model_validate(
        _shared(settings, one) | {"shared": one.spec.get("shared", False)}
    )
