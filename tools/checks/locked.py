"""uv.lock fits the pyproject files, and sends nobody to another host than the public index."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools import bootstrap

HOSTS = frozenset({"pypi.org", "files.pythonhosted.org"})
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^/\"\s@]*@)?([^/\"\s:]*)", re.IGNORECASE)


def check() -> Sequence[str]:
    """Return what is wrong with uv.lock."""
    lock = bootstrap.ROOT / "uv.lock"
    return [*foreign_hosts(lock.read_text(encoding="utf-8")), *_stale()]


def foreign_hosts(text: str) -> list[str]:
    """Return a line for each address in `text` that is not on a host of the public index.

    A mirror or a path in the lock file works on one machine and fails on all others.
    """
    return [
        f"uv.lock:{number}: {host or 'a file'} is not the public index ({', '.join(sorted(HOSTS))})"
        for number, line in enumerate(text.splitlines(), start=1)
        for host in _ADDRESS.findall(line)
        if host.lower() not in HOSTS
    ]


def _stale() -> list[str]:
    uv: Path | None = bootstrap.find_uv()
    if uv is None:
        return ["no uv to check the lock file with: run make install"]
    done = subprocess.run(
        [uv, "lock", "--check", "--offline"],
        cwd=bootstrap.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if done.returncode == 0 else [f"uv lock --check: {done.stderr.strip()}"]
