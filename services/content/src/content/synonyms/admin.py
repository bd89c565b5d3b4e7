"""Synonyms in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from content.synonyms import queries, services
from content.synonyms.models import SynonymGroup
from contracts.admin import Format
from contracts.content.synonyms import SynonymGroupInput
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

_SYNONYM: Final = Permissions.of("content", "synonym")
_WORDS: Final = func.array_to_string(SynonymGroup.words, ", ")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.group(session, key)


SYNONYMS: Final = Resource(
    name="synonym",
    label="group of synonyms",
    plural="synonyms",
    group="Content",
    note="Who searches for one word of a group finds what has any of them.",
    model=SynonymGroup,
    key=SynonymGroup.id,
    title=_WORDS,
    permissions=_SYNONYM,
    columns=(
        Column("words", _WORDS, order=bytewise(_WORDS)),
        Column("updated", SynonymGroup.updated, format=Format.TIME),
    ),
    order="words",
    search=(("word", _WORDS),),
    form=Form(
        read=_read,
        input=SynonymGroupInput,
        fieldsets=(Fieldset("", ("words",)),),
        create=services.create,
        update=services.update,
        hints={"words": Hint(help="One on each line; a few words together may be one")},
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _SYNONYM.delete,
            "group",
            "groups",
            confirm="The words stand for themselves alone from then on.",
        ),
    ),
)

RESOURCES: Final = (SYNONYMS,)
