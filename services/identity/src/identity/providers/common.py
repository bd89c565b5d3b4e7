"""Talking to providers of all kinds: what can go wrong, how long is waited, how much is read."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Protocol

import httpx
import structlog
from pydantic import TypeAdapter, ValidationError

from contracts.identity.addresses import Email
from contracts.identity.social import PROVIDER_AWAY, PROVIDER_GARBAGE, PROVIDER_REFUSED
from identity.providers.declared import Declared
from servicekit.problems import Problem

MOST_BYTES: Final = 256 * 1024
"""Of one answer: no provider has a reason to send more."""
AT_ONCE: Final = 32
"""Sign-ins that wait for one provider; those beyond are told that it is away."""

_EMAIL: Final[TypeAdapter[str]] = TypeAdapter(Email)

log = structlog.get_logger(__name__)


class ProviderRefused(Problem):
    """The provider does not take what the browser brought."""

    status = 400
    title = "Provider Refused"
    type = PROVIDER_REFUSED


class ProviderAway(Problem):
    """The provider does not answer."""

    status = 424
    title = "Provider Away"
    type = PROVIDER_AWAY


class ProviderGarbage(Problem):
    """The provider's answer does not hold."""

    status = 424
    title = "Provider Garbage"
    type = PROVIDER_GARBAGE


class TooMuch(httpx.TransportError):
    """An answer that is larger than any should be, or packed so that its size is not known."""


@dataclass(frozen=True, kw_only=True)
class Going:
    """What is sent along with a browser that goes to a provider.

    `again`: whoever is signed in there already has to prove it once more.
    """

    state: str
    nonce: str
    verifier: str
    back: str
    again: bool


@dataclass(frozen=True, kw_only=True)
class Coming:
    """What a browser brings back, and what was kept of it meanwhile.

    `since` is given where somebody has to have signed in there after it.
    """

    code: str
    nonce: str
    verifier: str
    back: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a provider tells of a person. `email` is in lower case, empty where it is none.

    `proved` is when they last proved there who they are, None where that is not told.
    """

    subject: str
    username: str
    email: str
    email_verified: bool
    proved: datetime | None = None


class Provider(Protocol):
    """A provider that can be talked to. Every method may raise ProviderAway, ProviderGarbage."""

    declared: Declared

    async def start(self, going: Going) -> str:
        """Return the address to send a browser to."""
        ...

    async def check_issuer(self, iss: str) -> None:
        """Raise ProviderRefused where an answer says that it is of somebody else (RFC 9207)."""
        ...

    async def finish(self, coming: Coming) -> Told:
        """Return who came back. Raises ProviderRefused for a code that does not hold."""
        ...


class _CountedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MOST_BYTES:
                raise TooMuch(f"more than {MOST_BYTES} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _CountingTransport(httpx.AsyncHTTPTransport):
    """Stops reading where an answer grows too large; a packed one could grow afterwards."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            await response.aclose()
            raise TooMuch("packed, though nobody asked for it")
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _CountedStream(response.stream)
        return response


@cache
def _certificates() -> ssl.SSLContext:
    """Read once which authorities are trusted: that takes longer than a sign-in."""
    return httpx.create_ssl_context()


class Line:
    """The line to one provider.

    Args:
        declared: The provider.
        patience: Seconds that all calls of one step may take together.
    """

    def __init__(self, declared: Declared, patience: float) -> None:
        self.declared = declared
        self._patience = patience
        self._waiting = 0

    def options(self) -> dict[str, Any]:
        """Return what an httpx client is made with: it goes where it is told, and no further."""
        return {
            "transport": _CountingTransport(verify=_certificates()),
            "timeout": self._patience,
            "follow_redirects": False,
            "trust_env": False,
        }

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[None]:
        """Bound what happens inside, and turn what goes wrong there into a problem."""
        name = self.declared.name
        if self._waiting >= AT_ONCE:
            raise ProviderAway(f"Too many people wait for {name}.")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TooMuch as error:
            raise self.garbage(str(error)) from error
        except (TimeoutError, httpx.HTTPError) as error:
            log.warning("provider.away", provider=self.declared.id, error=repr(error))
            raise ProviderAway(f"{name} does not answer.") from error
        finally:
            self._waiting -= 1

    async def read(self, client: httpx.AsyncClient, address: str, **headers: str) -> Any:  # noqa: ANN401
        """Return the JSON at an address of the provider."""
        response = await client.get(address, headers={"Accept": "application/json", **headers})
        if response.status_code >= 500:
            response.raise_for_status()
        if response.status_code != 200:
            raise self.garbage(f"{response.status_code} at {response.url.path}")
        try:
            return response.json()
        except ValueError as error:
            raise self.garbage(f"no JSON at {response.url.path}") from error

    def garbage(self, why: str) -> ProviderGarbage:
        """Return the problem of an answer that does not hold, and note why."""
        log.warning("provider.garbage", provider=self.declared.id, why=why)
        return ProviderGarbage(f"What {self.declared.name} answered does not hold: {why}.")


def told(
    *,
    subject: str,
    username: object,
    email: object,
    verified: bool,
    proved: datetime | None = None,
) -> Told:
    """Return what was told of a person, without what no row or page can hold."""
    name = username if isinstance(username, str) else ""
    address = email.lower() if isinstance(email, str) else ""
    try:
        _EMAIL.validate_python(address)
    except ValidationError:
        address = ""
    return Told(
        subject=subject,
        username="".join(c for c in name if c.isprintable())[:255],
        email=address,
        email_verified=verified and bool(address),
        proved=proved,
    )
