"""Whether an OpenAPI document tells the truth: requests made up from it, and what is answered."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

type Document = dict[str, Any]

load_all_checks()
#: What is always so; the last only where wrong can be told from right in an address.
_CHECKS: Final[list[Any]] = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    )
]
#: Of a schema of text: what refuses none.
_SAYS_NOTHING: Final = frozenset({"type", "title", "description", "examples", "default"})
_METHODS: Final = frozenset({"get", "post", "put", "delete", "patch"})


def operations(document: Document) -> list[tuple[str, str, Document]]:
    """Return method, path and description of each operation."""
    return [
        (method.upper(), path, found)
        for path, item in document["paths"].items()
        for method, found in item.items()
        if method in _METHODS
    ]


def undescribed(document: Document) -> list[str]:
    """Return what a reader would miss: operations without a text, and ids that two of them have."""
    assert document["openapi"].startswith("3.1")
    found = operations(document)
    ids = [operation["operationId"] for _, _, operation in found]
    return [
        *(
            f"{method} {path}"
            for method, path, operation in found
            if not (operation.get("summary") or operation.get("description"))
        ),
        *{name for name in ids if ids.count(name) > 1},
    ]


def cases(document: Document, *, full: bool, examples: int = 2) -> list[Case[Any]]:
    """Make up `examples` requests, right and wrong, for every operation: the same in every run.

    A whole run takes twenty times as many.
    """
    made: list[Case[Any]] = []
    # Without schemes, or it would make up credentials as well.
    document = json.loads(json.dumps(document))
    document.get("components", {}).pop("securitySchemes", None)
    for _, _, operation in operations(document):
        operation.pop("security", None)
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        found = cast("Any", result).ok()
        described = document["paths"][found.path][found.method.lower()]
        for mode in GenerationMode:
            if mode.is_negative and not _can_be_wrong(described):
                continue

            @settings(
                max_examples=examples * 20 if full else examples,
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


def _can_be_wrong(operation: Document) -> bool:
    """Tell whether a request can break what is said of it: any text is a text.

    Hypothesis finds that out as well, in a second for each operation.
    """
    return "requestBody" in operation or any(
        parameter["schema"].keys() - _SAYS_NOTHING or parameter["schema"]["type"] != "string"
        for parameter in operation.get("parameters", ())
    )


async def untruths(
    made: list[Case[Any]],
    send: Callable[..., Awaitable[httpx.Response]],
    headers: Callable[[], dict[str, str]],
) -> list[str]:
    """Send each request and return what was answered otherwise than the document says.

    `send` takes what `httpx.AsyncClient.request` does; `headers` go with each request.
    """
    failed: list[str] = []
    sent_count = 0
    for case in made:
        sent = case.as_transport_kwargs(base_url="http://service")
        sent.pop("cookies", None)
        sent["headers"] = {**(sent.pop("headers", None) or {}), **headers()}
        if "data" in sent:
            sent["content"] = sent.pop("data")
        try:
            answer = await send(**sent)
        except (UnicodeEncodeError, httpx.InvalidURL, httpx.LocalProtocolError):
            continue  # no client could send this
        sent_count += 1
        try:
            case.validate_response(answer, checks=_CHECKS[:-1] if _has_list(case) else _CHECKS)
        except FailureGroup as found:
            told = "\n".join(str(error) for error in found.exceptions)
            failed.append(f"{case.method} {case.formatted_path}: {told}")
    assert sent_count > len(made) / 2, "hardly any request could be sent"
    return failed


def _has_list(case: Case[Any]) -> bool:
    """Whether the query takes a list: a number in its place is a list of one, and not wrong."""
    return any(
        one.get("type") == "array"
        for parameter in case.operation.query
        for schema in [parameter.definition.get("schema", {})]
        for one in (schema, *schema.get("oneOf", ()))
    )
