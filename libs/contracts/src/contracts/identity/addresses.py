"""Addresses of people."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.base import said

#: An address as the HTML standard has it, with a dot in its domain.
Email = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
            r"@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
            r"(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$",
            "must be an e-mail address, such as ada@example.org",
        ),
        max_length=254,
    ),
]
