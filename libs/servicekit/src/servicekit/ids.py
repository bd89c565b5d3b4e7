"""Ids that sort by the time they were made (UUIDv7, RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """Return a UUIDv7; ids made by one process grow strictly.

    48 bits of milliseconds, 12 bits that carry the fraction of the millisecond (RFC 9562
    section 6.2, method 3), 62 random bits. PostgreSQL's own uuidv7() has the same layout, so
    both sort together.
    """
    global _last  # noqa: PLW0603 - the order of ids is a property of the process
    with _lock:
        # Units of 2**-12 ms: the 60 bits in front, without version and variant.
        stamp = max((time.time_ns() << 12) // 1_000_000, _last + 1)
        _last = stamp
    number = (stamp >> 12) << 80
    number |= 0x7 << 76 | (stamp & 0xFFF) << 64
    number |= 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=number)
