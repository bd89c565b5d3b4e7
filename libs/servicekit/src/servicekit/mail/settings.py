"""What a service that mails is told by its environment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from servicekit.settings import ServiceSettings


class MailSettings(ServiceSettings):
    """Settings of a service that mails."""

    mail_from: str = "python.org <noreply@python.org>"
    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    #: Seconds for each step of the conversation.
    smtp_timeout: Annotated[float, Field(gt=0, le=60)] = 15.0
    #: Seconds between two looks for mails that are due.
    mail_interval: Annotated[float, Field(gt=0)] = 1.0
    mail_keep_days: Annotated[int, Field(ge=1)] = 30
