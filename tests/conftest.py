"""One running site for all tests that only look at it, or that put right what they break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything, with two gateways and the real releases."""
    running = Site(Path(tmp_path_factory.mktemp("site")) / "run", replicas=2)
    running.up(environment={"PYDOTORG_LOG_LEVEL": "WARNING"})
    yield running
    running.down()
