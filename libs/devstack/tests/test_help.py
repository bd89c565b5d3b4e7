"""`pydotorg …` of commands that are handed on: their help, and whose options are whose."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from devstack.cli import services


def test_the_help_of_the_service_is_below_our_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devstack", "parked", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ours, _, theirs = done.stdout.partition("python -m downloads parked")
    assert "--service" in ours
    assert "redrive" in theirs


@pytest.mark.parametrize("first", [True, False])
def test_our_options_stand_anywhere(
    first: bool,  # noqa: FBT001 - a parameter of a test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(services, "running_stack", lambda home: asked.append(home.folder))
    monkeypatch.setattr(services, "service_of", lambda _, name: asked.append(name))
    monkeypatch.setattr(services, "call", lambda *given: asked.append(given[2]))
    ours, theirs = ["--data-dir", str(tmp_path)], ["ada", "--kind", "bearer", "--name=a b"]
    command = services.passing("create-key", "Make a key.", of="identity")
    done = CliRunner().invoke(command, [*ours, *theirs] if first else [*theirs, *ours])
    assert done.exit_code == 0, done.output
    assert asked == [tmp_path, "identity", ["create-key", *theirs]]
