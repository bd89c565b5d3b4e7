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


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share the site in one worker, so that only one site is started."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("site"))
