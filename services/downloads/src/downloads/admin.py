"""Releases, files and operating systems in the staff admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.downloads.dto import (
    CycleStatus,
    Major,
    OperatingSystemInput,
    ReleaseFileInput,
    ReleaseInput,
)
from downloads import queries, versions
from downloads.filters import bytewise
from downloads.models import CycleBranch, OperatingSystem, Release, ReleaseFile
from downloads.rules import SIDECARS
from downloads.services import files, releases, systems
from downloads.services.common import known_to, sees_drafts
from servicekit import slugs
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Inline,
    Permissions,
    Resource,
    Statement,
    Suggest,
    Values,
)

_SYSTEM: Final = Permissions.of("downloads", "os")
_RELEASE: Final = Permissions.of("downloads", "release")
_FILE: Final = Permissions.of("downloads", "releasefile")

_MAJORS: Final = (
    AdminChoice(value=str(int(Major.PYTHON3)), label="Python 3.x.x"),
    AdminChoice(value=str(int(Major.PYTHON2)), label="Python 2.x.x"),
    AdminChoice(value=str(int(Major.PYTHON1)), label="Python 1.x.x"),
    AdminChoice(value=str(int(Major.PYMANAGER)), label="Python install manager"),
)
_FILE_FIELDS: Final = (
    *("name", "slug", "os_id", "url", "description", "is_source", "download_button", "filesize"),
    *("sha256_sum", "md5_sum", *SIDECARS),
)
_FILE_HINTS: Final[Mapping[str, Hint]] = {
    "release_id": Hint(label="Release", ref="release"),
    "os_id": Hint(label="Operating system", ref="operating-system"),
    "url": Hint(label="Address", help="https://www.python.org/ftp/…"),
    "is_source": Hint(label="Source distribution"),
    "download_button": Hint(help="Use this file for the big download button of its system"),
    "filesize": Hint(label="Size", help="Bytes; 0 where unknown"),
    "sha256_sum": Hint(label="SHA-256"),
    "md5_sum": Hint(label="MD5"),
    "gpg_signature_file": Hint(label="GPG signature", help="The address followed by .asc"),
    "sigstore_signature_file": Hint(
        label="Sigstore signature", help="The address followed by .sig"
    ),
    "sigstore_cert_file": Hint(label="Sigstore certificate", help="The address followed by .crt"),
    "sigstore_bundle_file": Hint(label="Sigstore bundle", help="The address followed by .sigstore"),
    "sbom_spdx2_file": Hint(label="SPDX 2 SBOM", help="The address followed by .spdx.json"),
}


async def _read_system(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.system(session, key)


async def _read_release(session: AsyncSession, key: int, caller: Principal) -> Values | None:
    return await queries.release(session, Release.id == key, drafts=sees_drafts(caller))


async def _read_file(session: AsyncSession, key: int, caller: Principal) -> Values | None:
    return await queries.file(session, key, drafts=sees_drafts(caller))


def _suggest(typed: Mapping[str, str]) -> dict[str, str]:
    """Suggest the slug that the name gives, and where the release's notes will be."""
    return {
        "slug": slugs.slugify(typed["name"]),
        "release_notes_url": versions.notes_url(typed["name"]),
    }


def _publish(*, published: bool) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[int]) -> str:
        already = select(func.count()).where(
            Release.id.in_(keys), Release.is_published.is_(published)
        )
        same = await call.session.scalar(already) or 0
        for key in keys:
            await releases.set_published(
                call.session, key, call.caller, published=published, if_match=None
            )
        said = f"{_count(len(keys) - same, 'release')} "
        said += "published" if published else "made a draft again"
        if same:
            was = "was" if same == 1 else "were"
            said += f"; {same} {was} {'published' if published else 'a draft'} already"
        return said

    return run


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _with_release(statement: Statement) -> Statement:
    return statement.join(Release, ReleaseFile.release_id == Release.id).join(
        OperatingSystem, ReleaseFile.os_id == OperatingSystem.id
    )


SYSTEMS: Final = Resource(
    name="operating-system",
    label="operating system",
    plural="operating systems",
    group="Downloads",
    model=OperatingSystem,
    key=OperatingSystem.id,
    title=OperatingSystem.name,
    permissions=_SYSTEM,
    columns=(
        Column("name", OperatingSystem.name, order=bytewise(OperatingSystem.name)),
        Column("slug", OperatingSystem.slug, order=bytewise(OperatingSystem.slug)),
        Column("updated", OperatingSystem.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", OperatingSystem.name), ("slug", OperatingSystem.slug)),
    form=Form(
        read=_read_system,
        input=OperatingSystemInput,
        fieldsets=(Fieldset("", ("name", "slug")),),
        create=systems.create,
        update=systems.update,
    ),
    delete=systems.delete,
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
    actions=(
        deletion(
            systems.delete,
            _SYSTEM.delete,
            "operating system",
            "operating systems",
            confirm="Every file for the system is deleted with it, from all releases.",
        ),
    ),
)

RELEASES: Final = Resource(
    name="release",
    label="release",
    plural="releases",
    group="Downloads",
    model=Release,
    key=Release.id,
    title=Release.name,
    permissions=_RELEASE,
    visible=known_to,
    columns=(
        Column("name", Release.name, order=Release.version_key),
        Column("release_date", Release.release_date, format=Format.DATE),
        Column("is_published", Release.is_published, "Published", Format.BOOL),
        Column("show_on_download_page", Release.show_on_download_page, "Shown", Format.BOOL),
        Column("is_latest", Release.is_latest, "Latest", Format.BOOL),
        Column("pre_release", Release.pre_release, "Pre-release", Format.BOOL),
    ),
    order="-release_date",
    search=(("name", Release.name), ("slug", Release.slug)),
    filters=(
        Filter("major", Release.major, FilterKind.CHOICE, "Version", _MAJORS),
        Filter("is_published", Release.is_published, FilterKind.BOOL, "Published"),
        Filter("show_on_download_page", Release.show_on_download_page, FilterKind.BOOL, "Shown"),
        Filter("pre_release", Release.pre_release, FilterKind.BOOL, "Pre-release"),
        Filter("released", Release.release_date, FilterKind.RANGE, "Released"),
    ),
    dates=Column("release_date", Release.release_date),
    form=Form(
        read=_read_release,
        input=ReleaseInput,
        fieldsets=(
            Fieldset("Release", ("name", "slug", "major", "release_date", "release_notes_url")),
            Fieldset(
                "Where it shows",
                ("is_published", "is_latest", "pre_release", "show_on_download_page"),
            ),
            Fieldset("Text", ("content", "content_markup_type", "release_page")),
        ),
        create=releases.create,
        update=releases.update,
        hints={
            "name": Hint(help="Python 3.15.0, Python 3.16.0a1"),
            "major": Hint(label="Version", choices=_MAJORS),
            "is_published": Hint(label="Published", help="A draft is seen by its editors alone"),
            "is_latest": Hint(label="Latest release of its version"),
            "pre_release": Hint(label="Pre-release"),
            "show_on_download_page": Hint(label="Shown on the download page"),
            "release_notes_url": Hint(label="Address of the release notes"),
            "content": Hint(widget=Widget.TEXTAREA),
            "content_markup_type": Hint(label="Markup"),
            "release_page": Hint(help="Path of a content page that replaces the text, or empty"),
        },
        inlines=(
            Inline(
                name="files",
                label="file",
                plural="files",
                title="name",
                parent="release_id",
                model=ReleaseFile,
                input=ReleaseFileInput,
                fields=_FILE_FIELDS,
                hints={name: hint for name, hint in _FILE_HINTS.items() if name != "release_id"},
                permissions=_FILE,
                create=files.create,
                update=files.update,
                delete=files.delete,
                # Who gives up the download button goes before who takes it.
                last=lambda sent: sent.download_button,
            ),
        ),
    ),
    delete=releases.delete,
    # What became of a draft is for those who may see drafts.
    gone=sees_drafts,
    suggest=Suggest(sources=("name",), fields=("slug", "release_notes_url"), make=_suggest),
    actions=(
        Action(
            name="publish",
            label="Publish",
            permission=releases.PUBLISH,
            confirm="The release and its files are shown to everybody.",
            run=_publish(published=True),
            applies=lambda row: not row["is_published"],
        ),
        Action(
            name="unpublish",
            label="Make a draft again",
            permission=releases.PUBLISH,
            confirm="The release disappears from every page; its address answers 404.",
            run=_publish(published=False),
            applies=lambda row: bool(row["is_published"]),
            danger=True,
        ),
        deletion(
            releases.delete,
            _RELEASE.delete,
            "release",
            "releases",
            confirm="The files of the release are deleted with it. This cannot be undone.",
        ),
    ),
)

FILES: Final = Resource(
    name="release-file",
    label="release file",
    plural="release files",
    group="Downloads",
    model=ReleaseFile,
    key=ReleaseFile.id,
    title=ReleaseFile.name,
    permissions=_FILE,
    join=_with_release,
    visible=known_to,
    gone=sees_drafts,
    columns=(
        Column("name", ReleaseFile.name, order=bytewise(ReleaseFile.name)),
        Column("release", Release.name, order=Release.version_key),
        Column("os", OperatingSystem.name, "Operating system"),
        Column("filesize", ReleaseFile.filesize, "Size", Format.BYTES),
        Column("download_button", ReleaseFile.download_button, format=Format.BOOL),
        Column("updated", ReleaseFile.updated, format=Format.TIME),
    ),
    order="-updated",
    search=(
        ("name", ReleaseFile.name),
        ("address", ReleaseFile.url),
        ("release", Release.name),
    ),
    filters=(
        Filter("os", ReleaseFile.os_id, FilterKind.REF, "Operating system", ref="operating-system"),
        Filter("release", ReleaseFile.release_id, FilterKind.REF, "Release", ref="release"),
        Filter("is_source", ReleaseFile.is_source, FilterKind.BOOL, "Source"),
        Filter("download_button", ReleaseFile.download_button, FilterKind.BOOL, "Download button"),
    ),
    form=Form(
        read=_read_file,
        input=ReleaseFileInput,
        fieldsets=(
            Fieldset("File", ("release_id", *_FILE_FIELDS[:8])),
            Fieldset("Checksums and signatures", _FILE_FIELDS[8:]),
        ),
        create=files.create,
        update=files.update,
        hints=_FILE_HINTS,
    ),
    delete=files.delete,
    actions=(
        deletion(
            files.delete,
            _FILE.delete,
            "file",
            "files",
            confirm="The files disappear from their releases. This cannot be undone.",
        ),
    ),
)

CYCLE: Final = Resource(
    name="release-cycle",
    label="branch",
    plural="branches of the release cycle",
    group="Downloads",
    note="Read from the source of the release cycle every hour; nobody edits it here.",
    model=CycleBranch,
    # A number that grows with the series: 3.15 is 3015.
    key=cast(func.split_part(CycleBranch.series, ".", 1), BigInteger) * 1000
    + cast(func.split_part(CycleBranch.series, ".", 2), BigInteger),
    title=CycleBranch.series,
    permissions=Permissions.same(_RELEASE.view),
    columns=(
        Column("series", CycleBranch.series, order=-CycleBranch.position),
        Column("status", CycleBranch.status),
        Column("pep", CycleBranch.pep, "PEP", Format.NUMBER),
        Column("first_release", CycleBranch.first_release),
        Column("feature_freeze", CycleBranch.feature_freeze),
        Column("end_of_bugfix", CycleBranch.end_of_bugfix, "End of bug fixes"),
        Column("end_of_life", CycleBranch.end_of_life),
        Column("release_manager", CycleBranch.release_manager),
    ),
    order="-series",
    search=(("series", CycleBranch.series), ("release manager", CycleBranch.release_manager)),
    filters=(
        Filter(
            "status",
            CycleBranch.status,
            FilterKind.CHOICE,
            choices=tuple(AdminChoice(value=one.value, label=one.value) for one in CycleStatus),
        ),
    ),
    history=False,
)

RESOURCES: Final = (RELEASES, FILES, SYSTEMS, CYCLE)
