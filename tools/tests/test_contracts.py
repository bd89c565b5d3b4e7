"""What counts as a break, in both directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, create_model
from tools.contracts import check, documents, openapi, promises
from tools.contracts.schema import losses

TEXT = {"type": "string"}


def thing(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (TEXT, TEXT),
        ({"type": "integer"}, {"type": "number"}),
        (TEXT, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"const": 3}, {"enum": [1, 3], "type": "integer"}),
        ({"enum": ["a"], "type": "string"}, TEXT),
        ({"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 9}),
        ({"type": "string", "pattern": "^a$"}, TEXT),
        (thing("a b", a=TEXT, b=TEXT), thing("a", a=TEXT)),
        (thing("a", a=TEXT), thing("a", a=TEXT, b=TEXT)),
        (
            {"type": "array", "items": {"enum": [1]}},
            {"type": "array", "items": {"type": "integer"}},
        ),
        (TEXT, {}),
        (TEXT, True),
        ({"allOf": [thing("a", a=TEXT), thing("b", b=TEXT)]}, thing("a b", a=TEXT, b=TEXT)),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            {"type": "object", "additionalProperties": {"type": "number"}},
        ),
        ({"type": ["string", "null"]}, {"oneOf": [{"type": "null"}, TEXT]}),
    ],
)
def test_a_reader_takes_it(sent: Any, read: Any) -> None:
    assert losses(sent, read) == []


@pytest.mark.parametrize(
    ("sent", "read", "told"),
    [
        ({"type": "number"}, {"type": "integer"}, "number where integer is read"),
        ({"anyOf": [TEXT, {"type": "null"}]}, TEXT, "null where string is read"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "'b', unknown to a reader of 'a'"),
        (TEXT, {"enum": ["a"]}, "any value where only 'a' are known"),
        (TEXT, {"type": "string", "maxLength": 9}, "maxLength none where 9 is read"),
        ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}, "minimum 0 where 1"),
        (TEXT, {"type": "string", "format": "date"}, "format none where date is read"),
        (thing("", a=TEXT), thing("a", a=TEXT), "a: not always there, and required"),
        (thing(), thing("a", a=TEXT), "a: not there, and required"),
        (
            thing("", a=TEXT, b=TEXT),
            {**thing("", a=TEXT), "additionalProperties": False},
            "b: not accepted",
        ),
        (
            {"type": "array", "items": thing("", a=TEXT)},
            {"type": "array", "items": thing("", a={"type": "integer"})},
            "[].a: string where integer is read",
        ),
        (
            {"anyOf": [thing("a", a=TEXT), {"type": "null"}]},
            {"anyOf": [thing("a b", a=TEXT, b=TEXT), {"type": "null"}]},
            "b: not there, and required",
        ),
    ],
)
def test_a_reader_does_not_take_it(sent: Any, read: Any, told: str) -> None:
    (loss,) = losses(sent, read)
    assert told in str(loss)


def test_types_that_contain_themselves_end() -> None:
    def tree(leaf: str) -> dict[str, Any]:
        node = thing(
            "leaf", leaf={"type": leaf}, below={"type": "array", "items": {"$ref": "#/$defs/N"}}
        )
        return {"$ref": "#/$defs/N", "$defs": {"N": node}}

    assert losses(tree("string"), tree("string")) == []
    assert [str(loss) for loss in losses(tree("string"), tree("integer"))] == [
        "leaf: string where integer is read"
    ]


def promise(kind: str, model: type[BaseModel]) -> dict[str, Any]:
    return {"kind": kind, **documents.promise(model)}


def model(**fields: Any) -> type[BaseModel]:
    return create_model("Release", **fields)


def changed(kind: str, old: type[BaseModel], new: type[BaseModel]) -> list[str]:
    found = promises.breaks({"x": promise(kind, old)}, {"x": promise(kind, new)})
    return found.get("x", [])


@pytest.mark.parametrize("kind", ["dto", "event"])
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (model(a=(str, ...)), model(a=(str, ...), b=(str, "")), None),
        (model(a=(str, ...)), model(a=(str, "")), None),
        (model(a=(str, ...)), model(), "a is removed"),
        (model(a=(str, "")), model(), "a is removed"),
        (model(a=(str, ...)), model(a=(str, ...), b=(str, ...)), "sent before, with b: not there"),
        (model(a=(str, ...)), model(a=(int, ...)), "gets a: integer where string is read"),
        (model(a=(str, ...)), model(a=(str | None, ...)), "gets a: null where string is read"),
        (model(a=(str | None, ...)), model(a=(str, ...)), "sent before, with a: null"),
    ],
)
def test_what_breaks_a_dto_or_an_event(
    kind: str, old: type[BaseModel], new: type[BaseModel], told: str | None
) -> None:
    lines = changed(kind, old, new)
    if told is None:
        assert lines == []
    else:
        assert told in "\n".join(lines)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (model(a=(str, ...)), model(a=(str, "")), None),
        (model(a=(str, ...)), model(a=(str | None, ...)), None),
        (model(a=(str, ...)), model(a=(str, ...), b=(str, "")), None),
        (model(a=(str, ...)), model(a=(str, ...), b=(str, ...)), "callers send b: not there"),
        (model(a=(str, "")), model(a=(str, ...)), "callers send a: not always there"),
        (model(a=(str | None, "")), model(a=(str, "")), "callers send a: null"),
        (model(a=(str, ...)), model(), "a, which is read no more"),
    ],
)
def test_what_breaks_a_caller(old: type[BaseModel], new: type[BaseModel], told: str | None) -> None:
    lines = changed("input", old, new)
    if told is None:
        assert lines == []
    else:
        assert told in "\n".join(lines)


def test_an_event_may_go_only_after_its_successor_was_promised() -> None:
    one = {"downloads.release.published.v1": promise("event", model(a=(str, ...)))}
    two = {"downloads.release.published.v2": promise("event", model(b=(str, ...)))}
    assert promises.breaks(one, two) == {"downloads.release.published.v1": ["it is gone"]}
    assert promises.breaks(one, {**one, **two}) == {}
    assert promises.breaks({**one, **two}, two) == {}
    assert promises.breaks({**one, **two}, one) == {
        "downloads.release.published.v2": ["it is gone"]
    }


def api(**changes: Any) -> dict[str, Any]:
    """Return a document with one route; `changes` replace parts of its operation."""
    operation: dict[str, Any] = {
        "parameters": [
            {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}},
            {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 1000}},
        ],
        "requestBody": {"content": {"application/json": {"schema": thing("name", name=TEXT)}}},
        "responses": {
            "200": {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/R"}}}
            },
            "404": {},
        },
        **changes,
    }
    schemas = {"R": thing("id", id={"type": "integer"}, note=TEXT)}
    return {"paths": {"/releases/{id}": {"get": operation}}, "components": {"schemas": schemas}}


def body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def parameter(name: str, **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": {"type": "integer"}, **more}


BREAKING = [
    (api(parameters=[]), "the query parameter limit is read no more"),
    (
        api(parameters=[parameter("limit", required=True, schema={"type": "integer"})]),
        "the query parameter limit is now required",
    ),
    (
        api(parameters=[parameter("limit", schema={"type": "integer", "maximum": 10})]),
        "the query parameter limit refuses maximum 1000 where 10 is read",
    ),
    (
        api(parameters=[parameter("limit"), parameter("new", required=True)]),
        "the new query parameter new is required",
    ),
    (api(requestBody=body(thing("name a", name=TEXT, a=TEXT))), "the body refuses a: not there"),
    (api(requestBody=body(thing())), "the body's name is read no more"),
    (
        api(requestBody={"content": {"text/csv": {}}}),
        "a body of application/json is accepted no more",
    ),
    (
        api(requestBody={**body(thing("name", name=TEXT)), "required": True}),
        "a request body is now required",
    ),
    (api(responses={"201": {}}), "never answers 200 any more"),
    (
        api(responses={"200": {"content": {"text/csv": {}}}}),
        "no longer answered as application/json",
    ),
    (api(responses={"200": body(thing("id", id={"type": "integer"}))}), "200, note: removed"),
    (api(responses={"200": body(thing("", id={"type": "integer"}, note=TEXT))}), "id: not always"),
    (
        api(responses={"200": body(thing("id", id=TEXT, note=TEXT))}),
        "id: string where integer is read",
    ),
    (api(security=[{"internal": ["downloads.view_release"]}]), "now requires internal downloads."),
    ({"paths": {"/releases/{id}": {"post": {}}}}, "GET /releases/{}: the route is gone"),
]


@pytest.mark.parametrize(("new", "told"), BREAKING)
def test_what_breaks_a_client(new: dict[str, Any], told: str) -> None:
    assert told in "\n".join(openapi.breaks(api(), new))


@pytest.mark.parametrize(
    "new",
    [
        api(),
        api(parameters=[parameter("limit"), parameter("new")]),
        api(requestBody=body(thing("", name=TEXT, more=TEXT))),
        api(
            responses={"200": body(thing("id more", id={"type": "integer"}, note=TEXT, more=TEXT))}
        ),
        {**api(), "paths": {**api()["paths"], "/new": {"get": {}}}},
        {**api(), "paths": {"/releases/{release_id}": api()["paths"]["/releases/{id}"]}},
    ],
)
def test_what_breaks_no_client(new: dict[str, Any]) -> None:
    assert openapi.breaks(api(), new) == []


def test_words_are_no_promise() -> None:
    schema = {"title": "T", "properties": {"title": {"type": "string", "description": "D"}}}
    assert documents.bare(schema) == {"properties": {"title": {"type": "string"}}}


def test_every_contract_is_found() -> None:
    names = {contract.name: contract.kind for contract in documents.models()}
    assert names["downloads.release.published.v1"] == "event"
    assert names["downloads.Release"] == "dto"
    assert names["downloads.ReleaseInput"] == "input"
    assert names["events.Event"] == "dto"
    assert not {"downloads.ReleaseRef", "base.DTO"} & set(names)


def test_a_break_is_told_with_those_who_use_it() -> None:
    now = documents.promises()
    for side in ("sent", "read"):
        del now["downloads.Release"][side]["properties"]["content_html"]
        now["downloads.Release"][side]["required"].remove("content_html")
    state = check.State(texts={}, baseline={documents.BASELINE / "models.json": now})
    told = "\n".join(check.broken(state))
    assert "downloads.Release:" in told
    assert "content_html is removed" in told
    assert "breaks gateway (src/gateway/" in told
    assert "; downloads (src/downloads/" in told
    assert check.HOW in told


def test_what_was_written_is_up_to_date_and_breaks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(documents, "BASELINE", tmp_path / "baseline")
    schema = tmp_path / "schemas" / "x.json"
    left_over = tmp_path / "schemas" / "old" / "y.json"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("{}", encoding="utf-8")
    state = check.State(
        texts={schema: "{}\n"}, baseline={tmp_path / "baseline" / "a.openapi.json": api()}
    )
    assert set(check.outdated(state)) == {schema, left_over, tmp_path / "baseline/a.openapi.json"}
    check.write(state)
    assert check.outdated(state) == []
    assert check.broken(state) == []
    gone = check.State(texts={schema: "{}\n"}, baseline={})
    assert check.broken(gone)[0] == "a: the whole API is gone"
