"""What must be so before the first test is collected."""

# Tests are collected by path, and those in the folder gateway/tests get module names that begin
# with "gateway." too. The package has to be there first, or pytest makes an empty one of that name.
import pytest

import gateway  # noqa: F401
from servicekit import telemetry


def pytest_configure() -> None:
    """Sample every trace: the first app that a worker makes decides for all that follow."""
    telemetry.configure("tests", ratio=1.0)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the figures of a whole run; without it each test runs its short form."""
    parser.addoption(
        "--full", action="store_true", help="whole counts and timings (make test-full)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a whole run shows."""
    if config.getoption("--full"):
        return
    skip = pytest.mark.skip(reason="only in a whole run: make test-full")
    for item in items:
        if "full" in item.keywords:
            item.add_marker(skip)
