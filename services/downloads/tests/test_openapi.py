"""The OpenAPI document: complete, and true under fire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings as hypothesis_settings

from servicekit.documents import openapi

if TYPE_CHECKING:
    from litestar import Litestar
    from services.downloads.tests.conftest import Api, Rows

EXAMPLES = 12
"""Requests made up for each operation; a long run takes more."""


@pytest.fixture
def document(app: Litestar) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi(app))
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, found)
        for path, item in document["paths"].items()
        for method, found in item.items()
        if method in {"get", "post", "put", "delete", "patch"}
    ]


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = operations(document)
    assert len(found) > 25
    ids = [operation["operationId"] for _, _, operation in found]
    assert len(ids) == len(set(ids))
    for method, path, operation in found:
        assert operation.get("summary") or operation.get("description"), (method, path)
