"""What the workspace consists of, read from its pyproject files."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from servicekit.service import Service

ROOT = Path(__file__).resolve().parents[1]
#: Programs of the environment that runs this.
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Package:
    """One member of the workspace."""

    folder: Path
    distribution: str
    module: str


@cache
def packages() -> tuple[Package, ...]:
    """Return the members of the uv workspace, by folder."""
    root = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = root["tool"]["uv"]["workspace"]["members"]
    files = sorted({file for p in patterns for file in ROOT.glob(f"{p}/pyproject.toml")})
    return tuple(_package(file) for file in files)


def _package(file: Path) -> Package:
    project = tomllib.loads(file.read_text(encoding="utf-8"))
    return Package(
        folder=file.parent,
        distribution=project["project"]["name"],
        module=project["tool"]["uv"]["build-backend"]["module-name"],
    )


def services() -> Iterator[tuple[Package, Service]]:
    """Yield each service with its description, `<module>.app.service`."""
    for package in packages():
        if package.folder.parent == ROOT / "services":
            yield package, importlib.import_module(f"{package.module}.app").service
