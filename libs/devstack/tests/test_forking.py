"""Programs forked from a process that has imported them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.forking import Forked
from devstack.testing import Until

PROGRAM = """
import os, sys, time
print(sys.argv[1:], os.environ.get("TOLD"), os.environ.get("UNTOLD"), __name__, flush=True)
print(os.getpid() == os.getsid(0), sys.stdin.read() if sys.stdin else "", file=sys.stderr)
if sys.argv[1] == "wait":
    time.sleep(60)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "small.py").write_text(PROGRAM)
    return {"PYTHONPATH": str(tmp_path), "TOLD": "yes"}


def test_it_runs_as_a_program_that_is_started_alone(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNTOLD", "ours")
    log = tmp_path / "log"
    codes = [
        Forked("small", [code], environment=environment, log=log).wait(20) for code in ("0", "7")
    ]
    assert codes == [0, 7]
    assert log.read_text().splitlines() == [
        "['0'] yes None __main__",
        "True ",
        "['7'] yes None __main__",
        "True ",
    ]
    assert log.stat().st_mode & 0o777 == 0o600


async def test_it_is_waited_for_and_ended(
    environment: dict[str, str], tmp_path: Path, until: Until
) -> None:
    log = tmp_path / "log"
    process = Forked("small", ["wait"], environment=environment, log=log)
    await until(lambda: log.exists() and "True" in log.read_text())
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    process.terminate()
    assert process.wait(20) == -signal.SIGTERM
    process.terminate()  # nobody is there any more, and nobody else is hit


def test_it_lives_on_where_what_it_was_forked_from_is_gone(tmp_path: Path) -> None:
    """So does everything that was started alone; it must not be taken for dead, and forgotten."""
    (tmp_path / "small.py").write_text(PROGRAM)
    script = """
import os, signal, sys, psutil
from devstack.forking import Forked
process = Forked("small", ["wait"], environment=dict(os.environ))
psutil.Process(process.pid).parent().kill()
print(process.poll())
try:
    process.wait(0.5)
except Exception as error:
    print(type(error).__name__)
os.kill(process.pid, signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["None", "TimeoutExpired"]
