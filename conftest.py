"""What must be so before the first test is collected."""

import os
from pathlib import Path

# Tests are collected by path, and those in the folder gateway/tests get module names that begin
# with "gateway." too. The package has to be there first, or pytest makes an empty one of that name.
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

import gateway  # noqa: F401
from servicekit import telemetry


def pytest_configure() -> None:
    """Prepare this process, and by its environment those that tests start."""
    # Every trace is sampled: the first app that a worker makes decides for all that follow.
    telemetry.configure("tests", ratio=1.0)
    # Tests trust one authority, whose key is thrown away: nothing in the world is asked, and to
    # read the certificates of all authorities takes each client and each process 50 ms or more.
    # Also where the machine names its own.
    os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "tests/support/nobody.pem")


#: What runs on the whole site (the fixture `site`): one worker starts it, once. Those that kill
#: parts of it come last.
ON_THE_SITE = (
    "tests/e2e/",
    "tests/authorization/",
    "tests/contract/test_gateway.py",
    "tests/resilience/",
)


class ByFolder(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Give each worker whole folders of tests, so that what a folder shares is started once.

    The longest come first: none of them must be waited for at the end.
    """

    longest = (
        "site",
        "tests",  # the rest of what crosses services, all of it one folder
        "libs/devstack/tests",
        "libs/servicekit/tests/messaging",
        "gateway/tests/accounts",
        "gateway/tests/content",
    )

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(ON_THE_SITE):
            return "site"
        folder = file.rpartition("/")[0]
        return "tests" if folder.startswith("tests/") else folder

    def _assign_work_unit(self, node: WorkerController) -> None:
        for folder in self.longest:
            if folder in self.workqueue:
                self.workqueue.move_to_end(folder, last=False)
                break
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder | None:
    """Hand out tests by folder where `--dist loadscope` is asked for (make test)."""
    return ByFolder(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the figures of a whole run; without it each test runs its short form."""
    parser.addoption(
        "--full", action="store_true", help="whole counts and timings (make test-full)"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put those that kill last; leave out what only a whole run shows."""
    items.sort(key=lambda item: item.nodeid.startswith(ON_THE_SITE[-1]))
    if config.getoption("--full"):
        return
    skip = pytest.mark.skip(reason="only in a whole run: make test-full")
    for item in items:
        if "full" in item.keywords:
            item.add_marker(skip)
