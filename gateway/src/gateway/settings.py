"""The settings of the gateway. All come from variables that begin with `PYDOTORG_`.

Telemetry is set by the standard `OTEL_*` variables.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from servicekit.files import StoreUrl
from servicekit.links import FilesKey

type Network = IPv4Network | IPv6Network


def _networks(value: object) -> object:
    """Read networks from text: "10.0.0.0/8, 192.0.2.7"."""
    if isinstance(value, str):
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    return value


def _names(value: object) -> object:
    """Read names from text: "www.python.org, python.org"."""
    if isinstance(value, str):
        return tuple(part.strip().lower() for part in value.split(",") if part.strip())
    return value


Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
#: How often: "600/hour".
Rule = Annotated[
    str, Field(pattern=r"^[1-9][0-9]{0,8}/(?:[1-9][0-9]{0,4} ?)?(?:second|minute|hour|day)s?$")
]
Seconds = Annotated[float, Field(gt=0)]
#: An address without a query, with or without a final slash.
Address = Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]


#: An address with a place for the id of a trace.
TraceAddress = Annotated[str, Field(pattern=r"^https?://[^\s{}]+\{trace_id\}[^\s{}]*$")]


class Settings(BaseSettings):
    """What one process of the gateway needs to know."""

    model_config = SettingsConfigDict(env_prefix="PYDOTORG_", extra="ignore", frozen=True)

    environment: Literal["production", "development", "test"] = "production"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    shutdown_grace: Annotated[float, Field(ge=0)] = 15.0
    drain_delay: Annotated[float, Field(ge=0)] = 0.0
    """How long requests are still taken after SIGTERM, while /readyz says 503."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 0.01
    trace_url: TraceAddress | None = None
    """Where staff look at a trace, with `{trace_id}` in it. Without it the id stands alone."""

    public_url: Address = "https://www.python.org"
    """Scheme and host of absolute links."""
    ftp_url: Address = "https://www.python.org/ftp/"
    """Where /ftp/… leads. The address of another host, or visitors go round in circles."""
    files_url: StoreUrl | None = None
    """Where the services keep files: what is below /media/. Without it there are none."""
    files_key: FilesKey | None = None
    """Secret that checks links to private files, the same as that of the services which sign them.
    Without it no such link is good. At least 32 characters."""
    read_only: bool = False
    """Refuse everything that changes something, with 503 and a page that says so."""
    reload: bool = False
    """Look for changed templates and static files at each use, and keep no page. To write them."""
    static_overlay: Path | None = None
    """A folder of the operator: its `static/` and `images/` are served at those paths."""

    downloads_url: Address
    content_url: Address | None = None
    """Without it the site has the frame and what it shows of others, and no pages of its own."""
    events_url: Address | None = None
    """Without it there is no calendar of events."""
    jobs_url: Address | None = None
    """Without it there is no job board."""
    sponsors_url: Address | None = None
    """Without it there are no pages of sponsors, and no logos of theirs."""
    identity_url: Address | None = None
    """Without it there are no accounts: everybody is anonymous."""
    backend_timeout: Seconds = 2.0
    backend_connect_timeout: Seconds = 0.5
    backend_concurrency: Annotated[int, Field(ge=1)] = 64
    page_timeout: Seconds = 3.0
    """All that composing one page may take."""
    block_timeout: Seconds = 1.5
    """What a part of a page may take that the page can do without."""

    nats_url: str = "nats://127.0.0.1:4222"
    valkey_url: str | None = None
    """Without it each process has only its own memory."""
    valkey_timeout: Seconds = 0.05
    limits_timeout: Seconds = 0.25
    """How long a form waits to hear how often it was sent. Forms about secrets refuse after it."""
    cache_bytes: Annotated[int, Field(ge=1_000_000)] = 128 * 1024 * 1024
    cache_patience: Seconds = 0.8
    """How long a visitor waits for a page that has a stale copy."""
    cache_unheard: Seconds = 5.0
    """How long a copy counts as fresh while purges cannot be heard."""
    cache_degraded: Seconds = 5.0
    """How long a page with a block missing counts as fresh."""
    cache_missing: Seconds = 10.0
    """How long a 404 of a page function counts as fresh."""

    signing_key: SecretStr | None = None
    """Private Ed25519 JWK whose `iss` is `gateway`, inline or as a path; signs the internal token.
    Without it calls to services are anonymous."""
    form_key: SecretStr | None = None
    """Secret that signs the tokens of forms; the same in all replicas. At least 32 characters."""

    api_limit: Rule = "3600/hour"
    """How often one address may have the API make an answer. Kept ones are not counted."""
    api_limit_key: Rule = "36000/hour"
    """The same for each user who sends a key."""
    api_hosts: Names = ("www.python.org", "python.org")
    """Names by which the API may be called, beside that of `public_url`: links of an answer lead
    to the name that was asked. Any other gets links to `public_url`."""

    trusted_proxies: Networks = ()
    """Whose X-Forwarded-For is believed."""
    operator_sources: Networks = (
        *(ip_network("127.0.0.0/8"), ip_network("::1/128")),
        *(ip_network("10.0.0.0/8"), ip_network("172.16.0.0/12"), ip_network("192.168.0.0/16")),
        ip_network("fc00::/7"),
    )
    """Who may read /metrics, and in /readyz what is away: this machine and private networks."""
    purge_sources: Networks = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    """Who may PURGE an address."""
    purge_limit: str = "300/minute"
    """How often one source may."""
    fastly_api_key: SecretStr | None = None
    fastly_service_id: str | None = None
    fastly_url: Address = "https://api.fastly.com"

    analytics_url: Address | None = None
    """A script that counts visits without cookies, such as Plausible's, at a host of the operator.
    Allows that host in the content security policy."""
    ads_publisher: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] | None = None
    """The site's name at EthicalAds. Shows one line of text and allows its hosts."""
    status_url: Address | None = None
    """A status page in the manner of Statuspage. The footer shows its state, asked of its host by
    the visitor's browser."""

    hsts: bool = True
    """Tell browsers to come by https only, for a year. Off where the site is served by http."""

    @property
    def production(self) -> bool:
        """Whether this process serves the public."""
        return self.environment == "production"

    @property
    def origin(self) -> str:
        """Scheme and host of absolute links, without a slash."""
        return self.public_url.rstrip("/")

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        if self.form_key is not None and len(self.form_key.get_secret_value()) < 32:
            raise ValueError("PYDOTORG_FORM_KEY is shorter than 32 characters")
        if self.production and self.form_key is None:
            raise ValueError("PYDOTORG_FORM_KEY is needed in production")
        return self
