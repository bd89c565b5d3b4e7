"""No tracked file names a folder, a user or a mirror of the machine somebody works on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.workspace import ROOT

#: Home folders of people; the folder this checkout stands in is added by `findings`.
PATTERNS = (
    re.compile(r"(?<![\w.])/(?:home|Users)/[A-Za-z][\w.-]*"),
    re.compile(r"(?<![\w.])/root/[\w.-]+"),
    re.compile(r"\b[A-Z]:\\\\?Users\\", re.IGNORECASE),
)
WAIVER = "machine-path: "
_BINARY = frozenset({".png", ".jpg", ".gif", ".ico", ".woff2", ".gz", ".zip", ".pdf"})


def check() -> Sequence[str]:
    """Return where tracked files name such places."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return findings(
        (path.relative_to(ROOT), path.read_text(encoding="utf-8", errors="replace"))
        for path in files
        if path.suffix not in _BINARY and path.is_file()
    )


def findings(files: Iterable[tuple[Path, str]]) -> list[str]:
    """Return a line for each place named in the texts.

    A line with `WAIVER` and a reason is left: a user inside an image has a home too. The
    checkout's own folder counts too, where it is deep enough to be no ordinary word.
    """
    own = [re.compile(re.escape(str(ROOT)) + r"(?![\w-])")] if len(ROOT.parts) > 2 else []
    return [
        f"{path}:{number}: {match[0]}"
        for path, text in files
        for number, line in enumerate(text.splitlines(), start=1)
        if WAIVER not in line
        for pattern in (*PATTERNS, *own)
        if (match := pattern.search(line))
    ]
