"""However a test run ends, nothing of it is left running or on disk."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devstack.testing import Until

PLUGINS = ["-p", "devstack.testing", "-p", "pytest_asyncio.plugin", "-p", "xdist.plugin"]

SUITE = """
import asyncio
import pathlib
import pytest

@pytest.mark.parametrize("number", range(4))
async def test_uses_everything(
    number, database_factory, nats_url, valkey_url, private_nats, private_valkey, tmp_path_factory
):
    database_factory("beta")
    private_nats()
    private_valkey()
    here = pathlib.Path(__file__).parent
    (here / f"ready-{number}").touch()
    if (here / "hang").exists():
        await asyncio.Event().wait()
"""


@pytest.fixture
def run(folder: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    (folder / "test_inner.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    (folder / "tmp").mkdir()
    started = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        environment = {key: text for key, text in os.environ.items() if "PYTEST" not in key}
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *PLUGINS, *arguments],
            cwd=folder,
            env=environment
            | {"TMPDIR": str(folder / "tmp"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Who begins a run in the background has it ignore Ctrl-C, which is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread here
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def left_on_disk(folder: Path) -> list[str]:
    return [path.name for path in (folder / "tmp").glob("pydotorg-*") if path.is_dir()]


def test_workers_share_one_postgres_that_ends_with_the_last_of_them(
    run: Callable[..., subprocess.Popen[bytes]],
    folder: Path,
    processes_of: Callable[[object], list[str]],
) -> None:
    output, _ = run("-n", "2").communicate(timeout=90)
    assert b"4 passed" in output, output.decode()
    assert processes_of(folder) == []
    assert left_on_disk(folder) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
async def test_a_run_that_is_ended_leaves_nothing(
    run: Callable[..., subprocess.Popen[bytes]],
    folder: Path,
    processes_of: Callable[[object], list[str]],
    until: Until,
    number: signal.Signals,
) -> None:
    (folder / "hang").touch()
    process = run()
    await until((folder / "ready-0").exists, timeout=60)
    assert any("postgres" in line for line in processes_of(folder))
    os.kill(process.pid, number)
    process.communicate(timeout=60)
    await until(lambda: not processes_of(folder), timeout=20, message="no process left")
    await until(lambda: not left_on_disk(folder), timeout=5, message="no folder left")
