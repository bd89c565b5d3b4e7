"""Does every value that one JSON Schema describes fit a reader of another?

Covers what Pydantic and Litestar write: types, enums, objects, arrays, unions, references and
limits. What it does not know it treats as it stands: the same keyword with another value is a
finding, so that nothing passes because it was not understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]

_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_EXACT = ("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding")
_TYPE_OF = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_ALL_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


@dataclass(frozen=True)
class Loss:
    """A value the producer may send and the reader does not take. `path` is `a.b[]`."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path or '(whole)'}: {self.what}"


@dataclass(frozen=True)
class _Side:
    """One of the two documents; references are looked up in its root."""

    root: Schema

    def resolve(self, schema: Schema | bool) -> Schema:
        if schema is True:
            return {}
        if schema is False:
            return {"not": {}}
        while isinstance(reference := schema.get("$ref"), str):
            target: Any = self.root
            for part in reference.removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            schema = {**target, **{key: schema[key] for key in schema if key != "$ref"}}
        for part in schema.get("allOf", ()):
            schema = _merged({k: v for k, v in schema.items() if k != "allOf"}, self.resolve(part))
        return schema


def _merged(one: Schema, other: Schema) -> Schema:
    both = {**other, **one}
    if "properties" in one and "properties" in other:
        both["properties"] = {**other["properties"], **one["properties"]}
    if "required" in one and "required" in other:
        both["required"] = sorted({*one["required"], *other["required"]})
    return both


@dataclass
class _Comparison:
    producer: _Side
    reader: _Side
    seen: set[tuple[str, str]] = field(default_factory=set)

    def losses(self, sent: Schema | bool, read: Schema | bool, path: str) -> Iterator[Loss]:
        if isinstance(sent, Mapping) and isinstance(read, Mapping):
            pair = (str(sent.get("$ref")), str(read.get("$ref")))
            if "None" not in pair:
                if pair in self.seen:  # a type that contains itself, or is used again
                    return
                self.seen.add(pair)
        sent, read = self.producer.resolve(sent), self.reader.resolve(read)
        if alternatives := _alternatives(sent):
            for alternative in alternatives:
                yield from self.losses(alternative, read, path)
        elif alternatives := _alternatives(read):
            yield from self._one_of(sent, alternatives, path)
        else:
            yield from self._values(sent, read, path)

    def _one_of(self, sent: Schema, alternatives: Sequence[Schema], path: str) -> Iterator[Loss]:
        """Yield the losses towards the alternative that takes most."""
        best: list[Loss] | None = None
        for alternative in alternatives:
            trial = _Comparison(self.producer, self.reader, set(self.seen))
            found = list(trial.losses(sent, alternative, path))
            if not found:
                self.seen |= trial.seen
                return
            same_type = _types(sent) & _types(self.reader.resolve(alternative))
            if best is None or (same_type and len(found) < len(best)):
                best = found
        yield from best or ()

    def _values(self, sent: Schema, read: Schema, path: str) -> Iterator[Loss]:
        if foreign := _types(sent) - _readable(_types(read)):
            yield Loss(path, f"{_named(foreign)} where {_named(_types(read))} is read")
            return
        known, possible = _enum(read), _enum(sent)
        if known is not None and possible is None:
            yield Loss(path, f"any value where only {_listed(known)} are known")
        elif known is not None and (new := [v for v in possible or () if v not in known]):
            yield Loss(path, f"{_listed(new)}, unknown to a reader of {_listed(known)}")
        if possible is None:
            yield from _limits(sent, read, path)
        if "object" in _types(sent):
            yield from self._objects(sent, read, path)
        if "array" in _types(sent):
            yield from self._arrays(sent, read, path)

    def _objects(self, sent: Schema, read: Schema, path: str) -> Iterator[Loss]:
        given, wanted = sent.get("properties", {}), read.get("properties", {})
        always = set(sent.get("required", ()))
        for name in sorted(set(read.get("required", ())) - always):
            how = "not always there" if name in given else "not there"
            yield Loss(_join(path, name), f"{how}, and required")
        others = read.get("additionalProperties", True)
        for name, schema in given.items():
            if name in wanted:
                yield from self.losses(schema, wanted[name], _join(path, name))
            elif others is False:
                yield Loss(_join(path, name), "not accepted")
            elif others is not True:
                yield from self.losses(schema, others, _join(path, name))
        rest = sent.get("additionalProperties")
        if isinstance(rest, Mapping) and isinstance(others, Mapping):
            yield from self.losses(rest, others, _join(path, "*"))

    def _arrays(self, sent: Schema, read: Schema, path: str) -> Iterator[Loss]:
        ahead, expected = sent.get("prefixItems", []), read.get("prefixItems", [])
        if len(ahead) != len(expected):
            yield Loss(path, f"{len(ahead)} places where {len(expected)} are read")
        for index, (one, other) in enumerate(zip(ahead, expected, strict=False)):
            yield from self.losses(one, other, f"{path}[{index}]")
        if "items" in read and sent.get("items", True) is not False:
            yield from self.losses(sent.get("items", {}), read["items"], f"{path}[]")


def losses(producer: Schema, reader: Schema) -> list[Loss]:
    """Return what a producer of the one schema may send that a reader of the other refuses.

    A reader is lenient as ours are: unknown fields are no loss unless the schema forbids them.
    References are looked up within each schema.
    """
    return within(producer, reader, producer, reader)


def within(
    producer_root: Schema, reader_root: Schema, sent: Schema | bool, read: Schema | bool
) -> list[Loss]:
    """Return the same for two schemas that stand within larger documents."""
    comparison = _Comparison(_Side(producer_root), _Side(reader_root))
    return list(dict.fromkeys(comparison.losses(sent, read, "")))


def removed(old_root: Schema, new_root: Schema, old: Schema, new: Schema) -> list[Loss]:
    """Return the fields that the old schema has and the new one has not, however optional.

    A reader that can do without the field still shows less than before.
    """
    return list(_removed(_Side(old_root), _Side(new_root), old, new, "", set()))


def _removed(  # noqa: PLR0913, PLR0917 - two documents, two places in them
    before: _Side, after: _Side, old: Schema | bool, new: Schema | bool, path: str, seen: set[str]
) -> Iterator[Loss]:
    if isinstance(old, Mapping) and (reference := old.get("$ref")):
        if reference in seen:
            return
        seen.add(reference)
    old, new = before.resolve(old), after.resolve(new)
    olds = [before.resolve(part) for part in _alternatives(old) or [old]]
    news = [after.resolve(part) for part in _alternatives(new) or [new]]
    fields = {name: part for schema in news for name, part in schema.get("properties", {}).items()}
    open_ended = any("object" in _types(s) and "properties" not in s for s in news)
    for schema in olds:
        for name, part in schema.get("properties", {}).items():
            if name in fields:
                yield from _removed(before, after, part, fields[name], _join(path, name), seen)
            elif not open_ended:
                yield Loss(_join(path, name), "removed")
        for other in news:
            if "items" in schema and "items" in other:
                yield from _removed(
                    before, after, schema["items"], other["items"], f"{path}[]", seen
                )


def _alternatives(schema: Schema) -> list[Schema]:
    found = schema.get("anyOf") or schema.get("oneOf") or []
    kinds = schema.get("type")
    if not found and isinstance(kinds, list):
        found = [{**schema, "type": kind} for kind in kinds]
    return list(found)


def _types(schema: Schema) -> frozenset[str]:
    if isinstance(kind := schema.get("type"), str):
        return frozenset({kind})
    if (values := _enum(schema)) is not None:
        return frozenset(_TYPE_OF.get(type(value), "object") for value in values)
    if "properties" in schema:
        return frozenset({"object"})
    return frozenset() if "not" in schema else _ALL_TYPES


def _readable(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _enum(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return None if values is None else list(values)


def _limits(sent: Schema, read: Schema, path: str) -> Iterator[Loss]:
    for names, too_far in ((_UPPER, float.__gt__), (_LOWER, float.__lt__)):
        for name in names:
            if name in read and (name not in sent or too_far(float(sent[name]), float(read[name]))):
                yield Loss(path, f"{name} {sent.get(name, 'none')} where {read[name]} is read")
    for name in _EXACT:
        if name in read and sent.get(name) != read[name]:
            yield Loss(path, f"{name} {sent.get(name, 'none')} where {read[name]} is read")


def _named(types: frozenset[str]) -> str:
    return "anything" if types == _ALL_TYPES else " or ".join(sorted(types)) or "nothing"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(repr, values))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
