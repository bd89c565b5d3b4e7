"""uv is found where it works, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import bootstrap


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all of PATH, in a checkout without a uv of its own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    return folder


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def test_a_working_uv_is_used(on_path: Path) -> None:
    uv = program(on_path / "uv", "echo 'uv 0.13.9 (x86_64-unknown-linux-gnu)'")
    assert bootstrap.find_uv() == uv


@pytest.mark.parametrize(
    "script", ["exit 1", "echo no such version", "echo 'uv 0.4.2'", "kill -9 $$"]
)
def test_a_dead_or_old_uv_is_not(on_path: Path, script: str) -> None:
    program(on_path / "uv", script)
    assert bootstrap.find_uv() is None


def test_the_checkouts_own_uv_is_used_where_the_callers_is_dead(on_path: Path) -> None:
    program(on_path / "uv", "exit 1")
    own = program(bootstrap.TOOLS / "bin" / "uv", "echo 'uv 0.9.0'")
    assert bootstrap.find_uv() == own


def test_interpreters_are_compared_by_version(
    on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = program(on_path / "uv", "exit 2")
    monkeypatch.setenv("PYENV_ROOT", str(on_path / "none"))
    program(on_path / "python3.12", "echo 3 12")
    newest = program(on_path / "python3.14", "echo 3 14")
    program(on_path / "python3.15", "exit 127")
    assert max(bootstrap._installed(uv)) == ((3, 14), str(newest))
