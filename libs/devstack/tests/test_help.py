"""`pydotorg … --help` of commands that are handed on to a service."""

from __future__ import annotations

import subprocess
import sys


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
