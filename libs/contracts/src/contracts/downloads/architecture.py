"""What processors a file is for. Nobody writes it down; the names of files tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Architecture(StrEnum):
    """Kinds of processors, by the names that most people search for."""

    AMD64 = "amd64"
    ARM64 = "arm64"
    X86 = "x86"
    UNIVERSAL = "universal"
    """One file for all Macs of its time."""


#: How addresses of files tell it; the first that is found counts. The patterns mean the same to
#: Python and to PostgreSQL.
ARCHITECTURES: Final[Mapping[Architecture, str]] = {
    Architecture.ARM64: r"(arm64|aarch64)",
    Architecture.AMD64: r"([-.]amd64|x86_64)",
    Architecture.UNIVERSAL: r"(macos11|macosx?10\.[0-9]+)[^/]*\.(pkg|dmg)$",
    Architecture.X86: r"(win32\.zip|/python-[0-9.]+((a|b|rc)[0-9]+)?(-webinstall)?\.(exe|msi))$",
}


def architecture_of(url: str) -> Architecture | None:
    """Return what the file at an address is for, None where it is for any, or does not say."""
    return next((name for name, text in ARCHITECTURES.items() if re.search(text, url)), None)
