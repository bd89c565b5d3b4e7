"""What of other sites may run in pages: nothing, unless a setting says so.

Each guest extends the content security policy by exactly the hosts it needs, and none is shown
where people sign in, change their account or administer the site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.settings import Settings

#: First segments of the paths of pages about a person.
PRIVATE: Final = frozenset({"accounts", "admin", "membership", "preview", "users"})

_ADS_MEDIA = "https://media.ethicalads.io"
_ADS_SERVER = "https://server.ethicalads.io"

#: The client of EthicalAds.
_ADS_SCRIPT = f"{_ADS_MEDIA}/media/client/ethicalads.min.js"


@dataclass(frozen=True, slots=True)
class Guests:
    """What templates know of guests; empty texts where there is none.

    Attributes:
        analytics: Address of a script that counts visits.
        site: The name under which it counts.
        ads: The publisher's name at EthicalAds.
        status: Address of a status page, with a final slash, whose state the footer shows.
    """

    analytics: str = ""
    site: str = ""
    ads: str = ""
    status: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Guests:
        """Return the guests that settings let in."""
        status = settings.status_url
        return cls(
            analytics=settings.analytics_url or "",
            site=urlsplit(settings.origin).hostname or "",
            ads=settings.ads_publisher or "",
            status=status.rstrip("/") + "/" if status else "",
        )

    @property
    def ads_script(self) -> str:
        """Address of the script that fills the place of an advertisement."""
        return _ADS_SCRIPT if self.ads else ""

    def at(self, section: str) -> Guests:
        """Return the guests of pages whose path begins with `section`."""
        return _NOBODY if section in PRIVATE else self

    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """Return the hosts to allow, by directive of the content security policy."""
        found: dict[str, list[str]] = {}

        def allow(host: str, *directives: str) -> None:
            for directive in directives:
                found.setdefault(directive, []).append(host)

        if self.analytics:
            allow(_host(self.analytics), "script-src", "connect-src")
        if self.ads:
            allow(_ADS_MEDIA, "script-src", "img-src")
            allow(_ADS_SERVER, "connect-src", "img-src")
        if self.status:
            allow(_host(self.status), "connect-src")
        return {directive: tuple(hosts) for directive, hosts in found.items()}


_NOBODY = Guests()


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
