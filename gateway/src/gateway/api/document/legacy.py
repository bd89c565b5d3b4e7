"""The APIs of old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from gateway.api.document.parts import EVERYWHERE, JSON, Part, answer, ref
from gateway.api.legacy.declaration import Field, Kind
from gateway.api.v1.schema import list_methods

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Resource

V1_TAG: Final = "API v1 (as before)"
V2_TAG: Final = "API v2 (as before)"
SCHEMES: Final = {
    "apikey": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`ApiKey <user>:<key>`, in the first API",
    },
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token <key>`, in the second API at the addresses of old",
    },
}
_OTHER_FORMS: Final = ("application/xml", "text/yaml", "application/x-plist")
_TYPES: Final[Mapping[Kind, dict[str, Any]]] = {
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.INTEGER: {"type": "integer"},
    Kind.CHOICE: {"type": "integer"},
    Kind.RELATION: {"type": ["string", "null"]},
}
_ID: Final = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
_TEXT: Final = {"type": "string"}
_ERROR: Final = {"type": "object", "description": "Messages, by field where they are about one"}


def describe(resources: Sequence[Resource]) -> Part:
    """Describe what both APIs offer."""
    part = Part(schemas={"LegacyError": _ERROR})
    roots = {"type": "object", "additionalProperties": True}
    part.paths["/api/v1/"] = {"get": _root("v1", V1_TAG, roots)}
    part.paths["/api/v2/"] = {"get": _root("v2", V2_TAG, roots)}
    for resource in resources:
        _describe_first(resource, part)
        _describe_second(resource, part)
    return part


def _root(version: str, tag: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operationId": f"{version}_root",
        "tags": [tag],
        "summary": "List the resources",
        "responses": {
            "200": answer("Names and addresses", schema, *_others(version)),
            "304": answer("As you have it"),
            **_refusals(version, "400", "401", "406"),
        },
    }


# --- the first API ---


def _describe_first(resource: Resource, part: Part) -> None:
    name = f"V1{resource.model}"
    part.schemas[name] = _row(resource)
    part.schemas[f"{name}Sent"] = _sent(resource)
    listed = {
        "type": "object",
        "required": ["meta", "objects"],
        "properties": {
            "meta": {"type": "object"},
            "objects": {"type": "array", "items": ref(name)},
        },
    }
    several = {"type": "object", "required": ["objects"]}
    base, make = f"/api/v1/{resource.name}/", _Maker("v1", V1_TAG, resource)
    part.paths[base] = {
        "get": make.get("list", listed, _query(resource, "v1"), "400"),
        "post": make.write("create", "add", "201", name),
    }
    if "delete" in list_methods(resource):
        which = [{**_parameter(resource.bulk, "Its id"), "required": True}]
        part.paths[base]["delete"] = make.write("delete_all", "delete", "204", "", which)
    part.paths[f"{base}{{id}}/"] = {
        "get": make.get("get", ref(name), [_ID], "404"),
        "delete": make.write("delete", "delete", "204", "", [_ID], "404"),
    }
    part.paths[f"{base}schema/"] = {"get": make.get("schema", {"type": "object"}, [])}
    ids = {"name": "ids", "in": "path", "required": True, "schema": _TEXT}
    ids["description"] = "Ids with semicolons between"
    part.paths[f"{base}set/{{ids}}/"] = {"get": make.get("set", several, [ids], "404")}


# --- the second API ---


def _describe_second(resource: Resource, part: Part) -> None:
    name = f"V2{resource.model}"
    part.schemas[name] = _row(resource)
    base, make = f"/api/v2/{resource.name}/", _Maker("v2", V2_TAG, resource)
    listed = {"type": "array", "items": ref(name)}
    part.paths[base] = {"get": make.get("list", listed, _query(resource, "v2"), "400", "404")}
    part.paths[f"{base}{{id}}/"] = {"get": make.get("get", ref(name), [_ID], "404")}
    if not resource.changeable:
        return
    part.schemas[f"{name}Sent"] = _sent(resource)
    part.paths[base]["post"] = make.write("create", "add", "201", name)
    part.paths[f"{base}{{id}}/"] |= {
        "put": make.write("replace", "change", "200", name, [_ID], "404"),
        "patch": make.write("update", "change", "200", name, [_ID], "404"),
        "delete": make.write("delete", "delete", "204", "", [_ID], "404"),
    }
    if resource.bulk:
        which = [{**_parameter(resource.bulk, "Its id"), "required": True}]
        path = f"{base}delete_by_{resource.bulk}/"
        part.paths[path] = {"delete": make.write("delete_all", "delete", "204", "", which)}


class _Maker:
    """Makes the operations of one resource."""

    def __init__(self, version: str, tag: str, resource: Resource) -> None:
        self._version = version
        self._tag = tag
        self._resource = resource

    def get(
        self,
        verb: str,
        schema: Mapping[str, Any],
        parameters: Sequence[Mapping[str, Any]],
        *refusals: str,
    ) -> dict[str, Any]:
        """Describe a read."""
        return {
            **self._head(verb, "Anybody may."),
            "parameters": list(parameters),
            "responses": {
                "200": answer(self._summary(verb), schema, *_others(self._version)),
                "304": answer("As you have it"),
                **_refusals(self._version, "401", "406", *refusals),
            },
        }

    def write(
        self,
        verb: str,
        right: str,
        status: str,
        name: str,
        parameters: Sequence[Mapping[str, Any]] = (),
        *refusals: str,
    ) -> dict[str, Any]:
        """Describe a write; `name` is that of the schema, empty where nothing is sent."""
        permission = self._resource.permission(right)
        # As the API before: a tool that begins anew need not know whether there was something.
        unknown = f" Of a {self._resource.bulk} that is not there nothing is deleted: 204, too."
        more = unknown if verb == "delete_all" else ""
        schema = ref(name) if name and self._version == "v2" else None
        told = {
            **self._head(verb, f"Needs the permission `{permission}`.{more}"),
            "parameters": list(parameters),
            "responses": {
                status: answer("Done", schema),
                **_refusals(self._version, "400", "401", "403", "413", "415", *refusals),
            },
            "security": [{"token" if self._version == "v2" else "apikey": []}],
        }
        if name:
            sent = {"schema": ref(f"{name}Sent")}
            told["requestBody"] = {
                "required": True,
                "content": {JSON: sent},
            }
        return told

    def _head(self, verb: str, text: str) -> dict[str, Any]:
        return {
            "operationId": f"{self._version}_{verb}_{self._resource.last}",
            "tags": [self._tag],
            "summary": self._summary(verb),
            "description": text,
        }

    def _summary(self, verb: str) -> str:
        what = self._resource.verbose.lower()
        return {
            "list": f"List: {what}",
            "get": f"Read one: {what}",
            "set": f"Read several: {what}",
            "schema": f"Read the schema: {what}",
            "create": f"Make: {what}",
            "replace": f"Replace: {what}",
            "update": f"Change fields: {what}",
            "delete": f"Delete: {what}",
            "delete_all": f"Delete all of one {self._resource.bulk}: {what}",
        }[verb]


def _others(version: str) -> tuple[str, ...]:
    return tuple(f"{form}; charset=utf-8" for form in _OTHER_FORMS) if version == "v1" else ()


def _refusals(version: str, *statuses: str) -> dict[str, Any]:
    texts = {
        "400": "Something that was sent cannot be used",
        "401": "A key is needed, or does not hold",
        "403": "The key lacks the permission",
        "404": "There is no such row, or no such format",
        "406": "Only JSON is written",
        "413": "Too large",
        "415": "It is not JSON",
        "429": "Asked too often; Retry-After says when to ask again",
        "503": "A service is away; Retry-After says when to ask again",
    }
    # What is asked without sense is refused as a page; the first API refuses without a word.
    forms = ("text/html", *(_others("v1") if version == "v1" else ()))
    wanted = {*statuses, "400", "404", "429", "503"} - (
        {"406", "403"} if version == "v1" else set()
    )
    found = {status: answer(texts[status], ref("LegacyError"), *forms) for status in sorted(wanted)}
    return {**found, **EVERYWHERE}


def _query(resource: Resource, version: str) -> list[dict[str, Any]]:
    found = [
        _parameter(item.name, f"Compared with {item.field}: {item.lookup}")
        for item in resource.filters
        if getattr(item, version)
    ]
    if version == "v1":
        found += [
            _parameter("limit", "Rows, 20 unless told; 0: up to 1000"),
            _parameter("offset", "Rows left out in front"),
            _parameter("format", "json, xml, yaml or plist"),
        ]
    return found


def _parameter(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": _TEXT, "description": text}


def _row(resource: Resource) -> dict[str, Any]:
    properties = {field.name: _type(field) for field in resource.fields}
    return {"type": "object", "required": list(properties), "properties": properties}


def _sent(resource: Resource) -> dict[str, Any]:
    # What is taken is wider: numbers and flags may be sent as text, as programs do.
    properties = {field.name: {"description": field.label} for field in resource.writable}
    return {"type": "object", "properties": properties}


def _type(field: Field) -> dict[str, Any]:
    told = dict(_TYPES.get(field.kind, _TEXT))
    if field.kind is Kind.RELATION and not field.null:
        told = dict(_TEXT)
    return {**told, **({"description": field.help} if field.help else {})}
