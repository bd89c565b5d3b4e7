"""`python -m downloads …`: what a person types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from downloads.app import service
from servicekit.cli import service_cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.testing import DatabaseFactory

type Run = Callable[..., Result]


@pytest.fixture
def run(database_factory: DatabaseFactory, jwks: str) -> Run:
    environment = {
        "PYDOTORG_ENVIRONMENT": "test",
        "PYDOTORG_DATABASE_URL": database_factory("downloads", service),
        "PYDOTORG_JWKS": jwks,
        "PYDOTORG_RELEASE_CYCLE_URL": "",
    }

    def invoke(*arguments: str, **changed: str) -> Result:
        return CliRunner().invoke(service_cli(service), arguments, env={**environment, **changed})

    return invoke


def write(path: Path, *releases: dict[str, Any]) -> str:
    path.write_text(json.dumps({"releases": releases}))
    return str(path)


def test_import(run: Run, tmp_path: Path) -> None:
    assert run("seed").exit_code == 0
    new = {"name": "Python 3.15.1", "is_published": True, "is_latest": True}
    url = "https://www.python.org/ftp/python/3.15.1/Python-3.15.1.tgz"
    files = [{"name": "Gzipped source tarball", "os": "source", "url": url}]
    good = write(tmp_path / "good.json", {**new, "files": files})
    tried = run("import", "releases", good, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "1 created, 0 updated, 0 unchanged, 1 files (rolled back)" in tried.output
    done = run("import", "releases", good)
    assert "1/1 releases" in done.output
    assert "1 created" in done.output
    assert "1 unchanged" in run("import", "releases", good).output

    bad = write(tmp_path / "bad.json", {**new, "files": [{**files[0], "os": "amiga"}]})
    refused = run("import", "releases", bad)
    assert refused.exit_code == 1
    assert "body.releases.0.files.0.os" in refused.output
    torn = tmp_path / "torn.json"
    torn.write_text("{")
    assert run("import", "releases", str(torn)).exit_code == 1


def test_tasks(run: Run) -> None:
    listed = run("tasks").output
    for name in ("release-cycle", "rerender", "prune-audit"):
        assert name in listed
        done = run("run", name, "--dry-run")
        assert done.exit_code == 0, done.output
    assert run("run", "nothing").exit_code == 2


def test_a_source_that_cannot_be_reached_fails_the_command(
    run: Run, free_port: Callable[[], int]
) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    failed = run("run", "release-cycle", PYDOTORG_RELEASE_CYCLE_URL=url)
    assert failed.exit_code == 1
    assert "kept what was there" in failed.output
