"""Clauses in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format, Widget
from contracts.sponsors.papers import ClauseInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.reading import bytewise
from sponsors.clauses import queries, services
from sponsors.clauses.models import Clause

_CLAUSE: Final = Permissions.of("sponsors", "legalclause")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.clause(session, key)


CLAUSES: Final = Resource(
    name="clause",
    label="legal clause",
    plural="legal clauses",
    group="Contracts",
    note="Contracts number those of their benefits, in the order of the position.",
    model=Clause,
    key=Clause.id,
    title=Clause.internal_name,
    permissions=_CLAUSE,
    columns=(
        Column("internal_name", Clause.internal_name, order=bytewise(Clause.internal_name)),
        Column("position", Clause.position, format=Format.NUMBER),
        Column("updated", Clause.updated, format=Format.TIME),
    ),
    order="position",
    search=(("name", Clause.internal_name), ("text", Clause.clause)),
    form=Form(
        read=_read,
        input=ClauseInput,
        fieldsets=(
            Fieldset("", ("internal_name", "clause", "notes", "position")),
            Fieldset("Benefits", ("benefit_ids",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "clause": Hint(widget=Widget.TEXTAREA, help="Plain text, as contracts have it"),
            "notes": Hint(widget=Widget.TEXTAREA, help="For staff; no contract has them"),
            "benefit_ids": Hint(label="Benefits", ref="benefit"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _CLAUSE.delete,
            "clause",
            "clauses",
            confirm="New contracts have them no more; those that were drafted keep their texts.",
        ),
    ),
)
RESOURCES: Final = (CLAUSES,)
