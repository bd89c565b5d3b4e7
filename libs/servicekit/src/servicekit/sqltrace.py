"""A span around every SQL statement, and a count of them.

The names are those of OpenTelemetry's semantic conventions for databases. Statements carry
placeholders, never values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import event
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from servicekit.telemetry import tracer

_SPAN: Final = "servicekit.span"
_TEXT_LIMIT: Final = 4000
_TABLE: Final = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([a-z_]\w*)')


def instrument(engine: AsyncEngine) -> None:
    """Make a span of every statement that runs on `engine` inside of a sampled trace."""
    url = engine.url
    fixed: dict[str, str | int] = {
        "db.system.name": "postgresql",
        "db.namespace": url.database or "",
        "server.address": url.host or "",
        "server.port": url.port or 5432,
    }

    def before(
        _connection: Connection,
        _cursor: object,
        statement: str,
        _parameters: object,
        context: Any,  # noqa: ANN401 - may be None or an ExecutionContext
        _many: bool,  # noqa: FBT001 - the signature is SQLAlchemy's
    ) -> None:
        # Without a sampled parent a span would be a trace of its own, or nothing.
        if context is None or not trace.get_current_span().is_recording():
            return
        operation = statement.lstrip()[:24].partition(" ")[0].partition("\n")[0].upper()
        table = _TABLE.search(statement, 0, _TEXT_LIMIT)
        context.__dict__[_SPAN] = tracer().start_span(
            f"{operation} {table[1] if table else fixed['db.namespace']}",
            kind=SpanKind.CLIENT,
            attributes={
                **fixed,
                "db.operation.name": operation,
                "db.query.text": statement[:_TEXT_LIMIT],
            },
        )

    def after(
        _connection: Connection,
        cursor: Any,  # noqa: ANN401 - a DBAPI cursor
        _statement: str,
        _parameters: object,
        context: Any,  # noqa: ANN401 - may be None or an ExecutionContext
        _many: bool,  # noqa: FBT001 - the signature is SQLAlchemy's
    ) -> None:
        span: Span | None = _take(context)
        if span is not None:
            if cursor.rowcount >= 0:
                span.set_attribute("db.response.returned_rows", cursor.rowcount)
            span.end()

    def failed(error: ExceptionContext) -> None:
        span = _take(error.execution_context)
        if span is not None:
            state = getattr(error.original_exception, "sqlstate", None)
            kind = type(error.original_exception).__name__
            span.set_attribute("error.type", state or kind)
            span.set_status(Status(StatusCode.ERROR, kind))
            span.end()

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    event.listen(engine.sync_engine, "handle_error", failed)


def _take(context: Any) -> Span | None:  # noqa: ANN401 - may be None or an ExecutionContext
    span: Span | None = None if context is None else context.__dict__.pop(_SPAN, None)
    return span


@dataclass
class Statements:
    """The statements that ran while they were counted."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@contextmanager
def count_queries(engine: AsyncEngine) -> Iterator[Statements]:
    """Count the statements that run on `engine` inside of the block; BEGIN and COMMIT are none."""
    seen = Statements()

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.texts.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
