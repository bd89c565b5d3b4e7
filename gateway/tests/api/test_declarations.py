"""What is declared of the API fits what the services promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.api.legacy.declaration import Kind, Resource
from gateway.api.modern.declaration import Operation
from gateway.api.routes import OPERATIONS, RESOURCES

ROOT = Path(__file__).parents[3]


def parameters(path: str, service: str = "downloads") -> set[str]:
    file = ROOT / "services" / service / "openapi.json"
    contract: dict[str, Any] = json.loads(file.read_bytes())
    return {item["name"] for item in contract["paths"][path]["get"]["parameters"]}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_legacy_resource(resource: Resource) -> None:
    row = resource.one._type  # what a TypeAdapter adapts
    for field in resource.writable:
        assert field.source in row.model_fields, field.name
        sent = resource.adapt({field.source: "x"})
        assert sent.keys() <= resource.input.model_fields.keys(), field.name
        if field.kind is Kind.RELATION:
            assert field.to in {other.name for other in RESOURCES}
    known = parameters(resource.texts or resource.path, resource.service)
    assert {item.parameter for item in resource.filters} <= known
    assert {field.unique for field in resource.fields if field.unique} <= known
    for name, prefix in resource.related.items():
        relation = resource.field_of(name)
        assert relation is not None
        target = next(other for other in RESOURCES if other.name == relation.to)
        assert {prefix + item.parameter for item in target.filters if item.v1} <= known
    assert "id__in" in known


def test_each_operation_has_an_address_and_a_name_of_its_own() -> None:
    assert len({(op.method, op.path) for op in OPERATIONS}) == len(OPERATIONS)
    assert len({op.id for op in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_an_operation(operation: Operation) -> None:
    # Where the service has it: at the same address in the context of its tag, or
    paths = {
        "list_releases": ("/releases", "downloads"),
        "list_files": ("/release-files", "downloads"),
        "list_files_of_release": ("/release-files", "downloads"),
        "list_operating_systems": ("/operating-systems", "downloads"),
        "list_story_categories": ("/story-categories", "content"),
        "list_success_stories": ("/stories", "content"),
        "list_blogs": ("/blog-feeds", "content"),
        "list_blog_groups": ("/blog-aggregates", "content"),
        "list_blog_entries": ("/blog-entries", "content"),
        "list_calendars": ("/calendars", "events"),
        "list_categories": ("/categories", "events"),
        "list_locations": ("/locations", "events"),
        "list_occurrences": ("/occurrences", "events"),
        "list_job_categories": ("/categories", "jobs"),
        "list_job_types": ("/types", "jobs"),
        "list_jobs": ("/jobs", "jobs"),
        "list_sponsors": ("/placements", "sponsors"),
        "list_sponsor_levels": ("/catalogue", "sponsors"),
    }
    if operation.params or operation.many:
        known = parameters(*paths.get(operation.id, (operation.path, operation.tag)))
        assert {param.to for param in operation.params} <= known
        assert not operation.cursor or "id__gt" in known
    # Whoever changes something must be allowed to, and a creating request can be sent again.
    assert bool(operation.permission) is (operation.method != "GET")
    assert ("Idempotency-Key" in operation.handed) is (operation.method == "POST")
