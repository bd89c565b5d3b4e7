"""The checks with logic of their own see what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import workspace
from tools.checks import locked, machine_paths


@pytest.mark.parametrize(
    "line",
    [
        'source = { registry = "https://mirror.example.com/simple" }',
        'url = "http://127.0.0.1:3141/root/pypi/+f/x.whl"',
        'source = { git = "git+ssh://git@example.com/x" }',
        'url = "https://user:secret@pypi.org.example.com/x.whl"',
        'source = { registry = "file:///wheels" }',
    ],
)
def test_a_foreign_host_in_the_lock_file_is_found(line: str) -> None:
    assert locked.foreign_hosts(f"# ok\n{line}\n") != []


def test_the_public_index_is_no_foreign_host() -> None:
    text = 'registry = "https://pypi.org/simple"\nurl = "https://files.pythonhosted.org/p/x.whl"\n'
    assert locked.foreign_hosts(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "see /home/anna/project",  # machine-path: what the check is for
        "open('/Users/Anna/x')",  # machine-path: the same
        "cd /root/.cache",  # machine-path: the same
        "C:\\Users\\anna",  # machine-path: the same
    ],
)
def test_a_place_of_one_machine_is_found(line: str) -> None:
    (found,) = machine_paths.findings([(Path("x.md"), f"first\n{line}\n")])
    assert found.startswith("x.md:2: ")


@pytest.mark.parametrize(
    "line",
    [
        "https://www.python.org/home/x and <a href='/downloads/'>",
        "/tmp/x, /etc/passwd, ~/project, $HOME/x",
        "WORKDIR /home/app  # machine-path: inside the image",
    ],
)
def test_ordinary_paths_are_left(line: str) -> None:
    assert machine_paths.findings([(Path("x.md"), line)]) == []


def test_the_workspace_is_what_the_pyproject_says() -> None:
    packages = {package.module: package for package in workspace.packages()}
    assert {"contracts", "servicekit", "markup", "devstack", "downloads", "gateway"} <= set(
        packages
    )
    assert packages["markup"].distribution == "pydotorg-markup"
    assert "downloads" in {service.name for _, service in workspace.services()}
