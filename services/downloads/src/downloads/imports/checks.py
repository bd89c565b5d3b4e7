"""What can be wrong with an import: all of it is told at once, by row and field."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from downloads import rules
from downloads.models import ReleaseFile
from downloads.services.common import one_of
from servicekit.database import WriteSession
from servicekit.problems import FieldError, Invalid

if TYPE_CHECKING:
    from downloads.imports.matching import Row

_MAX_ERRORS: Final = 100
"""Errors told at once; the rest are most likely the same."""


def wrong(where: Sequence[str | int], message: str, code: str) -> FieldError:
    """Say what is wrong at a place that is told from the row on: `[17, "files", 3, "url"]`."""
    return FieldError(loc=["body", "releases", *where], msg=message, code=code)


def refuse(errors: Sequence[FieldError]) -> Invalid:
    """Make the problem of some errors."""
    detail = "The import is not valid; nothing was written."
    if len(errors) > _MAX_ERRORS:
        detail += f" {len(errors) - _MAX_ERRORS} more errors are not listed."
    return Invalid(detail, errors=errors[:_MAX_ERRORS])


async def check(session: WriteSession, rows: Sequence[Row]) -> None:
    """Raise Invalid for everything that rows say twice, against a rule, or of others."""
    errors = [*_twice(rows), *_broken_files(rows), *_second_buttons(rows)]
    errors += [error async for error in _taken(session, rows)]
    if errors:
        raise refuse(errors)


def _twice(rows: Sequence[Row]) -> Iterator[FieldError]:
    """Find what may occur once in an import and occurs again."""
    seen: set[tuple[str, str | int]] = set()

    def again(kind: str, value: str | int) -> bool:
        known = (kind, value) in seen
        seen.add((kind, value))
        return known

    for row in rows:
        if again("release", row.slug):
            yield wrong([row.number, "slug"], f"{row.slug} is in the import twice.", "twice")
        if row.sent.is_latest and row.sent.is_published and again("latest", int(row.sent.major)):
            message = "Another release of the import is the latest."
            yield wrong([row.number, "is_latest"], message, "twice")
        for at, pair in enumerate(row.pairs):
            if again("url", pair.sent.url):
                message = "The address is in the import twice."
                yield wrong([row.number, "files", at, "url"], message, "twice")
            if again("slug", pair.slug):
                message = f"{pair.slug} is in the import twice."
                yield wrong([row.number, "files", at, "slug"], message, "twice")


def _broken_files(rows: Sequence[Row]) -> Iterator[FieldError]:
    for row in rows:
        for at, pair in enumerate(row.pairs):
            for field, message, code in rules.broken(pair.sent, None if pair.new else pair.file):
                yield wrong([row.number, "files", at, field], message, code)


def _second_buttons(rows: Sequence[Row]) -> Iterator[FieldError]:
    for row in rows:
        seen: set[str] = set()
        for at, pair in enumerate(row.pairs):
            if not pair.sent.download_button:
                continue
            if pair.sent.os in seen:
                message = f"The release has a download button for {pair.sent.os} already."
                where: list[str | int] = [row.number, "files", at, "download_button"]
                yield wrong(where, message, "one_button_per_system")
            seen.add(pair.sent.os)


async def _taken(session: WriteSession, rows: Sequence[Row]) -> AsyncIterator[FieldError]:
    """Find addresses and slugs that a file outside of the import has."""
    pairs = [pair for row in rows for pair in row.pairs]
    mine = {file.id for row in rows for file in row.stored}
    found = await session.execute(
        select(ReleaseFile.id, ReleaseFile.url, ReleaseFile.slug).where(
            or_(
                one_of(ReleaseFile.url, [pair.sent.url for pair in pairs]),
                one_of(ReleaseFile.slug, [pair.slug for pair in pairs]),
            )
        )
    )
    others = [(url, slug) for file_id, url, slug in found if file_id not in mine]
    urls, slugs = {url for url, _ in others}, {slug for _, slug in others}
    for row in rows:
        for at, pair in enumerate(row.pairs):
            if pair.sent.url in urls:
                message = "A file of another release has this address."
                yield wrong([row.number, "files", at, "url"], message, "unique")
            if pair.slug in slugs:
                message = "A file of another release has this slug."
                yield wrong([row.number, "files", at, "slug"], message, "unique")
