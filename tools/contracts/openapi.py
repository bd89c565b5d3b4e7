"""What a change of an OpenAPI document breaks for its clients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.contracts.schema import removed, within

Document = Mapping[str, Any]

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_PARAMETER = re.compile(r"\{[^}]*\}")


def breaks(old: Document, new: Document) -> list[str]:
    """Return a line for each thing that worked for a client of `old` and does not with `new`."""
    found: list[str] = []
    operations = dict(_operations(new))
    for key, before in _operations(old):
        after = operations.get(key)
        if after is None:
            found.append(f"{key}: the route is gone")
            continue
        lines = [
            *_security(before, after),
            *_parameters(old, new, before, after),
            *_body(old, new, before, after),
            *_responses(old, new, before, after),
        ]
        found += [f"{key}: {line}" for line in lines]
    return found


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield `GET /releases/{}` and its operation; parameters of the path are counted, not named."""
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = {**item[method]}
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
                yield f"{method.upper()} {_PARAMETER.sub('{}', path)}", operation


def _security(before: Document, after: Document) -> Iterator[str]:
    """A caller that may not call any more, or needs more permissions than before."""
    had, needs = (_demands(operation) for operation in (before, after))
    for demand in sorted(needs - had):
        yield f"now requires {demand}"


def _demands(operation: Document) -> set[str]:
    return {
        f"{scheme} {scope}".strip()
        for entry in operation.get("security") or ()
        for scheme, scopes in entry.items()
        for scope in (scopes or [""])
    }


def _parameters(old: Document, new: Document, before: Document, after: Document) -> Iterator[str]:
    had, has = (
        {(p["in"], p["name"]): p for p in operation["parameters"] if p["in"] != "path"}
        for operation in (before, after)
    )
    for (place, name), parameter in had.items():
        now = has.get((place, name))
        if now is None:
            yield f"the {place} parameter {name} is read no more"
            continue
        if now.get("required") and not parameter.get("required"):
            yield f"the {place} parameter {name} is now required"
        for loss in within(old, new, parameter.get("schema", {}), now.get("schema", {})):
            yield f"the {place} parameter {name} refuses {loss.what}"
    for (place, name), now in has.items():
        if (place, name) not in had and now.get("required"):
            yield f"the new {place} parameter {name} is required"


def _body(old: Document, new: Document, before: Document, after: Document) -> Iterator[str]:
    had, has = before.get("requestBody"), after.get("requestBody")
    if has and has.get("required") and not (had and had.get("required")):
        yield "a request body is now required"
    if not had:
        return
    for media, content in had.get("content", {}).items():
        now = (has or {}).get("content", {}).get(media)
        if now is None:
            yield f"a body of {media} is accepted no more"
            continue
        sent, read = content.get("schema", {}), now.get("schema", {})
        for loss in within(old, new, sent, read):
            yield f"the body refuses {loss}"
        refused = {loss.path for loss in within(old, new, sent, read)}
        for loss in removed(old, new, sent, read):
            if loss.path not in refused:
                yield f"the body's {loss.path} is read no more"


def _responses(old: Document, new: Document, before: Document, after: Document) -> Iterator[str]:
    has = after.get("responses", {})
    for status, response in before.get("responses", {}).items():
        if status not in has:
            if status.startswith(("2", "3")):
                yield f"never answers {status} any more"
            continue
        for media, content in (response.get("content") or {}).items():
            now = (has[status].get("content") or {}).get(media)
            if now is None:
                yield f"{status} is no longer answered as {media}"
                continue
            sent, read = now.get("schema", {}), content.get("schema", {})
            gone = removed(old, new, read, sent)
            paths = {loss.path for loss in gone}
            for loss in [*gone, *(x for x in within(new, old, sent, read) if x.path not in paths)]:
                yield f"in the answer {status}, {loss}"
