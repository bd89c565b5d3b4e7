"""One feature of a benefit at a time, as a form with a row for each has it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.base import Input, Line, Text
from contracts.sponsors.features import (
    FEATURE,
    AssetOwner,
    Feature,
    FeatureKind,
    LogoPlace,
    Publisher,
)
from contracts.sponsors.inputs import Id
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Invalid, NotFound, body_errors
from sponsors.benefits import features, services
from sponsors.benefits.models import BenefitConfiguration

_Pixels = Annotated[int, Field(ge=1, le=20_000)] | None
_FIELDS: Final = {
    FeatureKind.LOGO_PLACEMENT: (
        *("publisher", "logo_place", "link_to_sponsors_page", "describe_as_sponsor"),
        "publish_when_approved",
    ),
    FeatureKind.TIERED: ("package_id", "quantity", "display_label"),
    FeatureKind.EMAIL_TARGETABLE: (),
    FeatureKind.REQUIRED_IMAGE: (
        *("related_to", "internal_name", "label", "help_text", "due_date"),
        *("min_width", "max_width", "min_height", "max_height"),
    ),
    FeatureKind.REQUIRED_TEXT: (
        *("related_to", "internal_name", "label", "help_text", "due_date", "max_length"),
    ),
    FeatureKind.REQUIRED_RESPONSE: (
        *("related_to", "internal_name", "label", "help_text", "due_date"),
    ),
    FeatureKind.PROVIDED_TEXT: (
        *("related_to", "internal_name", "label", "help_text", "shared", "shared_text"),
    ),
    FeatureKind.PROVIDED_FILE: ("related_to", "internal_name", "label", "help_text", "shared"),
}


class FeatureRow(Input):
    """A feature of any kind with the fields of all of them; those of other kinds do not count."""

    benefit_id: Id
    kind: FeatureKind
    publisher: Publisher | None = None
    logo_place: LogoPlace | None = None
    link_to_sponsors_page: bool = False
    describe_as_sponsor: bool = False
    publish_when_approved: bool = False
    package_id: Id | None = None
    quantity: int | None = None
    display_label: Annotated[Line, StringConstraints(max_length=32)] = ""
    related_to: AssetOwner | None = None
    internal_name: Annotated[Line, StringConstraints(max_length=128)] = ""
    label: Annotated[Line, StringConstraints(max_length=256)] = ""
    help_text: Annotated[Line, StringConstraints(max_length=256)] = ""
    due_date: date | None = None
    min_width: _Pixels = None
    max_width: _Pixels = None
    min_height: _Pixels = None
    max_height: _Pixels = None
    max_length: int | None = None
    shared: bool = False
    shared_text: Annotated[Text, StringConstraints(max_length=20_000)] = ""


class Kept(Input):
    """A feature that was made, by its key."""

    id: int


async def create(session: WriteSession, sent: FeatureRow, caller: Principal) -> Kept:
    """Give a benefit one feature more. Raises NotFound, Invalid, Conflict."""
    made = await _write(session, sent, None)
    await services.reconfigured(session, sent.benefit_id, caller)
    return Kept(id=made.id)


async def update(
    session: WriteSession, key: int, sent: FeatureRow, caller: Principal, *, if_match: str | None
) -> Kept:
    """Replace a feature. Raises NotFound, Invalid, Conflict."""
    del if_match  # a feature has no version: its benefit has
    await _write(session, sent, key)
    await services.reconfigured(session, sent.benefit_id, caller)
    return Kept(id=key)


async def delete(
    session: WriteSession, key: int, caller: Principal, *, if_match: str | None
) -> None:
    """Take a feature away. Raises NotFound."""
    del if_match
    row = await session.get(BenefitConfiguration, key)
    if row is None:
        raise NotFound("There is no such feature.")
    await session.delete(row)
    await session.flush()
    await services.reconfigured(session, row.benefit_id, caller)


async def rows(session: AsyncSession, benefit_id: int) -> list[dict[str, Any]]:
    """Return the features of a benefit as rows of a form."""
    statement = select(BenefitConfiguration.id, BenefitConfiguration.spec)
    found = await session.execute(
        statement.where(BenefitConfiguration.benefit_id == benefit_id).order_by(
            BenefitConfiguration.id
        )
    )
    empty = {
        name: field.get_default(call_default_factory=True)
        for name, field in FeatureRow.model_fields.items()
        if not field.is_required()
    }
    return [
        {**empty, **spec, "benefit_id": benefit_id, "id": key, "version": 1} for key, spec in found
    ]


async def _write(session: WriteSession, sent: FeatureRow, key: int | None) -> BenefitConfiguration:
    benefit = await services.lock(session, sent.benefit_id)
    row = BenefitConfiguration(benefit_id=benefit.id)
    before: dict[str, Any] = {}
    if key is not None:
        found = await session.get(BenefitConfiguration, key)
        if found is None or found.benefit_id != benefit.id:
            raise NotFound("There is no such feature of this benefit.")
        row, before = found, found.spec
    feature = _feature(sent, before)
    row.kind, row.year = feature.kind.value, benefit.year
    row.internal_name, row.spec = features.internal_name(feature), features.spec_of(feature)
    session.add(row)
    await session.flush()
    return row


def _feature(sent: FeatureRow, before: dict[str, Any]) -> Feature:
    """Make the feature of a row. Raises Invalid naming what its kind lacks."""
    values = {name: getattr(sent, name) for name in _FIELDS[sent.kind]}
    if sent.kind is FeatureKind.PROVIDED_FILE:
        values["shared_file"] = before.get("shared_file", "")
    try:
        return FEATURE.validate_python({"kind": sent.kind, **values})
    except ValidationError as error:
        found = [{**one, "loc": one["loc"][1:]} for one in error.errors()]
        said = "Some of what its kind needs is lacking."
        raise Invalid(said, errors=body_errors(found)) from error
