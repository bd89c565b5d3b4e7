"""Packages in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format, Widget
from contracts.sponsors.dto import Package as PackageDTO
from contracts.sponsors.inputs import PackageInput
from servicekit.access import Principal
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
from servicekit.database import WriteSession
from servicekit.reading import bytewise
from sponsors.answers import YEARS
from sponsors.ordering import actions
from sponsors.packages import queries, services
from sponsors.packages.models import Package

_PACKAGE: Final = Permissions.of("sponsors", "sponsorshippackage")


class Shown(PackageInput):
    """A package as its form shows it: with how its value is spread over programs."""

    revenue: str = ""


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.by_id(session, key)
    if row is None:
        return None
    shares = await queries.revenue(session, key)
    return {**row, "revenue": "\n".join(f"{one['percent']} % {one['program']}" for one in shares)}


async def _create(session: WriteSession, sent: Shown, caller: Principal) -> PackageDTO:
    return await services.create(session, _plain(sent), caller)


async def _update(
    session: WriteSession, key: int, sent: Shown, caller: Principal, *, if_match: str | None
) -> PackageDTO:
    return await services.update(session, key, _plain(sent), caller, if_match=if_match)


def _plain(sent: Shown) -> PackageInput:
    return PackageInput.model_validate(sent.model_dump(exclude={"revenue"}))


PACKAGES: Final = Resource(
    name="package",
    label="package",
    plural="packages",
    group="Sponsors",
    model=Package,
    key=Package.id,
    title=Package.name,
    permissions=_PACKAGE,
    columns=(
        Column("year", Package.year, format=Format.NUMBER),
        Column("position", Package.position, format=Format.NUMBER),
        Column("name", Package.name, order=bytewise(Package.name)),
        Column("amount", Package.amount, "Price in $"),
        Column("advertise", Package.advertise, "Advertised", Format.BOOL),
        Column("allow_a_la_carte", Package.allow_a_la_carte, "À la carte", Format.BOOL),
        Column("updated", Package.updated, format=Format.TIME),
    ),
    order="-year",
    search=(("name", Package.name), ("slug", Package.slug)),
    filters=(
        Filter("year", Package.year, FilterKind.CHOICE, "Year", YEARS),
        Filter("advertise", Package.advertise, FilterKind.BOOL, "Advertised"),
    ),
    form=Form(
        read=_read,
        input=Shown,
        fieldsets=(
            Fieldset("Package", ("name", "slug", "year", "amount")),
            Fieldset("On the site", ("advertise", "allow_a_la_carte", "logo_dimension")),
            Fieldset("Order", ("position",)),
            Fieldset("Revenue", ("revenue",)),
        ),
        create=_create,
        update=_update,
        hints={
            "slug": Hint(read_only_on_change=True, help="The same in every year"),
            "amount": Hint(label="Price in $", widget=Widget.TEXT),
            "advertise": Hint(label="Can be chosen on the site"),
            "allow_a_la_carte": Hint(label="Benefits of no package can be added"),
            "logo_dimension": Hint(label="Width of logos", help="On the page of sponsors, pixels"),
            "position": Hint(help="In its year, the lowest number first"),
            "revenue": Hint(
                label="By program",
                widget=Widget.TEXTAREA,
                read_only_on_add=True,
                read_only_on_change=True,
                help="How the internal values of its benefits are spread",
            ),
        },
    ),
    delete=services.delete,
    actions=actions(services.move, _PACKAGE.change),
)

RESOURCES: Final = (PACKAGES,)
