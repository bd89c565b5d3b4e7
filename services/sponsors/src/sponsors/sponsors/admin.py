"""Sponsors in the staff admin, with their contacts."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format, Widget
from contracts.sponsors.inputs import ContactInput, SponsorInput, SponsorRecordInput
from servicekit import links
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Inline,
    Permissions,
    Resource,
    Values,
)
from servicekit.database import WriteSession
from servicekit.reading import bytewise
from sponsors import settings
from sponsors.sponsors import queries, services
from sponsors.sponsors.models import Sponsor

_SPONSOR: Final = Permissions.of("sponsors", "sponsor")
_CONTACTS: Final = "sponsors.view_sponsorcontact"


class SponsorForm(SponsorInput):
    """A sponsor as its form shows it: with where its logos are."""

    shown_logo: str = ""
    kept_print_logo: str = ""


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.sponsor(session, key)
    if row is None:
        return None
    printed = row["print_logo"]
    return {
        **row,
        **dict.fromkeys(("web_logo", "white_logo", "print_logo")),
        **dict.fromkeys(("drop_white_logo", "drop_print_logo"), False),
        "shown_logo": f"/media/{row['web_logo']['key']}" if row["web_logo"] else "",
        "kept_print_logo": links.sign(settings.of(session), printed) if printed else "",
        "contacts": [{**one, "version": 1} for one in row["contacts"]],
    }


async def _update(
    session: WriteSession, key: int, sent: SponsorForm, caller: Principal, *, if_match: str | None
) -> object:
    """Put a sponsor right; its contacts stay as they are."""
    row = await services.state(session, key)
    kept = [ContactInput.model_validate(one.model_dump(exclude={"linked"})) for one in row.contacts]
    plain = {name: getattr(sent, name) for name in SponsorInput.model_fields}
    whole = SponsorRecordInput.model_construct(**plain, contacts=kept)
    return await services.update(session, key, whole, caller, if_match=if_match)


SPONSORS: Final = Resource(
    name="sponsor",
    label="sponsor",
    plural="sponsors",
    group="Sponsors",
    model=Sponsor,
    key=Sponsor.id,
    title=Sponsor.name,
    permissions=_SPONSOR,
    columns=(
        Column("name", Sponsor.name, order=bytewise(Sponsor.name)),
        Column("url", Sponsor.landing_page_url, "Website"),
        Column("country", Sponsor.country),
        Column("sample", Sponsor.sample, format=Format.BOOL),
        Column("updated", Sponsor.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", Sponsor.name),),
    filters=(Filter("sample", Sponsor.sample, FilterKind.BOOL, "Sample"),),
    form=Form(
        read=_read,
        input=SponsorForm,
        fieldsets=(
            Fieldset("Sponsor", ("name", "description", "landing_page_url")),
            Fieldset("Elsewhere", ("twitter_handle", "linked_in_page_url")),
            Fieldset(
                "Logos",
                (
                    *("shown_logo", "web_logo", "white_logo", "drop_white_logo"),
                    *("kept_print_logo", "print_logo", "drop_print_logo"),
                ),
            ),
            Fieldset(
                "Address",
                (
                    *("primary_phone", "mailing_address_line_1", "mailing_address_line_2"),
                    *("city", "state", "postal_code", "country"),
                    *("country_of_incorporation", "state_of_incorporation"),
                ),
            ),
        ),
        update=_update,
        hints={
            "description": Hint(widget=Widget.TEXTAREA),
            "landing_page_url": Hint(label="Website"),
            "country": Hint(help="Two letters, such as DE"),
            "shown_logo": Hint(label="Logo", read_only_on_change=True),
            "kept_print_logo": Hint(
                label="Logo for print",
                read_only_on_change=True,
                help="A link that is good for a quarter of an hour",
            ),
            "web_logo": Hint(label="New logo", file=True),
            "white_logo": Hint(label="New logo for dark backgrounds", file=True),
            "print_logo": Hint(label="New logo for print", file=True, help="EPS, PNG or SVG"),
            "drop_white_logo": Hint(label="Take the logo for dark backgrounds away"),
            "drop_print_logo": Hint(label="Take the logo for print away"),
        },
        inlines=(
            Inline(
                name="contacts",
                label="contact",
                plural="contacts",
                title="name",
                input=ContactInput,
                fields=tuple(name for name in ContactInput.model_fields if name != "id"),
                permissions=Permissions.same(_CONTACTS),
            ),
        ),
    ),
    delete=services.delete,
)

RESOURCES: Final = (SPONSORS,)
