"""Code samples in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content import publishing
from content.samples import queries, services
from content.samples.models import CodeSample
from contracts.admin import FilterKind, Format, Widget
from contracts.content.samples import CodeSampleInput
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

_SAMPLE: Final = Permissions.of("content", "codesample")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.sample(session, key, drafts=True)


SAMPLES: Final = Resource(
    name="code-sample",
    label="code sample",
    plural="code samples",
    group="Editorial",
    note="The home page shows the first five that are published.",
    model=CodeSample,
    key=CodeSample.id,
    title=CodeSample.title,
    permissions=_SAMPLE,
    columns=(
        Column("position", CodeSample.position, format=Format.NUMBER),
        Column("title", CodeSample.title),
        Column("is_published", CodeSample.is_published, "Published", Format.BOOL),
        Column("created", CodeSample.created, format=Format.TIME),
        Column("updated", CodeSample.updated, format=Format.TIME),
    ),
    order="position",
    search=(("title", CodeSample.title), ("code", CodeSample.code), ("text", CodeSample.text)),
    filters=(Filter("is_published", CodeSample.is_published, FilterKind.BOOL, "Published"),),
    form=Form(
        read=_read,
        input=CodeSampleInput,
        fieldsets=(
            Fieldset("Sample", ("title", "code")),
            Fieldset("What is said of it", ("text", "text_markup_type")),
            Fieldset("On the home page", ("position", "is_published")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "code": Hint(
                widget=Widget.TEXTAREA,
                help="As at the prompt: lines that begin with >>> or ..., and below them what "
                "is printed. It is coloured where it is shown.",
            ),
            "text": Hint(widget=Widget.TEXTAREA, help="A sentence or two, and a link"),
            "text_markup_type": Hint(label="Markup"),
            "position": Hint(help="Smaller numbers come first"),
            "is_published": Hint(label="Published"),
        },
    ),
    delete=services.delete,
    actions=(
        *publishing.actions(services.set_published, _SAMPLE.change, "code sample", "code samples"),
        deletion(
            services.delete,
            _SAMPLE.delete,
            "code sample",
            "code samples",
            confirm="They are gone from the home page. This cannot be undone.",
        ),
    ),
)

RESOURCES: Final = (SAMPLES,)
