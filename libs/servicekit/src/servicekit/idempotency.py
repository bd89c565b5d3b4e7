"""`Idempotency-Key`: a creating request that is sent again gets the first answer again.

The key is a row of the transaction that creates: it is there if and only if the effect is. Of
several requests at once with one key, one works and the others wait for its commit at the
unique index, then read its answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Request, Response
from sqlalchemy import DateTime, Integer, LargeBinary, String, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.access import Principal
from servicekit.database import KitBase, WriteSession
from servicekit.problems import Conflict, FieldError, Invalid, Unavailable

HEADER: Final = "Idempotency-Key"
MAX_KEY: Final = 255


class IdempotencyRow(KitBase):
    """One answered request: who sent which key with what, and what was answered."""

    __tablename__ = "idempotency"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )


async def once(
    request: Request[Any, Any, Any],
    session: WriteSession,
    principal: Principal,
    make: Callable[[], Awaitable[Response[Any]]],
    *,
    status: int = 201,
) -> Response[Any]:
    """Answer `make()`, or what it answered the first time.

    `make` runs in the transaction of `session` and returns an answer of bytes
    (servicekit.responses.json_response); `status` is that of an answer that names none. Without
    the header it just runs.

    Raises Invalid for a key that is empty, too long or not printable ASCII, and Conflict where
    the key came with another request before.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return await make()
    if not 0 < len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid.field(
            ["header", HEADER], f"1 to {MAX_KEY} printable ASCII characters.", "invalid_key"
        )
    fingerprint = await _fingerprint(request)
    mine = (
        await session.execute(
            insert(IdempotencyRow)
            .values(subject=principal.subject, key=key, fingerprint=fingerprint)
            .on_conflict_do_nothing()
            .returning(IdempotencyRow.key)
        )
    ).first()
    if mine is None:
        return await _first_answer(session, principal.subject, key, fingerprint)
    response = await make()
    if not isinstance(response.content, bytes):
        raise TypeError("an idempotent answer is made of bytes: use json_response")
    response.status_code = response.status_code or status
    await session.execute(
        update(IdempotencyRow)
        .where(IdempotencyRow.subject == principal.subject, IdempotencyRow.key == key)
        .values(status=response.status_code, headers=dict(response.headers), body=response.content)
    )
    return response


async def prune(session: AsyncSession, *, keep_hours: int, limit: int = 5000) -> int:
    """Delete answers older than `keep_hours`, at most `limit`; returns how many."""
    old = (
        select(IdempotencyRow.subject, IdempotencyRow.key)
        .where(IdempotencyRow.created < func.now() - timedelta(hours=keep_hours))
        .limit(limit)
    )
    result = await session.execute(
        delete(IdempotencyRow)
        .where(tuple_(IdempotencyRow.subject, IdempotencyRow.key).in_(old))
        .returning(IdempotencyRow.key)
    )
    return len(result.all())


async def _first_answer(
    session: WriteSession, subject: str, key: str, fingerprint: bytes
) -> Response[bytes]:
    row = (
        await session.execute(
            select(
                IdempotencyRow.fingerprint,
                IdempotencyRow.status,
                IdempotencyRow.headers,
                IdempotencyRow.body,
            ).where(IdempotencyRow.subject == subject, IdempotencyRow.key == key)
        )
    ).first()
    if row is None:
        # Its time was over between our two statements.
        raise Unavailable("The key has just expired.", retry_after=1)
    if row.fingerprint != fingerprint:
        problem = Conflict("This key came with another request before.")
        problem.errors = [FieldError(loc=["header", HEADER], msg=str(problem), code="reused_key")]
        raise problem
    return Response(
        row.body,
        status_code=row.status,
        headers={**row.headers, "Idempotency-Replayed": "true"},
        media_type=row.headers.get("content-type", "application/json"),
    )


async def _fingerprint(request: Request[Any, Any, Any]) -> bytes:
    digest = hashlib.sha256()
    for part in (
        request.method.encode(),
        request.scope["path"].encode(),
        request.scope["query_string"],
        await request.body(),
    ):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()
