"""What staff say of a calendar elsewhere. Nobody else knows of sources, so it is no contract."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.base import Input, Line, said
from contracts.events.dto import EventKind
from contracts.events.inputs import Id, Zone


class SourceInput(Input):
    """A calendar elsewhere to follow."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    calendar_id: Id
    url: Annotated[
        str,
        StringConstraints(
            pattern=said(
                r"^(https?|webcal)://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!#-;=?-\[\]_a-z~]*)?$",
                "must be the address of a calendar, https://… or webcal://…",
            ),
            max_length=500,
        ),
    ]
    active: bool = True
    kind: EventKind = EventKind.OTHER
    zone: Zone = "UTC"
