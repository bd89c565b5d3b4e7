"""What a handler may ask for by name, typed.

async def read(read_session: Reading, window: InWindow, principal: Caller) -> …
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.access import Principal, provide_principal
from servicekit.database import Database, ReadSession, WriteSession, finish
from servicekit.edge import SESSIONS
from servicekit.pagination import provide_window

Reading = NamedDependency[ReadSession]
"""`read_session`: a read-only snapshot."""
Writing = NamedDependency[WriteSession]
"""`write_session`: a unit of work, committed before the answer is sent."""
Caller = NamedDependency[Principal]
"""`principal`: who calls."""


def dependencies(database: Database) -> dict[str, Provide]:
    """Return what every handler of an app may ask for."""
    return {
        "read_session": _read_session(database),
        "write_session": _write_session(database),
        "principal": Provide(provide_principal),
        "window": Provide(provide_window),
    }


def _read_session(database: Database) -> Provide:
    async def read_session(request: Request[Any, Any, Any]) -> AsyncIterator[ReadSession]:
        session = database.open_read()
        _remember(request, session)
        try:
            yield session
        finally:
            await finish(session.close())

    return Provide(read_session)


def _write_session(database: Database) -> Provide:
    async def write_session(request: Request[Any, Any, Any]) -> AsyncIterator[WriteSession]:
        session = database.open_write()
        _remember(request, session)
        try:
            yield session
            # Litestar comes back here after the handler returned and before anything is sent.
            await finish(session.commit())
        finally:
            await finish(session.close())

    return Provide(write_session)


def _remember(request: Request[Any, Any, Any], session: AsyncSession) -> None:
    """Have the edge close the session, should this generator never be ended."""
    request.scope["state"].setdefault(SESSIONS, []).append(session)
