"""What the trace viewer is told by its environment."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Variables begin with PYDOTORG_; all have a default."""

    model_config = SettingsConfigDict(env_prefix="PYDOTORG_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 4318
    """The port of OTLP over HTTP unless told otherwise."""

    traces_kept: Annotated[int, Field(ge=1)] = 3_000
    """Traces in memory; the oldest make room."""
    traces_bytes: Annotated[int, Field(ge=1_000)] = 64 * 1024 * 1024
    """Bytes of spans in memory, as received; the oldest traces make room."""
    traces_spans: Annotated[int, Field(ge=1)] = 5_000
    """Spans kept of one trace; further ones are counted and dropped."""
