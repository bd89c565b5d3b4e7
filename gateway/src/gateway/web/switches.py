"""Which features are there for a visitor: switches, as the services that own them say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from contracts.sponsors.dto import APPLICATIONS_OPEN
from contracts.switches import Switch, SwitchMode
from gateway.backends.errors import BackendUnavailable

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor
    from gateway.backends import Backends

type Ask = Callable[[], Awaitable[list[Switch]]]

#: Which service has a switch.
OWNERS: Final[Mapping[str, str]] = {
    "psf_membership": "identity",
    APPLICATIONS_OPEN: "sponsors",
}


def asking(backends: Backends, service: str) -> Ask:
    """Return what asks a service for its switches. Raises BackendUnavailable where it is none."""
    if service == "identity" and backends.identity is not None:
        return backends.identity.switches
    if service == "sponsors" and backends.sponsors is not None:
        return backends.sponsors.switches
    raise BackendUnavailable(service, "is not part of this site")


def is_on(switch: Switch, visitor: Visitor) -> bool:
    """Tell whether a feature is there for a visitor."""
    if switch.mode is SwitchMode.EVERYONE:
        return True
    if switch.mode is SwitchMode.OFF or visitor.anonymous:
        return False
    if visitor.superuser:
        return True
    if switch.mode is SwitchMode.STAFF:
        return visitor.staff
    named = {name.lower() for name in switch.users}
    return visitor.username.lower() in named or not visitor.groups.isdisjoint(switch.groups)
