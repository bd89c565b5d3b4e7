"""What the identity service is told by its environment, beside what every service is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from servicekit.mail import MailSettings


class Settings(MailSettings):
    """Settings of the identity service."""

    #: The site that links in mails lead to, without a slash at its end.
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")] = (
        "https://www.python.org"
    )
    #: Mixed into what must not be computable from outside, such as hashes of visitors' addresses.
    secret_key: Annotated[SecretStr, Field(min_length=32)]
    #: Whether staff have no permissions until they have a second factor.
    staff_second_factor: bool = True
    #: Days a link in a mail works.
    mailed_key_days: Annotated[int, Field(ge=1)] = 3
    #: Seconds between two confirmation mails to one address.
    confirmation_pause: Annotated[float, Field(ge=0)] = 180.0
    #: Days an account is kept that nobody ever confirmed.
    unconfirmed_keep_days: Annotated[int, Field(ge=1)] = 30
