"""The OpenAPI document: complete, and true under fire."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from servicekit.documents import openapi

if TYPE_CHECKING:
    from litestar import Litestar
    from services.identity.tests.conftest import Api

EXAMPLES = 8
"""Requests made up for each operation in each mode; a long run takes more."""

load_all_checks()
ALWAYS: list[Any] = [
    check
    for check in CHECKS.get_all()
    if check.__name__
    in {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    }
]


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


def cases(document: dict[str, Any]) -> list[Case[Any]]:
    """Make up requests for every operation, the same ones in every run."""
    made: list[Case[Any]] = []
    # Every request is made with a token: who may call what is tested elsewhere.
    document = json.loads(json.dumps(document))
    document["components"].pop("securitySchemes")
    for _, _, operation in operations(document):
        operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        found = cast("Any", result).ok()
        for mode in GenerationMode:

            @hypothesis_settings(
                max_examples=EXAMPLES,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=found.as_strategy(generation_mode=mode))
            def collect(case: Case[Any]) -> None:
                made.append(case)

            with contextlib.suppress(Unsatisfiable):  # nothing to get wrong without parameters
                collect()
    return made


async def test_what_is_documented_is_what_happens(
    api: Api, ada: int, document: dict[str, Any]
) -> None:
    assert len(ALWAYS) == 5
    assert ada
    failed = []
    made = cases(document)
    assert len(made) > 200
    for case in made:
        token = api.token("identity", permissions=api.ALL, subject="service:gateway")
        sent = case.as_transport_kwargs(base_url="http://service")
        sent.pop("cookies", None)
        headers = {**(sent.pop("headers", None) or {}), "Authorization": f"Bearer {token}"}
        if "data" in sent:
            sent["content"] = sent.pop("data")
        try:
            answer = await api.client.request(headers=headers, **sent)
        except (UnicodeEncodeError, httpx.InvalidURL, httpx.LocalProtocolError):
            continue  # no client could send this
        try:
            case.validate_response(answer, checks=ALWAYS)
        except FailureGroup as found:
            told = "\n".join(str(error) for error in found.exceptions)
            failed.append(f"{case.method} {case.formatted_path}: {told}")
    assert not failed, "\n\n".join(failed[:5]) + f"\n\n{len(failed)} of {len(made)}"
