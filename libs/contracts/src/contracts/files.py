"""Files that are sent inside of a body."""

from __future__ import annotations

from typing import Annotated

from pydantic import Base64Bytes, Field, StringConstraints

from contracts.base import Input, Line

#: Characters of a file in base64: 10 MB of bytes.
MOST_ENCODED = 14_000_000


class Upload(Input):
    """One file: its name as the sender calls it, and its bytes in base64."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    data: Annotated[Base64Bytes, Field(description="In base64; at most 10 MB of bytes")]
