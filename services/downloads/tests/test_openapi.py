"""The OpenAPI document: complete, and true under fire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from documents import cases, operations, undescribed, untruths

from servicekit.documents import openapi

if TYPE_CHECKING:
    from litestar import Litestar
    from services.downloads.tests.conftest import Api


@pytest.fixture
def document(app: Litestar) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi(app))
    return found


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert len(operations(document)) > 25
    assert undescribed(document) == []


@pytest.mark.usefixtures("systems")
async def test_what_is_documented_is_what_happens(
    api: Api, document: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    release = await api.release("Python 3.14.0", is_latest=True)
    await api.file(release["id"], 1, "a.exe", download_button=True)
    made = cases(document, full=request.config.getoption("--full"))
    assert len(made) > 80

    def headers() -> dict[str, str]:
        token = api.token("downloads", permissions=api.ALL, subject="user:7")
        return {"Authorization": f"Bearer {token}"}

    assert await untruths(made, api.client.request, headers) == []
