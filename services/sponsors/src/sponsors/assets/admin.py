"""Assets in the staff admin: what is asked for, whether it is there, and putting it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Input, Text
from contracts.files import Upload
from contracts.sponsors.assets import MAX_TEXT, AssetExportInput, AssetValueInput, HandoverInput
from contracts.sponsors.features import FeatureKind
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
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
from servicekit.problems import NotFound
from servicekit.reading import bytewise
from sponsors import settings
from sponsors.answers import YEARS
from sponsors.assets import queries, services
from sponsors.assets.models import Asset
from sponsors.exporting import services as exporting
from sponsors.exporting.controllers import VIEW
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship

CHANGE: Final = "sponsors.change_asset"
_KINDS: Final = tuple(
    AdminChoice(value=kind, label=kind.replace("_", " ").replace("img", "image").capitalize())
    for kind in queries.KINDS
)
#: Rows of the list: one for each feature that asks for something, with or without a value.
_ASKED: Final = (
    queries.statement(
        (
            BenefitFeature.id,
            *(BenefitFeature.kind, BenefitFeature.internal_name, BenefitFeature.due_date),
            BenefitFeature.spec["label"].astext.label("label"),
            Sponsor.name.label("sponsor"),
            *(Sponsorship.year, Sponsorship.status, SponsorBenefit.benefit_id),
            SponsorBenefit.name.label("benefit"),
            Asset.id.is_not(None).label("filled"),
            Asset.updated,
        )
    )
    .outerjoin(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
    .subquery("asked")
)


class AssetForm(Input):
    """An asset as staff have it; what is not sent stays."""

    sponsor: str = ""
    benefit: str = ""
    label: str = ""
    current: str = ""
    current_file: str = ""
    text: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] = ""
    file: Upload | None = None


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    found = await queries.wanted(session, BenefitFeature.id == key)
    if not found:
        return None
    one = found[0]
    value = queries.value_of(settings.of(session), one)
    response = {True: "Yes", False: "No", None: ""}[value.response if value else None]
    sponsor = await session.scalar(select(Sponsor.name).where(Sponsor.id == one.sponsor_id))
    return {
        "id": one.id,
        "version": one.asset.version if one.asset else 0,
        "sponsor": sponsor or "",
        "benefit": one.benefit,
        "label": one.spec["label"],
        "current": (value.text or response) if value else "",
        "current_file": value.file.url if value and value.file else "",
        "text": "",
        "file": None,
    }


async def _update(
    session: WriteSession, key: int, sent: AssetForm, caller: Principal, *, if_match: str | None
) -> object:
    """Put in a value; another's that came meanwhile is in the history."""
    del if_match  # a value is put in place of whatever is there
    found = await queries.wanted(session, BenefitFeature.id == key)
    if not found:
        raise NotFound("There is no such asset.")
    one = found[0]
    value = AssetValueInput(id=key, text=sent.text or None, file=sent.file)
    if one.kind is FeatureKind.REQUIRED_RESPONSE and sent.text:
        value = AssetValueInput(id=key, response=sent.text.lower() in {"yes", "y", "true"})
    given = HandoverInput(assets=[value])
    return await services.provide(session, one.sponsorship_id, given, caller)


async def _export(call: Call, keys: Sequence[Any]) -> str:
    sent = AssetExportInput(asset_ids=list(keys))
    made = await exporting.begin(call.session, sent, call.caller)
    return f"{made.total} assets go into a ZIP: see export {made.id} in the list of exports"


ASSETS: Final = Resource(
    name="asset",
    label="asset",
    plural="assets",
    group="Sponsors",
    note="What sponsors hand over and are given, also where it is not there yet.",
    model=_ASKED,
    key=_ASKED.c.id,
    title=_ASKED.c.label,
    entity=Asset.__tablename__,
    permissions=Permissions(VIEW, CHANGE, CHANGE, CHANGE),
    columns=(
        Column("label", _ASKED.c.label, order=bytewise(_ASKED.c.label)),
        Column("sponsor", _ASKED.c.sponsor, order=bytewise(_ASKED.c.sponsor)),
        Column("internal_name", _ASKED.c.internal_name, order=bytewise(_ASKED.c.internal_name)),
        Column("kind", _ASKED.c.kind),
        Column("year", _ASKED.c.year, format=Format.NUMBER),
        Column("due_date", _ASKED.c.due_date, "Due", format=Format.DATE),
        Column("filled", _ASKED.c.filled, "Is there", format=Format.BOOL),
        Column("updated", _ASKED.c.updated, format=Format.TIME),
    ),
    order="sponsor",
    search=(("sponsor", _ASKED.c.sponsor), ("name", _ASKED.c.internal_name)),
    filters=(
        Filter("kind", _ASKED.c.kind, FilterKind.CHOICE, "Kind", _KINDS),
        Filter("filled", _ASKED.c.filled, FilterKind.BOOL, "Is there"),
        Filter("year", _ASKED.c.year, FilterKind.CHOICE, "Year", YEARS),
        Filter("benefit", _ASKED.c.benefit_id, FilterKind.REF, "Benefit", ref="benefit"),
    ),
    form=Form(
        read=_read,
        input=AssetForm,
        fieldsets=(
            Fieldset("", ("sponsor", "benefit", "label", "current", "current_file")),
            Fieldset("Put in", ("text", "file")),
        ),
        update=_update,
        hints={
            "sponsor": Hint(read_only_on_change=True),
            "benefit": Hint(read_only_on_change=True),
            "label": Hint(read_only_on_change=True),
            "current": Hint(label="Is there", read_only_on_change=True),
            "current_file": Hint(label="File", file=True, read_only_on_change=True),
            "text": Hint(
                widget=Widget.TEXTAREA,
                help="A text; yes or no for a question. Empty: no change",
            ),
            "file": Hint(file=True, help="For a picture or a file, within its limits"),
        },
    ),
    actions=(
        Action(
            name="export",
            label="Export as ZIP",
            permission=VIEW,
            confirm="All chosen assets must be there. The ZIP is made in the background.",
            run=_export,
            row=False,
        ),
    ),
    history=False,
)

RESOURCES: Final = (ASSETS,)
