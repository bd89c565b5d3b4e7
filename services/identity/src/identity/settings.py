"""What the identity service is told by its environment, beside what every service is."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Annotated, Self, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, model_validator

from identity.providers.declared import Declarations, Declared
from servicekit.database import SETTINGS, WriteSession
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
    #: Whom people can sign in with: a list in JSON, or the path of a file that has one.
    providers: Declarations = ()
    #: Seconds that a provider has for its part of one sign-in; the gateway waits for 12.
    provider_timeout: Annotated[float, Field(gt=0, le=10)] = 8.0

    #: Where the programs of mailing lists take requests, by mail; "{list}" is the list.
    list_request_address: Annotated[
        str, StringConstraints(pattern=r"^[^@\s]*\{list\}[^@\s]*@[^@\s]+$")
    ] = "{list}-request@python.org"
    #: Who is told of nominations and user groups that wait; nobody, where it is empty.
    staff_email: str = ""

    #: Seconds that an address has to take the message of a webhook.
    webhook_timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
    #: Seconds between two looks for messages that are due.
    webhook_interval: Annotated[float, Field(gt=0)] = 1.0
    #: Days that messages are kept, with what became of them.
    webhook_keep_days: Annotated[int, Field(ge=5)] = 30
    #: Networks that webhooks may reach though they are not public: a list in JSON.
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def provider(self, name: str) -> Declared | None:
        """Return the provider with that id."""
        return next((found for found in self.providers if found.id == name), None)

    @model_validator(mode="after")
    def _refuse_open_lines_in_production(self) -> Self:
        if self.production and not all(provider.encrypted for provider in self.providers):
            raise ValueError("PYDOTORG_PROVIDERS has an address without https")
        return self

    @property
    def passkey_origin(self) -> str | None:
        """Where passkeys are made and used, None where the site has no name.

        A passkey belongs to a name, never to an IP address
        (https://www.w3.org/TR/webauthn-3/#rp-id); this machine has one, "localhost".
        """
        parts = urlsplit(self.public_url)
        try:
            address = ip_address(parts.hostname or "")
        except ValueError:
            return self.public_url
        if not address.is_loopback:
            return None
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://localhost{port}"


def of(session: WriteSession) -> Settings:
    """Return the settings of the process that a unit of work is of."""
    return cast("Settings", session.info[SETTINGS])
