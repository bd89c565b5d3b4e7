"""The documents themselves, made from the code.

- `libs/contracts/schemas/<context>/<Name>.json`: JSON Schema of what a consumer reads;
- `libs/contracts/schemas/<context>/events/<type>.json`: of an event's payload;
- `services/<context>/openapi.json` and `asyncapi.json`, as the service itself prints them;
- `gateway/openapi.json`: the addresses of the site; `gateway/api-openapi.json`: the public API;
- `gateway/src/gateway/pages/navigation.json`: the tree of menus that the content service begins
  with, for a gateway that starts without it;
- `libs/contracts/baseline/`: what was promised, without the words: see `check`.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

import contracts
from contracts.base import DTO, Input, Page
from contracts.events import EventData
from tools import workspace

SCHEMAS = workspace.ROOT / "libs" / "contracts" / "schemas"
SEEDED_MENU = workspace.ROOT / "services" / "content" / "src" / "content" / "data" / "menu.json"
SHIPPED_MENU = workspace.ROOT / "gateway" / "src" / "gateway" / "pages" / "navigation.json"
BASELINE = workspace.ROOT / "libs" / "contracts" / "baseline"

_WORDS = frozenset({"description", "title", "summary", "examples", "example", "tags", "default"})
_BASES = frozenset({DTO, Input, Page, EventData, BaseModel})


@dataclass(frozen=True)
class Contract:
    """One model that services exchange."""

    model: type[BaseModel]
    kind: str
    name: str
    """Of an event its type with version, else `<context>.<Class>`."""
    file: Path


def models() -> Iterator[Contract]:
    """Yield every contract, by name: all models of the package `contracts` but the bases."""
    found: dict[str, Contract] = {}
    for info in sorted(
        pkgutil.walk_packages(contracts.__path__, "contracts."), key=lambda info: info.name
    ):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, BaseModel)
                and value.__module__ == info.name
                and value not in _BASES
                and (contract := _contract(value))
            ):
                found[contract.name] = contract
    yield from (found[name] for name in sorted(found))


def _contract(model: type[BaseModel]) -> Contract | None:
    context = model.__module__.split(".")[1]
    if issubclass(model, EventData):
        if not hasattr(model, "SUBJECT"):
            return None  # what several events have in common
        name = model.type_name()
        return Contract(model, "event", name, SCHEMAS / context / "events" / f"{name}.json")
    kind = "input" if issubclass(model, Input) else "dto"
    file = SCHEMAS / context / f"{model.__name__}.json"
    return Contract(model, kind, f"{context}.{model.__name__}", file)


def texts() -> dict[Path, str]:
    """Return the content that every document should have."""
    found = {
        contract.file: as_text({"$id": contract.name, **contract.model.model_json_schema()})
        for contract in models()
    }
    found[SHIPPED_MENU] = SEEDED_MENU.read_text(encoding="utf-8")
    for package in workspace.packages():
        if package.folder.parent == workspace.ROOT / "services":
            printed: tuple[str, ...] = ("openapi", "asyncapi")
        elif package.module == "gateway":
            printed = ("openapi", "api-openapi")
        else:
            continue
        for name in printed:
            found[package.folder / f"{name}.json"] = _printed(package.module, name)
    return found


def promises() -> dict[str, dict[str, Any]]:
    """Return what the models promise, in the form that is compared (`promises.Promise`)."""
    return {
        contract.name: {
            "kind": contract.kind,
            **promise(contract.model),
        }
        for contract in models()
    }


def promise(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the producer of a model sends, and what a reader of it takes."""
    sent = model.model_json_schema(mode="serialization", schema_generator=_Sent)
    return {"sent": bare(sent), "read": bare(model.model_json_schema(mode="validation"))}


class _Sent(GenerateJsonSchema):
    """Services send every field, those with a default too."""

    def field_is_required(self, *_arguments: object, **_options: object) -> bool:
        return True


def bare(value: Any, *, names: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema without what only people read; `names` where keys are names of fields."""
    if isinstance(value, Mapping):
        return {
            key: bare(part, names=key in {"properties", "$defs", "schemas", "paths", "responses"})
            for key, part in value.items()
            if names or key not in _WORDS
        }
    return [bare(part) for part in value] if isinstance(value, list) else value


def as_text(value: object) -> str:
    """Return JSON as it is committed."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _printed(module: str, document: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, document],
        cwd=workspace.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"python -m {module} {document} failed:\n{done.stderr}")
    return as_text(json.loads(done.stdout))
