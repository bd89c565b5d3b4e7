"""Kinds of vouchers in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format
from contracts.sponsors.assets import VoucherKindInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.reading import bytewise
from sponsors.answers import YEARS
from sponsors.vouchers import queries, services
from sponsors.vouchers.models import VoucherKind

_KIND: Final = Permissions.of("sponsors", "voucherkind")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.kind(session, key)


VOUCHER_KINDS: Final = Resource(
    name="voucher-kind",
    label="kind of voucher",
    plural="kinds of vouchers",
    group="Sponsors",
    note="Codes are fetched once a day for finalized sponsorships, or by the task fetch-vouchers.",
    model=VoucherKind,
    key=VoucherKind.id,
    title=VoucherKind.name,
    permissions=_KIND,
    columns=(
        Column("name", VoucherKind.name, order=bytewise(VoucherKind.name)),
        Column("year", VoucherKind.year, format=Format.NUMBER),
        Column("voucher_type", VoucherKind.voucher_type),
        Column("internal_name", VoucherKind.internal_name),
        Column("active", VoucherKind.active, format=Format.BOOL),
    ),
    order="-year",
    search=(("name", VoucherKind.name),),
    filters=(Filter("year", VoucherKind.year, FilterKind.CHOICE, "Year", YEARS),),
    form=Form(
        read=_read,
        input=VoucherKindInput,
        fieldsets=(
            Fieldset("", ("name", "year", "voucher_type", "active")),
            Fieldset("Where it comes from, and goes to", ("benefit_id", "internal_name")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "voucher_type": Hint(help="What the conference calls it"),
            "benefit_id": Hint(
                label="Benefit", ref="benefit", help="The quantity of its tier is that of vouchers"
            ),
            "internal_name": Hint(help="Of the provided text that gets the code"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _KIND.delete,
            "kind",
            "kinds",
            confirm="Codes that were fetched stay with their sponsors.",
        ),
    ),
)

RESOURCES: Final = (VOUCHER_KINDS,)
