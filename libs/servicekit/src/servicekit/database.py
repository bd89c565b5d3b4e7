"""The database of a service: engine, read and write sessions, the unit of work.

A unit of work ends before its response exists: `write()` commits when the block ends without an
error, and a commit that fails raises from the block. Litestar runs the end of a generator
dependency after the handler returned and before the first byte is sent, so a failed commit is
an error answer and never a 2xx. The end of a unit of work is shielded: a request that is
cancelled still gives its connection back, rolled back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import asyncpg
from sqlalchemy import MetaData, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from servicekit.settings import ServiceSettings

#: Constraint names tell which table and columns they guard (servicekit.problems reads them).
NAMING: Final[dict[str, Any]] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


SETTINGS: Final = "settings"
"""Under which a session finds the settings of its process in its `info`."""


class Base(DeclarativeBase):
    """The base of a service's models."""

    metadata = MetaData(naming_convention=NAMING)


class KitBase(DeclarativeBase):
    """The base of servicekit's own tables, which every service's database has beside its own."""

    metadata = MetaData(naming_convention=NAMING)


class DatabaseAway(Exception):
    """No connection to the database can be had."""


class ReadSession(AsyncSession):
    """A read-only snapshot: one REPEATABLE READ, READ ONLY transaction.

    A list and its count agree, and PostgreSQL itself refuses to write.
    """


class WriteSession(AsyncSession):
    """One unit of work: everything written through it is committed at once, or nothing is."""


class Database:
    """The engine of one process and the sessions on it."""

    def __init__(self, settings: ServiceSettings, *, application: str) -> None:
        self._settings = settings
        self._application = application
        self.shared: dict[str, Any] = {SETTINGS: settings}
        """What every session finds in its `info`: parts of the process that are not rows."""
        self._url = make_url(settings.database_url.get_secret_value())
        self.engine: AsyncEngine = create_async_engine(
            self._url.set(drivername="postgresql+asyncpg"),
            async_creator=self._connect,
            pool_size=settings.pool_size,
            max_overflow=settings.pool_overflow,
            pool_timeout=settings.pool_timeout,
            pool_use_lifo=True,
            pool_recycle=1800,
            hide_parameters=settings.production,
        )
        self._reader = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    async def _connect(self, *_: object, **__: object) -> asyncpg.Connection[Any]:
        settings = self._settings
        try:
            return await asyncpg.connect(
                host=self._url.host,
                port=self._url.port,
                user=self._url.username,
                password=self._url.password,
                database=self._url.database,
                timeout=settings.connect_timeout,
                # A backstop for a server that hangs, where statement_timeout cannot fire.
                command_timeout=settings.statement_timeout + 5,
                server_settings={
                    "application_name": self._application,
                    "timezone": "UTC",
                    "jit": "off",
                    "statement_timeout": _ms(settings.statement_timeout),
                    "lock_timeout": _ms(settings.lock_timeout),
                    "idle_in_transaction_session_timeout": _ms(
                        settings.idle_in_transaction_timeout
                    ),
                },
                **{key: cast("Any", value) for key, value in self._url.query.items()},
            )
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseAway(f"cannot connect to the database: {error}") from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a read-only snapshot; its connection is taken at the first statement."""
        session = self.open_read()
        try:
            yield session
        finally:
            await finish(session.close())

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """Open a unit of work, committed at the end of the block.

        Raises whatever the commit raises. On any error, and on cancellation, it rolls back.
        """
        session = self.open_write()
        try:
            yield session
            await finish(session.commit())
        finally:
            await finish(session.close())

    def open_read(self) -> ReadSession:
        """Return a read session that the caller closes."""
        return ReadSession(self._reader, expire_on_commit=False, autoflush=False, info=self.shared)

    def open_write(self) -> WriteSession:
        """Return a unit of work that the caller commits and closes."""
        return WriteSession(self.engine, expire_on_commit=False, info=self.shared)

    @asynccontextmanager
    async def rehearse(self) -> AsyncIterator[WriteSession]:
        """Open a unit of work that is checked like a commit and then rolled back."""
        session = self.open_write()
        try:
            yield session
            await session.flush()
            if session.in_transaction():
                await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        finally:
            await finish(session.close())

    async def ping(self, *, timeout: float = 2.0) -> None:  # noqa: ASYNC109 - includes the pool
        """Ask the database for a sign of life; raises DatabaseAway within `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout), self.read() as session:
                await session.execute(text("SELECT 1"))
        except TimeoutError as error:
            raise DatabaseAway("the database does not answer") from error
        except DBAPIError as error:
            raise DatabaseAway(str(error.orig)) from error

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def close_all(sessions: Iterable[AsyncSession]) -> None:
    """Close sessions, rolling back what is open; nothing keeps the others from being closed."""
    for session in sessions:
        with contextlib.suppress(Exception):
            await finish(session.close())


async def finish[T](work: Awaitable[T]) -> T:
    """Await `work` to its end even where the caller is cancelled meanwhile.

    The cancellation is raised afterwards; what `work` raised is raised first.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except BaseException:  # noqa: BLE001 - told by task.result() below
            break
    result = task.result()
    if cancelled is not None:
        raise cancelled
    return result


def _ms(seconds: float) -> str:
    return str(round(seconds * 1000))
