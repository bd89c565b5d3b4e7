"""How an answer is written: JSON, XML, YAML or a property list, as the caller likes best."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import yaml  # type: ignore[import-untyped]

from gateway.api.wire import JSON

if TYPE_CHECKING:
    from gateway.api.wire import Ask

#: In the order of preference where a caller likes several equally.
_TYPES: Final[Mapping[str, str]] = {
    "json": JSON,
    "xml": "application/xml",
    "yaml": "text/yaml",
    "plist": "application/x-plist",
}
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")


class BadAccept(Exception):
    """The Accept header is no list of media types."""


class Row(dict[str, Any]):
    """The fields of one row. XML marks it otherwise than any other mapping."""


def choose(ask: Ask) -> str:
    """Return the format of the answer: `format` of the query where it is one, else by Accept.

    Raises BadAccept.
    """
    wanted = ask.param("format")
    if wanted in _TYPES:
        return str(wanted)
    accept = ask.header("accept")
    return "json" if accept is None or accept == "*/*" else _best(accept)


def _best(accept: str) -> str:
    """Return what an Accept header likes best; JSON where it likes nothing of what there is."""
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    best, chosen = (0.0, -1), "json"
    for name in reversed(tuple(_TYPES)):
        kind, _, sub = _TYPES[name].partition("/")
        fits = [
            (100 * (wanted == kind) + 10 * (detail == sub), quality)
            for wanted, detail, quality in ranges
            if wanted in {kind, "*"} and detail in {sub, "*"}
        ]
        if fits:
            fitness, quality = max(fits, key=lambda fit: fit[0])
            if quality > 0 and (quality, fitness) >= best:
                best, chosen = (quality, fitness), name
    return chosen


def _range(text: str) -> tuple[str, str, float]:
    media, *parameters = (part.strip() for part in text.split(";"))
    kind, slash, sub = ("*/*" if media == "*" else media).partition("/")
    if not slash or "/" in sub:
        raise BadAccept
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 1.0
    return kind.strip(), sub.strip(), quality if 0 <= quality <= 1 else 1.0


def dump(value: Mapping[str, Any], form: str) -> tuple[bytes, str]:
    """Return a body and its content type. What XML has no name for is written as JSON."""
    if form == "xml" and not _has_names(value):
        form = "json"
    match form:
        case "xml":
            root = "object" if isinstance(value, Row) else "response"
            text = "<?xml version='1.0' encoding='utf-8'?>\n" + _element(value, root, top=True)
            body = text.encode()
        case "yaml":
            body = yaml.safe_dump(_plain(value)).encode()
        case "plist":
            body = plistlib.dumps(_plain(value), fmt=plistlib.FMT_BINARY)
        case _:
            return json.dumps(value, sort_keys=True, ensure_ascii=False).encode(), JSON
    return body, f"{_TYPES[form]}; charset=utf-8"


def _has_names(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_NAME.fullmatch(str(k)) and _has_names(v) for k, v in value.items())
    return not isinstance(value, list | tuple) or all(_has_names(item) for item in value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _element(value: Any, name: str, *, top: bool = False) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        inside = "".join(_element(part, key) for key, part in sorted(value.items()))
        kind = "" if top or isinstance(value, Row) else ' type="hash"'
        return _tag(name, kind, inside)
    if isinstance(value, list | tuple):
        inside = "".join(
            _element(part, "object" if isinstance(part, Mapping) else "value") for part in value
        )
        return _tag(name, ' type="list"', inside)
    match value:
        case None:
            return _tag(name, ' type="null"', "")
        case bool():
            return _tag(name, ' type="boolean"', str(value))
        case int():
            return _tag(name, ' type="integer"', str(value))
        case _:
            return _tag(name, "", escape(str(value)))


def _tag(name: str, attributes: str, inside: str) -> str:
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"
