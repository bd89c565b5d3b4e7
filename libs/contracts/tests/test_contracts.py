"""What every contract keeps, whatever it says."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import BaseModel, TypeAdapter, ValidationError

import contracts
from contracts.base import DTO, Input, Line, Page, Slug, Text
from contracts.events import Event, EventData

SCHEMAS = Path(__file__).parents[1] / "schemas"
VERBS = {
    *("created", "updated", "deleted", "published", "unpublished"),
    *("shown", "hidden", "ended", "revoked", "withdrawn"),
    *("submitted", "approved", "rejected", "archived", "removed", "expired", "extended"),
    *("applied", "finalized", "rolled_back", "started", "saved"),
    *("accepted", "declined", "opened", "closed"),
    *("sent", "executed", "nullified", "outdated", "finished"),
}


def _models() -> list[type[BaseModel]]:
    modules = [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(contracts.__path__, "contracts.")
    ]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, BaseModel)
        and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda model: (model.__module__, model.__name__))


MODELS = _models()
EVENTS = [m for m in MODELS if issubclass(m, EventData) and hasattr(m, "SUBJECT")]
DTOS = [m for m in MODELS if issubclass(m, DTO) and m not in {DTO, Page, EventData}]
INPUTS = [m for m in MODELS if issubclass(m, Input) and m is not Input]


def _example(model: type[BaseModel]) -> BaseModel:
    factory = ModelFactory.create_factory(model, __random_seed__=7, __check_model__=False)
    return factory.build()


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_named_by_the_rules(kind: type[EventData]) -> None:
    context, entity, verb = kind.SUBJECT.split(".")
    # Of a context with many domains each has a module of its own.
    assert kind.__module__.startswith(f"contracts.{context}.")
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", entity)
    assert verb in VERBS
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.AGGREGATE)
    assert kind.type_name() == f"{kind.SUBJECT}.v{kind.VERSION}"
    assert kind.context() == context


def test_no_two_events_have_one_name() -> None:
    names = [kind.type_name() for kind in EVENTS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_survives_the_wire_and_fits_its_schema(kind: type[EventData]) -> None:
    data = _example(kind)
    event = Event(
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        source=f"/{kind.context()}",
        type=kind.type_name(),
        subject=f"{kind.AGGREGATE}:1",
        time=datetime(2026, 1, 2, tzinfo=UTC),
        aggregateid="1",
        aggregateversion=1,
        data=data.model_dump(mode="json"),
    )
    wire = event.model_dump_json()
    assert Event.model_validate_json(wire).read(kind) == data
    file = SCHEMAS / kind.context() / "events" / f"{kind.type_name()}.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema_rs.validate(schema, json.loads(wire)["data"])


@pytest.mark.parametrize("model", DTOS)
def test_a_reader_ignores_what_it_does_not_know(model: type[BaseModel]) -> None:
    example = _example(model)
    sent: dict[str, Any] = {**example.model_dump(mode="json"), "a_field_of_tomorrow": 1}
    assert model.model_validate(sent) == example


@pytest.mark.parametrize("model", INPUTS)
def test_a_misspelt_field_of_a_caller_is_refused(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as refusal:
        model.model_validate({"a_misspelt_field": 1})
    assert ("a_misspelt_field",) in {error["loc"] for error in refusal.value.errors()}


@pytest.mark.parametrize("model", DTOS)
def test_a_dto_cannot_be_changed(model: type[BaseModel]) -> None:
    example = _example(model)
    name = next(iter(type(example).model_fields))
    with pytest.raises(ValidationError):
        setattr(example, name, getattr(example, name))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Line, ["", "Python 3.15.0b1", "é\u00a0\u2028"], ["a\nb", "\x00", "a\tb", "\x7f"]),
        (Text, ["", "a\n\tb\r\n"], ["\x00", "a\x0bb", "\x1b[0m"]),
        (Slug, ["python-3150b1", "A_1"], ["", "a b", "a/b", "é", "a\n", "x" * 201]),
    ],
)
def test_texts_are_what_the_database_can_store(
    kind: type[str], good: list[str], bad: list[str]
) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    for text in good:
        assert adapter.validate_python(text) == text
    for text in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)
