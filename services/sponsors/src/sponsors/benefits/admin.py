"""Benefits in the staff admin, with their features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format, Widget
from contracts.sponsors.dto import BenefitRecord
from contracts.sponsors.inputs import BenefitInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Inline,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import WriteSession
from servicekit.reading import bytewise
from sponsors.answers import REVIEW, YEARS
from sponsors.benefits import configuring, queries, services
from sponsors.benefits.configuring import FeatureRow
from sponsors.benefits.models import Benefit, BenefitConfiguration
from sponsors.dates import TODAY
from sponsors.desk import services as desk
from sponsors.ordering import actions
from sponsors.programs.models import Program
from sponsors.sponsorships.models import SponsorBenefit, Sponsorship

_BENEFIT: Final = Permissions.of("sponsors", "sponsorshipbenefit")
_FIELDS: Final = tuple(name for name in FeatureRow.model_fields if name != "benefit_id")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.record(session, key)
    return None if row is None else {**row, "features": await configuring.rows(session, key)}


async def _create(session: WriteSession, sent: BenefitInput, caller: Principal) -> BenefitRecord:
    return await services.create(session, sent, caller)


async def _reset(call: Call, keys: Sequence[int]) -> str:
    """Copy benefits anew into the sponsorships that have them, are not rejected and not over."""
    done = 0
    for key in keys:
        having = (
            select(Sponsorship.id)
            .join(SponsorBenefit, SponsorBenefit.sponsorship_id == Sponsorship.id)
            .where(
                SponsorBenefit.benefit_id == key,
                Sponsorship.status != "rejected",
                Sponsorship.end_date.is_(None) | (Sponsorship.end_date >= TODAY),
            )
            .order_by(Sponsorship.id)
        )
        for sponsorship in list(await call.session.scalars(having)):
            done += await desk.update_copies(call.session, sponsorship, key, call.caller)
    return f"{done} copies brought up to date"


def _joined(statement: Statement) -> Statement:
    return statement.join(Program, Program.id == Benefit.program_id)


BENEFITS: Final = Resource(
    name="benefit",
    label="benefit",
    plural="benefits",
    group="Sponsors",
    note="Sponsorships have copies: a change here is theirs only once they are brought up to date.",
    model=Benefit,
    key=Benefit.id,
    title=Benefit.name,
    join=_joined,
    permissions=_BENEFIT,
    columns=(
        Column("year", Benefit.year, format=Format.NUMBER),
        Column("program", Program.name, order=bytewise(Program.name)),
        Column("position", Benefit.position, format=Format.NUMBER),
        Column("name", Benefit.name, order=bytewise(Benefit.name)),
        Column("capacity", Benefit.capacity, format=Format.NUMBER),
        Column("taken", queries.TAKEN, format=Format.NUMBER, sortable=False),
        Column("internal_value", Benefit.internal_value, "Value in $"),
        Column("unavailable", Benefit.unavailable, format=Format.BOOL),
    ),
    order="-year",
    search=(("name", Benefit.name),),
    filters=(
        Filter("year", Benefit.year, FilterKind.CHOICE, "Year", YEARS),
        Filter("program", Benefit.program_id, FilterKind.REF, "Program", ref="program"),
        Filter("standalone", Benefit.standalone, FilterKind.BOOL, "Standalone"),
        Filter("package_only", Benefit.package_only, FilterKind.BOOL, "Only with its packages"),
        Filter("unavailable", Benefit.unavailable, FilterKind.BOOL, "Unavailable"),
    ),
    form=Form(
        read=_read,
        input=BenefitInput,
        fieldsets=(
            Fieldset("Benefit", ("name", "description", "program_id", "year", "position")),
            Fieldset("With", ("package_ids", "conflict_ids")),
            Fieldset("Choice", ("package_only", "new", "unavailable", "standalone")),
            Fieldset("Room", ("capacity", "soft_capacity")),
            Fieldset("For staff only", ("internal_description", "internal_value")),
        ),
        create=_create,
        update=services.update,
        hints={
            "description": Hint(widget=Widget.TEXTAREA),
            "program_id": Hint(label="Program", ref="program"),
            "package_ids": Hint(label="Packages", ref="package", help="Of the same year"),
            "conflict_ids": Hint(label="Conflicts", ref="benefit", help="Of the same year"),
            "package_only": Hint(label="Only with its packages"),
            "new": Hint(label="Marked as new"),
            "standalone": Hint(label="Stands alone", help="Chosen without a package; of none"),
            "capacity": Hint(help="How many can have it; empty: any number"),
            "soft_capacity": Hint(label="More may have it than there is room for"),
            "internal_description": Hint(widget=Widget.TEXTAREA),
            "internal_value": Hint(label="Value in $", widget=Widget.TEXT),
        },
        inlines=(
            Inline(
                name="features",
                label="feature",
                plural="features",
                title="kind",
                parent="benefit_id",
                model=BenefitConfiguration,
                input=FeatureRow,
                fields=_FIELDS,
                hints={
                    "kind": Hint(help="Fields of other kinds do not count"),
                    "package_id": Hint(label="Package", ref="package", help="Of a tier"),
                    "shared_text": Hint(widget=Widget.TEXTAREA),
                },
                permissions=_BENEFIT,
                create=configuring.create,
                update=configuring.update,
                delete=configuring.delete,
            ),
        ),
    ),
    delete=services.delete,
    actions=(
        *actions(services.move, _BENEFIT.change),
        Action(
            name="reset",
            label="Bring sponsorships up to date",
            permission=REVIEW,
            confirm="Sponsorships that have it, are not rejected and not over get it as it is now: "
            "quantities and dates that were put right in their copies are lost.",
            run=_reset,
        ),
        deletion(
            services.delete,
            _BENEFIT.delete,
            "benefit",
            "benefits",
            confirm="They can no longer be chosen. Copies that sponsorships have stay.",
        ),
    ),
)

RESOURCES: Final = (BENEFITS,)
