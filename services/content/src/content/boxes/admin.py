"""Boxes in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.boxes import queries, services
from content.boxes.models import Box
from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.content.boxes import BoxInput, BoxMarkup
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

_BOX: Final = Permissions.of("content", "box")
_GONE: Final = (
    "A landing shows the words in its place that the site was shipped with; other pages are shown "
    "without it."
)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.box(session, key)


BOXES: Final = Resource(
    name="box",
    label="box",
    plural="boxes",
    group="Content",
    model=Box,
    key=Box.id,
    title=Box.label,
    permissions=_BOX,
    columns=(
        Column("label", Box.label, order=bytewise(Box.label)),
        Column("content_markup_type", Box.content_markup_type, "Markup"),
        Column("updated", Box.updated, format=Format.TIME),
    ),
    order="label",
    search=(("label", Box.label), ("text", Box.content)),
    filters=(
        Filter(
            "content_markup_type",
            Box.content_markup_type,
            FilterKind.CHOICE,
            "Markup",
            tuple(AdminChoice(value=one.value, label=one.value) for one in BoxMarkup),
        ),
    ),
    form=Form(
        read=_read,
        input=BoxInput,
        fieldsets=(Fieldset("", ("label", "content", "content_markup_type")),),
        create=services.create,
        update=services.update,
        hints={
            "label": Hint(help="Pages place the box by this; it is shown at /box/<label>/"),
            "content": Hint(label="Text", widget=Widget.TEXTAREA),
            "content_markup_type": Hint(label="Markup"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _BOX.delete,
            "box",
            "boxes",
            confirm=_GONE,
        ),
    ),
)

RESOURCES: Final = (BOXES,)
