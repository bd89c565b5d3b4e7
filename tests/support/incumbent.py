"""What python.org's own software held when its answers were recorded, put into our services."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import asyncpg

from devstack.testing.backends import command
from downloads import versions

DEFAULT: Final = Path(__file__).parents[3] / "shared" / "data" / "api"
FOLDER: Final = Path(os.environ.get("RECORDED_API") or DEFAULT)
"""Where recordings are; the rows that they were made on are beside them, or in the default one."""
#: Shorter keys than this the identity service does not import.
SHORTEST: Final = 20


@cache
def dataset() -> dict[str, list[dict[str, Any]]]:
    """Return the rows: os, releases, release_files, pages, users, api_keys."""
    file = next(f for folder in (FOLDER, DEFAULT) if (f := folder / "dataset.json").exists())
    found: dict[str, list[dict[str, Any]]] = json.loads(file.read_bytes())
    return found


def long_enough(secret: str) -> str:
    """Return a key of the dataset as it is imported here."""
    return secret.ljust(SHORTEST, "0")


def drafts() -> frozenset[int]:
    """Return the ids of releases that are not public."""
    return frozenset(row["id"] for row in dataset()["releases"] if not row["is_published"])


async def fill_downloads(url: str) -> None:
    """Migrate a database of downloads and put the rows in, under their ids."""
    command(url, "migrate")
    rows = dataset()
    connection = await asyncpg.connect(url)
    try:
        await _copy(connection, "operating_system", rows["os"])
        await _copy(connection, "release", [_release(row) for row in rows["releases"]])
        await _copy(connection, "release_file", [_file(row) for row in rows["release_files"]])
    finally:
        await connection.close()


async def fill_content(url: str) -> None:
    """Migrate a database of content and put the pages in, under their ids."""
    command(url, "migrate")
    same = ("id", "title", "keywords", "description", "path", "is_published", "content_type")
    rows = [
        {
            **{name: row[name] for name in (*same, "content", "content_markup_type")},
            "content_html": row["content"],
            "content_renderer": 1,
            "template_name": row["template_name"] or "default",
        }
        for row in dataset()["pages"]
    ]
    connection = await asyncpg.connect(url)
    try:
        await _copy(connection, "page", rows)
    finally:
        await connection.close()


def fill_identity(url: str) -> None:
    """Migrate a database of identity and import the users with their keys."""
    command(url, "migrate")
    rows = dataset()
    keys = {row["username"]: long_enough(row["key"]) for row in rows["api_keys"]}
    users = [
        {
            "id": number,
            "username": row["username"],
            "is_active": row["is_active"],
            "is_staff": row["is_staff"],
            "is_superuser": row["is_superuser"],
            "date_joined": "2026-01-01T00:00:00Z",
            "keys": [
                {"kind": "token", "key": row["token"]},
                {"kind": "apikey", "key": keys[row["username"]]},
            ],
        }
        for number, row in enumerate(rows["users"], 1)
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"users": users}, file)
        file.flush()
        command(url, "import", "accounts", file.name)


def _release(row: dict[str, Any]) -> dict[str, Any]:
    parsed = versions.parse(row["name"])
    return {
        **{name: row[name] for name in ("id", "name", "slug", "is_latest", "is_published")},
        **{name: row[name] for name in ("pre_release", "show_on_download_page")},
        "release_notes_url": row["release_notes_url"],
        "release_date": datetime.fromisoformat(row["release_date"]),
        "major": row["version"],
        "number": parsed.number,
        "series": parsed.series,
        "version_key": parsed.key,
    }


def _file(row: dict[str, Any]) -> dict[str, Any]:
    renamed = {"os": "os_id", "release": "release_id"}
    return {renamed.get(name, name): value for name, value in row.items()}


async def _copy(
    connection: asyncpg.Connection[Any], table: str, rows: list[dict[str, Any]]
) -> None:
    columns = list(rows[0])
    await connection.copy_records_to_table(
        table, columns=columns, records=[tuple(row[name] for name in columns) for row in rows]
    )
    await connection.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
    )
