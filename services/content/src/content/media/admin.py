"""Media files in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.media import queries, services
from content.media.models import MediaFile
from contracts.admin import AdminChoice, FilterKind, Format
from contracts.content.media import MediaFileInput, MediaKind
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

_MEDIA: Final = Permissions.of("content", "mediafile")


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.media_file(session, key)
    return None if row is None else {**row, "file": f"/media/{row['key']}"}


MEDIA_FILES: Final = Resource(
    name="media-file",
    label="media file",
    plural="media files",
    group="Content",
    note="Pictures and documents; texts show them by their address below /media/",
    model=MediaFile,
    key=MediaFile.id,
    title=MediaFile.key,
    permissions=_MEDIA,
    columns=(
        Column("key", MediaFile.key, "Address below /media/", order=bytewise(MediaFile.key)),
        Column("kind", MediaFile.kind),
        Column("size", MediaFile.size, format=Format.BYTES),
        Column("description", MediaFile.description, sortable=False),
        Column("created", MediaFile.created, format=Format.TIME),
    ),
    order="-created",
    search=(("address", MediaFile.key), ("description", MediaFile.description)),
    filters=(
        Filter(
            "kind",
            MediaFile.kind,
            FilterKind.CHOICE,
            choices=tuple(AdminChoice(value=one.value, label=one.value) for one in MediaKind),
        ),
    ),
    dates=Column("created", MediaFile.created),
    form=Form(
        read=_read,
        input=MediaFileInput,
        fieldsets=(Fieldset("", ("file", "folder", "description")),),
        create=services.create,
        update=services.update,
        hints={
            "file": Hint(
                file=True,
                read_only_on_change=True,
                help="A picture (PNG, JPEG, WebP, GIF) or a document (PDF, ZIP, ODT, ODS, ODP, "
                "TXT, CSV, gzip) of at most 10 MB",
            ),
            "folder": Hint(
                read_only_on_change=True,
                help="The path of the page that shows it, such as about/apps",
            ),
            "description": Hint(help="What it shows, for those who do not see it"),
        },
        advice=lambda row: f"Its address is {row['file']}",
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _MEDIA.delete,
            "file",
            "files",
            confirm="They are gone for everybody, from every page that shows them.",
        ),
    ),
)
RESOURCES: Final = (MEDIA_FILES,)
