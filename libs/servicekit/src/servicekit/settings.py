"""The settings every service has. All come from variables that begin with `PYDOTORG_`.

Telemetry is set by the standard `OTEL_*` variables (servicekit.telemetry), so that a collector
is pointed at the same way as for any other program.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_KEY_PREFIX = "dev-"
"""Key ids that begin so belong to an embedded run; a production process refuses them."""


class ServiceSettings(BaseSettings):
    """What one process of one service needs to know."""

    model_config = SettingsConfigDict(env_prefix="PYDOTORG_", extra="ignore", frozen=True)

    environment: Literal["production", "development", "test"] = "production"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    role: Literal["web", "worker", "all"] = "all"

    database_url: SecretStr
    pool_size: Annotated[int, Field(ge=1)] = 10
    pool_overflow: Annotated[int, Field(ge=0)] = 5
    pool_timeout: Annotated[float, Field(gt=0)] = 5.0
    connect_timeout: Annotated[float, Field(gt=0)] = 3.0
    statement_timeout: Annotated[float, Field(gt=0)] = 10.0
    lock_timeout: Annotated[float, Field(gt=0)] = 3.0
    idle_in_transaction_timeout: Annotated[float, Field(gt=0)] = 30.0

    nats_url: str = "nats://127.0.0.1:4222"
    outbox_keep_days: Annotated[int, Field(ge=1)] = 7
    parked_keep_days: Annotated[int, Field(ge=1)] = 30
    audit_keep_days: Annotated[int, Field(ge=1)] = 730
    idempotency_keep_hours: Annotated[int, Field(ge=1)] = 48

    jwks: str
    jwks_refresh: Annotated[float, Field(gt=0)] = 300.0
    signing_key: SecretStr | None = None

    max_body: Annotated[int, Field(ge=1024)] = 2 * 1024 * 1024
    shutdown_grace: Annotated[float, Field(ge=0)] = 15.0
    drain_delay: Annotated[float, Field(ge=0)] = 0.0

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 1.0

    crash_at: str | None = None

    @property
    def production(self) -> bool:
        """Whether this process serves the public."""
        return self.environment == "production"

    @property
    def has_worker(self) -> bool:
        """Whether relay, consumers and schedules run in this process."""
        return self.role in {"worker", "all"}

    @model_validator(mode="after")
    def _refuse_development_in_production(self) -> Self:
        if not self.production:
            return self
        if self.crash_at or os.environ.get("PYDOTORG_CRASH_AT"):
            raise ValueError("PYDOTORG_CRASH_AT is refused in production")
        for name, text in (
            ("PYDOTORG_JWKS", self.jwks),
            ("PYDOTORG_SIGNING_KEY", self.signing_key and self.signing_key.get_secret_value()),
        ):
            if text and any(kid.startswith(DEVELOPMENT_KEY_PREFIX) for kid in _key_ids(text)):
                raise ValueError(f"{name} holds a development key, refused in production")
        return self


def _key_ids(source: str) -> list[str]:
    """Return the `kid` of every key in inline JSON or a JSON file; of anything else, none."""
    text = source.strip()
    if not text.startswith("{"):
        if text.startswith(("http://", "https://")):
            return []
        try:
            text = Path(text).read_text(encoding="utf-8")
        except OSError:
            return []
    try:
        document = json.loads(text)
    except ValueError:
        return []
    keys = document.get("keys", [document]) if isinstance(document, dict) else []
    return [str(key.get("kid", "")) for key in keys if isinstance(key, dict)]
