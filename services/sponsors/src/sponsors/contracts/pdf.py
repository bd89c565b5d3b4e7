"""An agreement as PDF, set by typst: no TeX, and no program of the machine."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from sponsors.contracts.agreement import Agreement

MEDIA_TYPE: Final = "application/pdf"
_LAYOUT: Final = Path(__file__).parent / "templates" / "agreement.typ"


async def render(agreement: Agreement, made: datetime) -> bytes:
    """Return an agreement as a tagged PDF that says when it was made."""
    return await asyncio.to_thread(_render, agreement, made)


def _render(agreement: Agreement, made: datetime) -> bytes:
    found = typst.compile(
        _LAYOUT.read_bytes(),
        sys_inputs={"agreement": json.dumps(asdict(agreement))},
        format="pdf",
        timestamp=int(made.timestamp()),
    )
    if not isinstance(found, bytes):
        raise TypeError("a PDF is one file")
    return found
