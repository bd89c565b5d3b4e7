"""One running site for all tests that only look at it, or that put right what they break."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from elsewhere import Elsewhere
from running import Site


@pytest.fixture(scope="session")
def provider() -> Iterator[Elsewhere]:
    """Somebody whom people can sign in with."""
    with Elsewhere(name="Example ID").running() as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, provider: Elsewhere) -> Iterator[Site]:
    """Everything, with two gateways and the real releases."""
    running = Site(Path(tmp_path_factory.mktemp("site")) / "run", replicas=2)
    running.up(
        environment={
            "PYDOTORG_LOG_LEVEL": "WARNING",
            "PYDOTORG_PROVIDERS": json.dumps([provider.declared()]),
        }
    )
    yield running
    running.down()
