"""Documents are as the code makes them, and nothing that was promised is broken.

The promise is `libs/contracts/baseline/`: what the models and OpenAPI documents said when they
were last written, without descriptions. `python -m tools.contracts write` adds to it what breaks
nobody and refuses the rest; `accept` takes a break on purpose and writes down why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import workspace
from tools.contracts import consumers, documents, openapi, promises

HOW = (
    "  Keep what is there and add an optional field beside it, or add a new version of the event "
    "(VERSION = 2)\n  or a new route; see docs/development.md, 'Changing a contract'."
)


@dataclass(frozen=True)
class State:
    """What the code makes now."""

    texts: Mapping[Path, str]
    baseline: Mapping[Path, Any]


def current() -> State:
    """Make all documents from the code."""
    texts = documents.texts()
    baseline: dict[Path, Any] = {documents.BASELINE / "models.json": documents.promises()}
    for path, text in texts.items():
        if path.name.endswith("openapi.json"):
            file = documents.BASELINE / f"{path.parent.name}.{path.name}"
            baseline[file] = documents.bare(json.loads(text))
    return State(texts, baseline)


def check() -> Sequence[str]:
    """Return what is out of date and what would break."""
    state = current()
    found = broken(state)
    stale = outdated(state)
    if stale:
        found.append("out of date, run `make contracts`: " + ", ".join(map(_shown, stale)))
    return found


def broken(state: State) -> list[str]:
    """Return each break as text: what changed, and who reads it."""
    found: list[str] = []
    for path, now in state.baseline.items():
        before = _read(path)
        if before is None:
            continue
        if path.name == "models.json":
            classes = {contract.name: contract.model.__name__ for contract in documents.models()}
            for name, lines in promises.breaks(before, now).items():
                found.append(_told(name, lines, classes.get(name) or name.rpartition(".")[2]))
        else:
            found += [
                f"{path.name.partition('.')[0]} {line}" for line in openapi.breaks(before, now)
            ]
    for path in _files(documents.BASELINE, "*openapi.json") - set(state.baseline):
        found.append(f"{path.name.partition('.')[0]}: the whole API is gone")
    return [*found, HOW] if found else []


def outdated(state: State) -> list[Path]:
    """Return the files that are not as the code makes them, or that nothing makes any more."""
    wanted = {**state.texts, **{p: documents.as_text(v) for p, v in state.baseline.items()}}
    stale = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return sorted([*stale, *(_existing() - set(wanted))])


def write(state: State) -> list[Path]:
    """Write the documents and the baseline; return the files that changed."""
    stale = outdated(state)
    wanted = {**state.texts, **{p: documents.as_text(v) for p, v in state.baseline.items()}}
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return stale


def _existing() -> set[Path]:
    return _files(documents.SCHEMAS, "**/*.json") | _files(documents.BASELINE, "*.json")


def _files(folder: Path, pattern: str) -> set[Path]:
    return set(folder.glob(pattern))


def _read(path: Path) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _told(name: str, lines: Sequence[str], class_name: str) -> str:
    users = consumers.users(class_name)
    who = f"  breaks {'; '.join(users)}" if users else "  no code here uses it; others may"
    return "\n".join([f"{name}:", *(f"  {line}" for line in lines), who])


def _shown(path: Path) -> str:
    return str(path.relative_to(workspace.ROOT))
