"""Who uses a contract: the packages whose source names it."""

from __future__ import annotations

import re
from functools import cache

from tools import workspace


def users(name: str) -> list[str]:
    """Return the modules that a change of the class `name` reaches, as `package (file, …)`."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    found: dict[str, list[str]] = {}
    for package, file, text in _sources():
        if word.search(text):
            found.setdefault(package, []).append(file)
    return [f"{package} ({', '.join(files[:3])}{_more(files)})" for package, files in found.items()]


def _more(files: list[str]) -> str:
    return f" and {len(files) - 3} more" if len(files) > 3 else ""


@cache
def _sources() -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (package.module, str(path.relative_to(package.folder)), text)
        for package in workspace.packages()
        if package.module != "contracts"
        for path in sorted((package.folder / "src").rglob("*.py"))
        if "contracts" in (text := path.read_text(encoding="utf-8"))
    )
