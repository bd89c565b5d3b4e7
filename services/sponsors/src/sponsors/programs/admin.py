"""Programs in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format, Widget
from contracts.sponsors.inputs import ProgramInput
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
from servicekit.reading import bytewise
from sponsors.ordering import actions
from sponsors.programs import queries, services
from sponsors.programs.models import Program

_PROGRAM: Final = Permissions.of("sponsors", "sponsorshipprogram")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


PROGRAMS: Final = Resource(
    name="program",
    label="program",
    plural="programs",
    group="Sponsors",
    model=Program,
    key=Program.id,
    title=Program.name,
    permissions=_PROGRAM,
    columns=(
        Column("position", Program.position, format=Format.NUMBER),
        Column("name", Program.name, order=bytewise(Program.name)),
        Column("updated", Program.updated, format=Format.TIME),
    ),
    order="position",
    search=(("name", Program.name),),
    form=Form(
        read=_read,
        input=ProgramInput,
        fieldsets=(Fieldset("", ("name", "description", "position")),),
        create=services.create,
        update=services.update,
        hints={
            "description": Hint(widget=Widget.TEXTAREA),
            "position": Hint(help="Programs are shown in this order, the lowest number first"),
        },
    ),
    delete=services.delete,
    actions=actions(services.move, _PROGRAM.change),
)

RESOURCES: Final = (PROGRAMS,)
