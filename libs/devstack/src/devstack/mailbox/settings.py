"""What the mailbox is told by its environment."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Variables begin with PYDOTORG_; all have a default."""

    model_config = SettingsConfigDict(env_prefix="PYDOTORG_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8025
    """Port of the pages."""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 1025
    mails_kept: Annotated[int, Field(ge=1)] = 500
    """Mails in memory; the oldest make room."""
