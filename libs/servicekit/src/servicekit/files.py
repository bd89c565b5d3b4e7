"""Where files are kept: a folder on one machine, an S3-compatible store on many.

    FileStore("file:///var/lib/pydotorg/files")
    FileStore("s3://bucket/prefix")              # credentials: the usual AWS_* variables

A file is written once under a key of its own and never replaced: whoever has a new one gives it a
new key, so that every copy of it may be kept for ever. Keys below `private/` are never served to
the public. A service that keeps files adds `storing` to its lifespan; its functions then find the
store with `of(session)`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url
from pydantic import Field

from servicekit.problems import Unavailable
from servicekit.settings import ServiceSettings

if TYPE_CHECKING:  # the gateway passes files on, and has no database
    from servicekit.database import Database, WriteSession
    from servicekit.runtime import Runtime

#: Begins the keys of what only a signed link may show.
PRIVATE: Final = "private/"
_SHARED: Final = "files"
_AWAY: Final = "Files cannot be kept at the moment."

#: An address of a store: `file:///folder`, `s3://bucket/prefix`.
StoreUrl = Annotated[str, Field(pattern=r"^(file:///|s3://|memory:///)[^\s?#]*$")]


class FileSettings(ServiceSettings):
    """Settings of a service that keeps files."""

    #: Where files are kept; without it none can be added, and all else works.
    files_url: StoreUrl | None = None


class FilesAway(Exception):
    """The store does not answer, or refuses."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file as the store has it: bytes in `size`, and what tells its content from another."""

    key: str
    size: int
    etag: str
    modified: datetime
    chunks: AsyncIterator[bytes]


class FileStore:
    """Files by key. Every method raises FilesAway where the store does not answer."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        #: A folder has no room for a type: whoever serves the file tells it from the key.
        self._typed = parts.scheme != "file"
        self._store: ObjectStore = (
            from_url(url) if self._typed else LocalStore(Path(unquote(parts.path)), mkdir=True)
        )

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Keep a file. One that is there already under this key stays as it is."""
        attributes: dict[str, str] | None = {"Content-Type": media_type} if self._typed else None
        try:
            await obstore.put_async(
                self._store, key, data, mode="create", attributes=attributes, use_multipart=False
            )
        except AlreadyExistsError:
            return
        except (BaseError, OSError) as error:
            raise FilesAway(str(error)) from error

    async def get(self, key: str) -> Stored | None:
        """Return a file, whose bytes are then read in pieces; None where there is none."""
        if not key:
            return None
        try:
            found = await obstore.get_async(self._store, key)
        except (FileNotFoundError, ValueError):
            return None  # a key that no store could have is that of no file
        except (BaseError, OSError) as error:
            raise FilesAway(str(error)) from error
        meta = found.meta
        return Stored(
            key=key,
            size=meta["size"],
            etag=meta["e_tag"] or f'"{meta["size"]:x}-{meta["last_modified"].timestamp():x}"',
            modified=meta["last_modified"],
            chunks=_bytes(found),
        )

    async def delete(self, key: str) -> None:
        """Delete a file; one that is not there is no error."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise FilesAway(str(error)) from error

    async def older(self, prefix: str, than: datetime) -> AsyncIterator[str]:
        """Yield the keys below a prefix that were written before a moment."""
        try:
            async for some in obstore.list(self._store, prefix=prefix):
                for one in some:
                    if one["last_modified"] < than:
                        yield one["path"]
        except (BaseError, OSError) as error:
            raise FilesAway(str(error)) from error


@asynccontextmanager
async def storing(runtime: Runtime) -> AsyncIterator[None]:
    """Have the sessions of a process know its store: for `Service.lifespan`."""
    lend(runtime.database, runtime.settings)
    yield


def lend(database: Database, settings: ServiceSettings) -> None:
    """Have the sessions of a database know the store that settings name, if they name one."""
    if isinstance(settings, FileSettings) and settings.files_url:
        database.shared[_SHARED] = FileStore(settings.files_url)


def has(session: WriteSession) -> bool:
    """Tell whether the process has a store."""
    return isinstance(session.info.get(_SHARED), FileStore)


def of(session: WriteSession) -> FileStore:
    """Return the store of the process. Raises Unavailable where it has none."""
    store = session.info.get(_SHARED)
    if not isinstance(store, FileStore):
        raise Unavailable("This process was not told where files are kept (PYDOTORG_FILES_URL).")
    return store


def away(error: FilesAway) -> Unavailable:
    """Return what a store that does not answer is to whoever sent a file."""
    problem = Unavailable(_AWAY)
    problem.__cause__ = error
    return problem


async def _bytes(found: obstore.GetResult) -> AsyncIterator[bytes]:
    async for chunk in found.stream():
        yield bytes(chunk)
