"""Reading feeds of others: RSS and Atom of every kind, well formed or not.

The library takes what is thrown at it, but some of it with a time that grows with the square of
its length. So it runs in a process of its own, which has bounds of time and memory and nothing of
this one: not its settings, and not its secrets.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from servicekit.imports import NotFollowed

_READER: Final = "content.blogs.reader"
#: Seconds of processor time, and seconds altogether.
_SECONDS: Final = 20
_PATIENCE: Final = 60
#: Bytes in which declarations are looked for.
_HEAD: Final = 100_000


class Entry(BaseModel):
    """One entry as its feed says it; None where it does not. Markup is still what it was."""

    model_config = ConfigDict(frozen=True)

    title: str | None = None
    link: str | None = None
    id: str | None = None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    summary: str | None = None


class Parsed(BaseModel):
    """What a feed holds. `broken` says what is wrong with its markup, if anything is."""

    model_config = ConfigDict(frozen=True)

    version: str
    title: str | None
    broken: str
    entries: list[Entry]


def read(body: bytes, media_type: str = "", *, seconds: int = _SECONDS) -> Parsed:
    """Read a feed. Raises NotFollowed for what is none, and for what takes too much to read."""
    if b"<!ENTITY" in body[:_HEAD]:
        # Feeds have no use for entities of their own; bombs are made of them.
        raise NotFollowed("it declares entities, which feeds must not")
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours
            [sys.executable, "-I", "-m", _READER, str(seconds), media_type],
            input=body,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise NotFollowed("it takes too long to read") from error
    if done.returncode < 0:
        raise NotFollowed("it takes too much to read")
    try:
        found = Parsed.model_validate_json(done.stdout)
    except ValidationError as error:
        raise NotFollowed("it could not be read") from error
    if not found.version and not found.entries:
        raise NotFollowed("what is there is no feed")
    return found
