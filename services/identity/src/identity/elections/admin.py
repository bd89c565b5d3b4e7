"""Elections and their kinds in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import FilterKind, Format, Widget
from contracts.identity.elections import ElectionInput, ElectionKindInput
from identity.elections import kinds, queries, services
from identity.elections.models import Election, ElectionKind
from servicekit import slugs
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Suggest,
    Values,
)
from servicekit.reading import bytewise

_SLUG: Final = Hint(read_only_on_change=True, help="The address; it stays when the name changes")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.by_id(session, key)
    return None if row is None else {**row, "kind_id": (row["form"] or {}).get("id")}


async def _read_kind(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.kind_by_id(session, key)


def _joined(statement: Statement) -> Statement:
    return statement.outerjoin(ElectionKind, ElectionKind.id == Election.kind_id)


def _suggest() -> Suggest:
    return Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    )


ELECTIONS: Final = Resource(
    name="election",
    label="election",
    plural="elections",
    group="Elections",
    note="Everybody sees an election at once; people are nominated in its window. Times are UTC.",
    model=Election,
    key=Election.id,
    title=Election.name,
    permissions=Permissions.of("identity", "election"),
    join=_joined,
    columns=(
        Column("name", Election.name, order=bytewise(Election.name)),
        Column("kind", ElectionKind.name),
        Column("date", Election.date, format=Format.DATE),
        Column("opens", Election.opens, format=Format.TIME),
        Column("closes", Election.closes, format=Format.TIME),
        Column("told", Election.told, "State"),
        Column("updated", Election.updated, format=Format.TIME),
    ),
    order="-date",
    search=(("name", Election.name), ("slug", Election.slug)),
    filters=(
        Filter("kind", Election.kind_id, FilterKind.REF, "Kind", ref="election-kind"),
        Filter("sample", Election.sample, FilterKind.BOOL, "Sample"),
    ),
    dates=Column("date", Election.date),
    form=Form(
        read=_read,
        input=ElectionInput,
        fieldsets=(
            Fieldset("", ("name", "slug", "kind_id", "date")),
            Fieldset("Nominations", ("opens", "closes", "hide_previous_service")),
            Fieldset("Text", ("description",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "slug": _SLUG,
            "kind_id": Hint(label="Kind", ref="election-kind", help="Says what the form asks for"),
            "opens": Hint(help="From then on people can be nominated"),
            "closes": Hint(help="Until then; nominees are hidden until it has passed"),
            "hide_previous_service": Hint(help="Neither ask for it nor show it"),
            "description": Hint(widget=Widget.TEXTAREA, help="Markdown"),
        },
    ),
    delete=services.delete,
    suggest=_suggest(),
)

KINDS: Final = Resource(
    name="election-kind",
    label="kind of election",
    plural="kinds of elections",
    group="Elections",
    note="What is elected, and what the form of its nominations asks for.",
    model=ElectionKind,
    key=ElectionKind.id,
    title=ElectionKind.name,
    permissions=Permissions.of("identity", "electionkind"),
    columns=(
        Column("name", ElectionKind.name, order=bytewise(ElectionKind.name)),
        Column("slug", ElectionKind.slug),
        Column("accent_color", ElectionKind.accent_color, "Colour"),
        Column("updated", ElectionKind.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", ElectionKind.name),),
    form=Form(
        read=_read_kind,
        input=ElectionKindInput,
        fieldsets=(
            Fieldset("", ("name", "slug", "accent_color")),
            Fieldset("Previous service", ("service_question", "service_since", "newcomer")),
            Fieldset(
                "Asked of whoever nominates themselves",
                (
                    *("conduct", "conduct_text", "mission", "mission_text"),
                    *("eligibility", "eligibility_text"),
                ),
            ),
        ),
        create=kinds.create,
        update=kinds.update,
        hints={
            "slug": _SLUG,
            "accent_color": Hint(label="Colour", help="Such as #0073b7"),
            "service_since": Hint(help="The first year that can be answered"),
            "newcomer": Hint(help="What is shown of whoever has not served"),
            "conduct": Hint(label="Code of conduct"),
            "mission": Hint(label="Mission"),
            "eligibility": Hint(label="Eligibility"),
        },
    ),
    delete=kinds.delete,
    suggest=_suggest(),
)

RESOURCES: Final = (ELECTIONS, KINDS)
