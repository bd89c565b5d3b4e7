"""Companies in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.companies import queries, services
from content.companies.models import Company
from contracts.admin import FilterKind, Format, Widget
from contracts.content.companies import CompanyInput
from servicekit import slugs
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
    Suggest,
    Values,
)
from servicekit.reading import bytewise

_COMPANY: Final = Permissions.of("content", "company")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.record(session, key)
    return None if row is None else {**row, "logo_file": None}


COMPANIES: Final = Resource(
    name="company",
    label="company",
    plural="companies",
    group="Editorial",
    model=Company,
    key=Company.id,
    title=Company.name,
    permissions=_COMPANY,
    columns=(
        Column("name", Company.name, order=bytewise(Company.name)),
        Column("slug", Company.slug, order=bytewise(Company.slug)),
        Column("contact", Company.contact),
        Column("email", Company.email, "E-mail"),
        Column("sample", Company.sample, format=Format.BOOL),
        Column("updated", Company.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", Company.name), ("slug", Company.slug), ("contact", Company.contact)),
    filters=(Filter("sample", Company.sample, FilterKind.BOOL),),
    form=Form(
        read=_read,
        input=CompanyInput,
        fieldsets=(
            Fieldset("Company", ("name", "slug", "url", "about", "about_markup_type")),
            Fieldset("Logo", ("logo_id", "logo_file")),
            Fieldset("For staff only", ("contact", "email")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "slug": Hint(help="tansy-maps is shown at /companies/tansy-maps/"),
            "url": Hint(label="Website", help="https://…"),
            "about": Hint(label="About", widget=Widget.TEXTAREA),
            "about_markup_type": Hint(label="Markup"),
            "logo_id": Hint(label="Picture", ref="media-file", help="One that is there already"),
            "logo_file": Hint(
                label="New picture",
                file=True,
                help="Becomes a media file and the logo: PNG, JPEG, WebP or GIF",
            ),
            "contact": Hint(help="Whom to ask for; shown on no page"),
            "email": Hint(label="E-mail", help="Shown on no page"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _COMPANY.delete,
            "company",
            "companies",
            confirm="Their pages are gone for everybody. This cannot be undone.",
        ),
    ),
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (COMPANIES,)
