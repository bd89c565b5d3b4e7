"""Bulk import: many releases with their files in one transaction, all or nothing.

A release that exists, by its slug, is replaced with its files; one that does not is created. What
is wrong is told for every row at once, as `["body", "releases", <row>, "files", <file>, <field>]`
with rows and files counted from 0.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from contracts.downloads.dto import BulkImport, ImportReport
from downloads.imports.checks import check, refuse
from downloads.imports.matching import match
from downloads.imports.writing import Ids, Writer, demote
from downloads.services.common import lock_latest
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Invalid, body_errors
from servicekit.service import Progress, TaskContext

__all__ = ["Ids", "apply", "import_file", "read"]

_CHUNK: Final = 40
"""Releases written between two reports of progress."""
_MAX_FILE: Final = 64 * 1024 * 1024


def read(body: bytes) -> BulkImport:
    """Read the JSON of an import. Raises Invalid naming row and field."""
    try:
        return BulkImport.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise refuse(body_errors(found)) from error


async def import_file(context: TaskContext, path: Path) -> str:
    """Import a file (`python -m downloads import releases FILE`). Raises Invalid, OSError."""
    body = await asyncio.to_thread(path.read_bytes)
    if len(body) > _MAX_FILE:
        raise Invalid.field(["body"], f"The file has more than {_MAX_FILE} bytes.", "too_large")
    sent = read(body)
    caller = Principal(subject="service:downloads-import")
    async with context.session() as session:
        report = await apply(session, sent, caller, progress=context.progress)
    return (
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.files} files"
    )


async def apply(
    session: WriteSession,
    sent: BulkImport,
    caller: Principal,
    *,
    progress: Progress | None = None,
    settled: Ids | None = None,
) -> ImportReport:
    """Do an import in the transaction of `session`; what is wrong raises Invalid and undoes all.

    `settled` is for facts of the past: it may say which ids new rows get, and a new public release
    is told by `release.created` with its whole state; nobody is told that it was published just
    now. The report calls it no dry run: whoever rolls the transaction back knows.
    """
    await lock_latest(session)
    rows = await match(session, sent)
    await check(session, rows)
    await demote(session, rows, caller)
    writer = Writer(session, caller, settled)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        await writer.write(chunk)
        if progress is not None:
            progress(start + len(chunk), len(rows), "releases")
    changed = [row for row in rows if row.new or row.changed]
    return ImportReport(
        dry_run=False,
        created=sum(row.new for row in rows),
        updated=sum(not row.new for row in changed),
        unchanged=len(rows) - len(changed),
        files=sum(len(row.pairs) for row in rows),
        slugs=[row.slug for row in changed],
    )
