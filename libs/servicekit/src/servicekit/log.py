"""Structured logs: one JSON object a line in production, coloured lines at a terminal.

Every line carries `service`, and inside of a request or a message `trace_id` and `span_id`.
What looks like a secret is replaced, wherever in the line it stands.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Mapping
from typing import Any, Final, Literal

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor

HIDDEN: Final = "[redacted]"

#: Names of fields whose value is nobody's business.
_SECRET_NAMES: Final = re.compile(
    r"pass(word|wd|phrase)|secret|token|authorization|cookie|api_?key|private_?key|signing_?key"
    r"|credential|session_?id|otp|signature",
    re.IGNORECASE,
)
#: Secrets inside of a text: JWTs, what follows Bearer, Token or ApiKey, passwords in addresses,
#: private keys, and values of secret-looking query parameters.
_SECRET_TEXTS: Final = (
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"\b(Bearer|Token|ApiKey|Basic)\s+[^\s\"',]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"(\w+://[^\s:/@]+):[^\s@/]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END[^-]*-----|$)", re.DOTALL), HIDDEN),
    (
        re.compile(
            r"([?&;]\w*(?:password|secret|token|key|signature|code)\w*=)[^&\s\"']+", re.IGNORECASE
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w"), "[e-mail]"),
)
_SELDOM: Final = 60.0
"""Seconds between two lines of OpenTelemetry."""
#: Loggers of libraries that tell too much at INFO.
_LOUD: Final = ("httpx", "httpcore", "nats", "faststream", "alembic.runtime.plugins", "asyncio")


#: Local variables are left out: they are where the secrets are.
_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(
    service: str,
    *,
    level: str = "INFO",
    form: Literal["json", "console"] = "json",
) -> None:
    """Set up structlog and the standard library's logging alike, on standard error.

    May be called again; the last call counts.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        _add_trace,
        _Name(service),
    ]
    ending: list[Processor] = (
        [_TRACEBACKS, redact, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            redact,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Handler()
    handler.addFilter(_Seldom())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    root = logging.getLogger()
    # Handlers of others, such as a test runner's, are theirs to remove.
    root.handlers[:] = [*(h for h in root.handlers if not isinstance(h, _Handler)), handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class _Seldom(logging.Filter):
    """Lets one line a minute of OpenTelemetry through, as a warning.

    A collector that is away costs spans and is no error of this process.
    """

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line is logged."""
        if not record.name.startswith("opentelemetry."):
            return True
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + _SELDOM
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return True


class _Handler(logging.Handler):
    """The one that `configure` made; writes to what standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - a log line must not break what it tells about
            self.handleError(record)


class _Name:
    """Adds the service's name."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: object, _method: str, line: EventDict) -> EventDict:
        line.setdefault("service", self._service)
        line.pop("color_message", None)  # uvicorn says everything twice
        return line


def _add_trace(_logger: object, _method: str, line: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = format(context.trace_id, "032x")
        line["span_id"] = format(context.span_id, "016x")
    return line


def redact(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Replace secrets in every field of a line, however deep."""
    for name in line:
        line[name] = _clean(name, line[name])
    return line


def _clean(name: str, value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - a line holds anything
    if name == "exc_info" or depth > 8:
        return value
    if isinstance(value, str):
        return HIDDEN if value and _SECRET_NAMES.search(name) else clean_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _clean(str(key), item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, item, depth + 1) for item in value]
    return HIDDEN if _SECRET_NAMES.search(name) else clean_text(str(value))


def clean_text(text: str) -> str:
    """Replace the secrets inside of a text."""
    for pattern, instead in _SECRET_TEXTS:
        text = pattern.sub(instead, text)
    return text
