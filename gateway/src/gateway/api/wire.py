"""What a request and an answer of the API are, whatever the dialect."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.auth.visitor import NOBODY

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor

JSON = "application/json"
#: Methods that change nothing.
READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request.

    Attributes:
        path: Decoded, with its final slash.
        raw_path: As it was sent, for redirects.
        query: Names and values in order, decoded.
        raw_query: As it was sent.
        headers: By lower-case name; of several the last.
        origin: Scheme and host by which the caller knows the site, for absolute links.
        read: Gives the body.
    """

    method: str
    path: str
    raw_path: str
    query: tuple[tuple[str, str], ...]
    raw_query: str
    headers: Mapping[bytes, bytes]
    origin: str
    read: Callable[[], Awaitable[bytes]]

    def header(self, name: str) -> str | None:
        """Return a header, None where there is none."""
        value = self.headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")

    def param(self, name: str) -> str | None:
        """Return a query parameter; of several the last counts, as it always did here."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    @property
    def params(self) -> dict[str, str]:
        """Every query parameter, of several the last, in the order of their first mention."""
        return dict(self.query)

    @property
    def reads(self) -> bool:
        """Whether it asks for a representation."""
        return self.method in {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, before it is kept and compressed.

    Attributes:
        keys: Surrogate keys of what it was made of.
        fresh: Seconds for which it may be kept without asking again; None: as others are.
    """

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    fresh: float | None = None


def parse(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return what a body of JSON holds.

    Raises ValueError, too for what is nested too deeply and for halves of characters, which
    nothing could be stored or answered with.
    """
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if b"\\ud" in body.lower():
        json.dumps(found, ensure_ascii=False).encode()
    return found


class Refused(Exception):
    """The answer is no. Raised from anywhere within a dialect."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Elsewhere(Exception):
    """The resource is at another spelling of the address."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        name: By whom calls are counted.
        known: A key was given and holds.
    """

    name: str
    visitor: Visitor = NOBODY

    @property
    def known(self) -> bool:
        """Whether somebody is known behind the call."""
        return self.visitor.id != 0

    def may(self, permission: str) -> bool:
        """Tell whether the caller holds a permission."""
        return self.visitor.may(permission)
