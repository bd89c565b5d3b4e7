"""The current year in the staff admin, and copying a year into a later one."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format
from contracts.sponsors.dto import Year
from contracts.sponsors.inputs import CloneInput, CurrentYearInput
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.database import WriteSession
from sponsors.years import cloning, queries, services
from sponsors.years.models import CurrentYear

_VIEW: Final = "sponsors.view_sponsorshipcurrentyear"
_CHANGE: Final = "sponsors.change_sponsorshipcurrentyear"


class YearForm(CurrentYearInput):
    """The current year, and a later one to copy it into."""

    copy_into: Year | None = None


async def _read(session: AsyncSession, _: int, __: Principal) -> Values | None:
    row = await queries.state(session)
    return None if row is None else {**row, "copy_into": None}


async def _update(
    session: WriteSession, key: int, sent: YearForm, caller: Principal, *, if_match: str | None
) -> object:
    """Copy first, so that the year that is copied is the one that was shown."""
    if sent.copy_into is not None:
        before = await queries.current(session)
        wanted = CloneInput(from_year=before, to_year=sent.copy_into)
        await cloning.clone(session, wanted, caller)
    plain = CurrentYearInput(year=sent.year)
    return await services.update(session, key, plain, caller, if_match=if_match)


YEARS: Final = Resource(
    name="year",
    label="year",
    plural="current year",
    group="Sponsors",
    note="Packages of this year can be chosen.",
    model=CurrentYear,
    key=CurrentYear.id,
    title=CurrentYear.year,
    permissions=Permissions(_VIEW, _CHANGE, _CHANGE, _CHANGE),
    columns=(
        Column("year", CurrentYear.year, format=Format.NUMBER),
        Column("updated", CurrentYear.updated, format=Format.TIME),
    ),
    order="year",
    form=Form(
        read=_read,
        input=YearForm,
        fieldsets=(Fieldset("Current year", ("year",)), Fieldset("Copy", ("copy_into",))),
        update=_update,
        hints={
            "copy_into": Hint(
                label="Copy its packages and benefits into",
                help="A later year; what is there already stays. Done again, it makes nothing",
            ),
        },
    ),
)

RESOURCES: Final = (YEARS,)
