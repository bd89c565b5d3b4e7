"""What a benefit is configured with: rows made of features, and features of rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.sponsors.features import FEATURE, Feature, FeatureKind
from sponsors.benefits.models import BenefitConfiguration
from sponsors.sponsorships.models import BenefitFeature


def spec_of(feature: Feature) -> dict[str, Any]:
    """Return what is kept of a feature."""
    return FEATURE.dump_python(feature, mode="json")  # type: ignore[no-any-return]


def internal_name(feature: Feature) -> str | None:
    """Return the name by which programs ask for what is handed over, where something is."""
    return getattr(feature, "internal_name", None)


def configured(feature: Feature, benefit_id: int, year: int | None) -> BenefitConfiguration:
    """Make the row of a benefit's feature."""
    return BenefitConfiguration(
        benefit_id=benefit_id,
        kind=feature.kind.value,
        year=year,
        internal_name=internal_name(feature),
        spec=spec_of(feature),
    )


def copied(spec: dict[str, Any], sponsor_benefit_id: int) -> BenefitFeature:
    """Make the row of a feature of a sponsorship's benefit."""
    feature = FEATURE.validate_python(spec)
    return BenefitFeature(
        sponsor_benefit_id=sponsor_benefit_id,
        kind=feature.kind.value,
        internal_name=internal_name(feature),
        due_date=getattr(feature, "due_date", None),
        spec=spec_of(feature),
    )


def applies(spec: dict[str, Any], package_id: int | None) -> bool:
    """Tell whether a sponsorship with a package gets a feature: tiers are of one package each."""
    return spec["kind"] != FeatureKind.TIERED.value or bool(spec["package_id"] == package_id)


def in_year(
    spec: dict[str, Any], old: int, new: int, packages: dict[int, int]
) -> dict[str, Any] | None:
    """Return a feature for another year; None where it is of a package that the year has not.

    The year in the internal name is replaced, or put behind it; a due date keeps day and month,
    and the 29th of February becomes the 28th. `packages` has the new package of each old one.
    """
    made = dict(spec)
    if spec["kind"] == FeatureKind.TIERED.value:
        if spec["package_id"] not in packages:
            return None
        made["package_id"] = packages[spec["package_id"]]
    if name := spec.get("internal_name"):
        made["internal_name"] = _renamed(str(name), old, new)
    if due := spec.get("due_date"):
        made["due_date"] = _moved(date.fromisoformat(due), new).isoformat()
    return made


def _renamed(name: str, old: int, new: int) -> str:
    if str(old) in name:
        return name.replace(str(old), str(new))
    suffix = f"_{new}"
    return name[: 128 - len(suffix)] + suffix


def _moved(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
