"""Releases, files, systems and the release cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.base import said
from contracts.downloads import dto
from contracts.downloads.architecture import Architecture
from gateway.api.modern.declaration import (
    Found,
    Operation,
    Param,
    Request,
    by_id,
    by_slug,
    listing,
    reading,
)
from gateway.api.modern.merging import merged, partly
from gateway.api.modern.samples import CHECKSUM, FIRST_ALPHA, SOURCE, WHOLE_SOURCE
from gateway.api.modern.shapes import (
    Cycle,
    File,
    Release,
    System,
    WholeRelease,
    cycle_of,
    file_of,
    release_of,
    system_of,
    whole_release_of,
)
from gateway.backends.client import Call

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pydantic import BaseModel

    from gateway.api.modern.declaration import Run
    from gateway.api.store import Store
    from gateway.api.wire import Ask

_SERVICE: Final = "downloads"
_KEYS: Final = ("downloads", "api:downloads")
_ANY: Final[TypeAdapter[Any]] = TypeAdapter(Any)
_RELEASE: Final = TypeAdapter(dto.Release)
_FILE: Final = TypeAdapter(dto.ReleaseFile)
_HANDED: Final = ("Idempotency-Key",)
_MATCHED: Final = ("If-Match",)


# --- parameters ---

_TEXT: Final = {"type": "string", "maxLength": 200}
_FLAG: Final = {"type": "boolean"}
_TIME: Final = {"type": "string", "format": "date-time"}
_SERIES: Final = {
    "type": "string",
    "pattern": said(r"^[0-9]{1,4}\.[0-9]{1,4}$", "must be two numbers, such as 3.14"),
}


def _param(
    name: str, to: str, schema: Mapping[str, Any], description: str, example: object = None
) -> Param:
    return Param(name=name, to=to, schema=schema, description=description, example=example)


def _stable(to: str, description: str) -> Param:
    """Return the parameter that asks for the contrary of what the service calls a pre-release."""
    return Param(name="stable", to=to, schema=_FLAG, description=description, turned=True)


_RELEASES: Final = (
    _param("name", "name", _TEXT, "Exactly this name", "Python 3.15.0"),
    _param("q", "q", _TEXT, "Part of the name, in any case", "3.15"),
    _param("series", "series", _SERIES, "Of this minor version", "3.14"),
    _param(
        "major",
        "major",
        {"type": "string", "enum": ["1", "2", "3", "100"]},
        "Of this major version; 100 is the install manager",
        "3",
    ),
    _stable("pre_release", "No pre-releases, or only those"),
    _param("latest", "is_latest", _FLAG, "Those that download buttons lead to"),
    _param(
        "latest_of_series",
        "latest_of_series",
        _FLAG,
        "The highest version of each minor version, among final or among pre-releases",
    ),
    _param("listed", "show_on_download_page", _FLAG, "Shown on the downloads page"),
    _param("published", "is_published", _FLAG, "Of interest to those who may see drafts"),
    _param("system", "os", _TEXT, "With files for a system, by its slug", "android"),
    _param("since", "release_date__gte", _TIME, "Released at or after; a day or a time"),
    _param("before", "release_date__lt", _TIME, "Released before; a day or a time"),
)
_FILES: Final = (
    _param("release", "release__slug", _TEXT, "Of a release, by its slug", "python-3150"),
    _param("series", "release__series", _SERIES, "Of releases of this minor version", "3.14"),
    _stable("release__pre_release", "Of final releases, or of others"),
    _param("latest", "release__is_latest", _FLAG, "Of the latest releases"),
    _param("system", "os__slug", _TEXT, "For a system, by its slug", "windows"),
    _param(
        "architecture",
        "architecture",
        {"type": "string", "enum": [item.value for item in Architecture]},
        "For these processors, as far as its address tells",
        "arm64",
    ),
    _param("source", "is_source", _FLAG, "Source, or built"),
    _param("button", "download_button", _FLAG, "Those that download buttons lead to"),
    _param("url", "url", {"type": "string", "maxLength": 2000}, "At this address"),
)
_OF_RELEASE: Final = tuple(
    item for item in _FILES if item.name in {"system", "architecture", "source", "button"}
)
_ORDERS: Final = {
    "released_at": "release_date",
    "version": "version",
    "name": "name",
    "id": "id",
}


# --- reading and writing ---


def _files_of_release(found: Run) -> Run:
    """Read the files of one release; None where there is no such release."""

    async def run(asked: Request, store: Store, ask: Ask) -> Found | None:
        slug = asked.inside["slug"]
        narrowed = Request(
            inside=asked.inside,
            query={**asked.query, "release__slug": slug},
            page=asked.page,
            page_size=asked.page_size,
        )
        files = await found(narrowed, store, ask)
        if files is not None and not files.items and await _id_of(slug, store) is None:
            return None
        return files

    return run


async def _id_of(slug: str, store: Store) -> int | None:
    path = f"/releases/by-slug/{quote(slug, safe='')}"
    found = await store.find(_SERVICE, path, _RELEASE, {})
    return None if found is None else found.id


def _create[D](path: str, kind: TypeAdapter[D], of: Callable[[D], BaseModel], where: str) -> Run:
    async def run(asked: Request, store: Store, _: Ask) -> Found:
        call = Call("POST", path, body=asked.body, headers=asked.headers)
        made = of(await store.send(_SERVICE, call, kind))
        return Found(made, location=where.format(**made.model_dump()))

    return run


def _change[D](
    method: str,
    locate: Callable[[Request, Store], Awaitable[str | None]],
    kind: TypeAdapter[D],
    of: Callable[[D], BaseModel],
) -> Run:
    async def run(asked: Request, store: Store, _: Ask) -> Found | None:
        path = await locate(asked, store)
        if path is None:
            return None
        body = asked.body or None
        call = Call(method, path, body=body, headers=asked.headers)
        made = await store.send(_SERVICE, call, kind if method == "PUT" else _ANY)
        return Found(of(cast("D", made)) if method == "PUT" else None)

    return run


def _merge[D: (dto.Release, dto.ReleaseFile)](
    locate: Callable[[Request, Store], Awaitable[str | None]],
    kind: TypeAdapter[D],
    whole: type[BaseModel],
    of: Callable[[D], BaseModel],
) -> Run:
    """Replace a thing by what it is with what was sent over it; `whole` is what the service takes.

    It is sent with the revision that was read, so nobody's change in between is undone.
    """

    async def run(asked: Request, store: Store, ask: Ask) -> Found | None:
        path = await locate(asked, store)
        if path is None:
            return None
        found = await store.find(_SERVICE, path, kind, {})
        if found is None:
            return None
        body, headers = merged(asked, ask, found, found.version, whole)
        call = Call("PUT", path, body=body, headers=headers)
        return Found(of(await store.send(_SERVICE, call, kind)))

    return run


async def _release_path(asked: Request, store: Store) -> str | None:
    number = await _id_of(asked.inside["slug"], store)
    return None if number is None else f"/releases/{number}"


_FILE_AT: Final = by_id("/release-files")


async def _file_path(asked: Request, _: Store) -> str | None:
    return _FILE_AT(asked)


_READ_FILE: Final = reading(_SERVICE, _FILE_AT, dto.ReleaseFile, file_of)
_LIST_FILES: Final = listing(_SERVICE, lambda _: "/release-files", dto.ReleaseFile, file_of)
_TAG: Final = "downloads"
_REPLACES: Final = (
    "What is sent takes the place of the whole: a field that is not sent becomes what it is by "
    "default, and {gone} with it. To change some fields use PATCH. "
)
_PATCHES: Final = "Fields that are not sent stay as they are. "
_MATCH: Final = (
    'If-Match is required and holds the `revision` of the body that was read, in quotes: `"7"`. '
    "It is not the ETag, which is of the answer and for If-None-Match."
)

DOWNLOADS: Final = (
    Operation(
        id="list_releases",
        path="/downloads/releases",
        tag=_TAG,
        summary="List releases",
        description="Newest first, unless another order is asked for.",
        run=listing(_SERVICE, lambda _: "/releases", dto.ReleaseSummary, release_of),
        out=Release,
        many=True,
        params=_RELEASES,
        orders=_ORDERS,
        order="-release_date",
        cursor=True,
        keys=_KEYS,
    ),
    Operation(
        id="create_release",
        method="POST",
        path="/downloads/releases",
        tag=_TAG,
        summary="Make a release",
        description="A draft, unless it says that it is published.",
        run=_create("/releases", _RELEASE, whole_release_of, "/api/v2/downloads/releases/{slug}"),
        out=WholeRelease,
        input=dto.ReleaseInput,
        permission="downloads.add_release",
        handed=_HANDED,
        example={"name": "Python 3.16.0a1", "pre_release": True, "content": "The *first* alpha."},
        status=201,
    ),
    Operation(
        id="get_release",
        path="/downloads/releases/{slug}",
        tag=_TAG,
        summary="Read a release with its text and files",
        run=reading(_SERVICE, by_slug("/releases/by-slug"), dto.Release, whole_release_of),
        out=WholeRelease,
        keys=_KEYS,
    ),
    Operation(
        id="replace_release",
        method="PUT",
        path="/downloads/releases/{slug}",
        tag=_TAG,
        summary="Replace a release",
        description=_REPLACES.format(gone="its text and the address of its notes are gone")
        + _MATCH,
        run=_change("PUT", _release_path, _RELEASE, whole_release_of),
        out=WholeRelease,
        input=dto.ReleaseInput,
        permission="downloads.change_release",
        handed=_MATCHED,
        example=FIRST_ALPHA,
    ),
    Operation(
        id="update_release",
        method="PATCH",
        path="/downloads/releases/{slug}",
        tag=_TAG,
        summary="Change fields of a release, or publish it",
        description=(
            _PATCHES
            + "To publish a draft, or to withdraw a release, send `is_published`; that also needs "
            "the permission `downloads.can_publish_releases`. " + _MATCH
        ),
        run=_merge(_release_path, _RELEASE, dto.ReleaseInput, whole_release_of),
        out=WholeRelease,
        input=partly(dto.ReleaseInput, "ReleaseChange"),
        permission="downloads.change_release",
        handed=_MATCHED,
        example={"is_published": True},
    ),
    Operation(
        id="delete_release",
        method="DELETE",
        path="/downloads/releases/{slug}",
        tag=_TAG,
        summary="Delete a release with its files",
        run=_change("DELETE", _release_path, _RELEASE, whole_release_of),
        out=None,
        permission="downloads.delete_release",
        handed=_MATCHED,
        status=204,
    ),
    Operation(
        id="list_files_of_release",
        path="/downloads/releases/{slug}/files",
        tag=_TAG,
        summary="List the files of a release",
        run=_files_of_release(_LIST_FILES),
        out=File,
        many=True,
        params=_OF_RELEASE,
        keys=_KEYS,
    ),
    Operation(
        id="list_files",
        path="/downloads/files",
        tag=_TAG,
        summary="List files of all releases",
        run=_LIST_FILES,
        out=File,
        many=True,
        params=_FILES,
        orders={"name": "name", "released_at": "release_date", "id": "id"},
        cursor=True,
        keys=_KEYS,
    ),
    Operation(
        id="create_file",
        method="POST",
        path="/downloads/files",
        tag=_TAG,
        summary="Add a file to a release",
        run=_create("/release-files", _FILE, file_of, "/api/v2/downloads/files/{id}"),
        out=File,
        description="`release_id` is the `id` that the release has, `os_id` that of a system.",
        input=dto.ReleaseFileInput,
        permission="downloads.add_releasefile",
        handed=_HANDED,
        example=SOURCE,
        status=201,
    ),
    Operation(
        id="get_file",
        path="/downloads/files/{id}",
        tag=_TAG,
        summary="Read a file",
        run=_READ_FILE,
        out=File,
        keys=_KEYS,
    ),
    Operation(
        id="replace_file",
        method="PUT",
        path="/downloads/files/{id}",
        tag=_TAG,
        summary="Replace a file",
        description=_REPLACES.format(gone="its checksums are gone") + _MATCH,
        run=_change("PUT", _file_path, _FILE, file_of),
        out=File,
        input=dto.ReleaseFileInput,
        permission="downloads.change_releasefile",
        handed=_MATCHED,
        example=WHOLE_SOURCE,
    ),
    Operation(
        id="update_file",
        method="PATCH",
        path="/downloads/files/{id}",
        tag=_TAG,
        summary="Change fields of a file",
        description=_PATCHES + _MATCH,
        run=_merge(_file_path, _FILE, dto.ReleaseFileInput, file_of),
        out=File,
        input=partly(dto.ReleaseFileInput, "ReleaseFileChange"),
        permission="downloads.change_releasefile",
        handed=_MATCHED,
        example=CHECKSUM,
    ),
    Operation(
        id="delete_file",
        method="DELETE",
        path="/downloads/files/{id}",
        tag=_TAG,
        summary="Delete a file",
        run=_change("DELETE", _file_path, _FILE, file_of),
        out=None,
        permission="downloads.delete_releasefile",
        handed=_MATCHED,
        status=204,
    ),
    Operation(
        id="list_operating_systems",
        path="/downloads/operating-systems",
        tag=_TAG,
        summary="List the systems that files are made for",
        run=listing(_SERVICE, lambda _: "/operating-systems", dto.OperatingSystem, system_of),
        out=System,
        many=True,
        params=(_param("slug", "slug", _TEXT, "With this slug", "windows"),),
        orders={"name": "name", "slug": "slug", "id": "id"},
        order="name",
        keys=_KEYS,
    ),
    Operation(
        id="get_release_cycle",
        path="/downloads/release-cycle",
        tag=_TAG,
        summary="Read which branches are maintained, and until when",
        run=reading(_SERVICE, lambda _: "/release-cycle", dto.ReleaseCycle, cycle_of),
        out=Cycle,
        keys=("release-cycle",),
    ),
)
