"""Private files of this service: how they are kept, named, shown and swept.

Bytes are written first, then the row that knows their key. A process that dies between the two
leaves bytes without a row, which `sweep-papers` deletes a day later.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import uuid4

from contracts.sponsors.papers import PrivateFile
from servicekit import files, links
from servicekit.database import WriteSession
from servicekit.files import PRIVATE
from sponsors.settings import Settings

#: Begins the key of every private file of this service.
PREFIX: Final = f"{PRIVATE}sponsors/"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file as a row has it: where it is, and what is known of it. Sizes in bytes and pixels."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None


async def keep(  # noqa: PLR0913 - what a file is
    session: WriteSession,
    folder: str,
    name: str,
    data: bytes,
    media_type: str,
    *,
    size: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """Write the bytes of a file, and return what its row says of it.

    Args:
        session: The unit of work that writes the row.
        folder: Below PREFIX.
        name: What the file is saved as.
        data: Its bytes.
        media_type: What it is.
        size: Width and height of a picture.

    Raises Unavailable where the store is away.
    """
    width, height = size or (None, None)
    kept = Kept(
        key=f"{PREFIX}{folder}/{uuid4().hex}/{name}",
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=width,
        height=height,
    )
    try:
        await files.of(session).put(kept.key, data, media_type)
    except files.FilesAway as error:
        raise files.away(error) from error
    return asdict(kept)


def shown(
    settings: Settings, kept: dict[str, Any] | None, *, seconds: int = links.SECONDS
) -> PrivateFile | None:
    """Return a file with a link that opens it for a while."""
    if kept is None:
        return None
    url = links.sign(settings, kept["key"], seconds=seconds)
    return PrivateFile.model_validate({**kept, "url": url})
