"""Fixtures of devstack's own tests."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

type ProcessesOf = Callable[[object], list[str]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as a socket needs."""
    made = Path(tempfile.mkdtemp(prefix="dt-")).resolve()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def processes_of() -> ProcessesOf:
    """Tell the command lines of running processes that name something, say a folder."""

    def find(mark: object) -> list[str]:
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            command = " ".join(process.info["cmdline"] or [])
            if str(mark) in command and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {command}")
        return found

    return find
