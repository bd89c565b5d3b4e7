"""Feature switches: rows of the service that owns the feature, obeyed by whoever shows it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from contracts.base import DTO
from contracts.events import EventData


class SwitchMode(StrEnum):
    """For whom a feature is there. Superusers see what testers see; `off` holds for everybody."""

    EVERYONE = "everyone"
    STAFF = "staff"
    TESTERS = "testers"
    OFF = "off"


class Switch(DTO):
    """The state of one switch. `groups` and `users` are names, and who the testers are."""

    name: str
    mode: SwitchMode
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


class SwitchRef(EventData):
    """That a switch changed. Who the testers are is no business of whoever hears it."""

    AGGREGATE: ClassVar[str] = "switch"

    name: str
    mode: SwitchMode
