"""The authorization matrix: tables of who gets in where, beside the tests that walk the routes.

A table is a CSV file with a row for each method and path of one application and a column for each
kind of caller. Of a service a cell is `401`, `403`, or `in`: whatever the service then says to an
empty request. Of the gateway it is the status itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from litestar import Litestar
from litestar.routes import HTTPRoute

type Route = tuple[str, str]
type Row = Mapping[str, str]
type Table = Mapping[Route, Row]

#: Callers, as columns of every table.
CALLERS: Final = (
    "anonymous",
    "user",
    "other user",
    "group member",
    "staff of one area",
    "superuser",
    "expired",
    "other audience",
)
FOLDER: Final = Path(__file__).parents[1] / "authorization"


def routes(app: Litestar) -> list[Route]:
    """Return every method and path that an application answers; HEAD is as GET."""
    found = {
        (str(getattr(method, "value", method)), route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if not handler.handler_name.endswith("options_handler")
        for method in handler.http_methods
    }
    return sorted((one for one in found if one[0] != "HEAD"), key=lambda one: (one[1], one[0]))


def table(name: str) -> Table:
    """Return the committed table of an application."""
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        return {
            (row["method"], row["path"]): {caller: row[caller] for caller in CALLERS}
            for row in csv.DictReader(file)
        }


def compare(name: str, found: Table) -> list[str]:
    """Return what differs from the committed table: routes without a row, rows without a route,
    and cells; the table as found is then written beside the other, to be looked at.
    """
    expected = table(name)
    said = [f"no row for {method} {path}" for method, path in found.keys() - expected.keys()]
    said += [f"no such route: {method} {path}" for method, path in expected.keys() - found.keys()]
    said += [
        f"{method} {path} as {caller}: {cells[caller]} and not {expected[method, path][caller]}"
        for (method, path), cells in found.items()
        if (method, path) in expected
        for caller in CALLERS
        if cells[caller] != expected[method, path][caller]
    ]
    return sorted(said)


def write(name: str, rows: Iterable[tuple[Route, Row]], folder: Path) -> Path:
    """Write a table."""
    file = folder / f"{name}.csv"
    with file.open("w", newline="") as to:
        writer = csv.writer(to, lineterminator="\n")
        writer.writerow(("method", "path", *CALLERS))
        for (method, path), cells in rows:
            writer.writerow((method, path, *(cells[caller] for caller in CALLERS)))
    return file
