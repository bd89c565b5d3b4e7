"""Make the checkout ready to run: a working uv, an interpreter, and what uv.lock names.

Runs on any Python from 3.11 with the standard library alone, because it runs before anything is
installed: `python3 tools/bootstrap.py`. Where everything is ready it takes a fraction of a second.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
VENV_PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
#: uv.lock is in a format that older ones rewrite.
OLDEST_UV = (0, 9)
WANTED = (3, 13)
OLDEST = (3, 12)


class Unable(Exception):
    """The checkout cannot be made ready; the message says what to do."""


def main() -> int:
    """Bring `.venv` to the state of uv.lock and say what happens. Returns the exit status."""
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:2]))
        return _fail(f"Python 3.11 or newer is needed to begin with, this is {version}")
    if sys.argv[1:] not in ([], ["--uv"]):
        return _fail("usage: python3 tools/bootstrap.py [--uv]   (--uv prints uv's path only)")
    try:
        uv = find_uv() or install_uv()
        if sys.argv[1:] == ["--uv"]:
            sys.stdout.write(f"{uv}\n")
            return 0
        sync(uv)
    except Unable as error:
        return _fail(str(error))
    return 0


def find_uv() -> Path | None:
    """Return a uv that runs and is new enough: the caller's own, else the checkout's."""
    for candidate in _candidates():
        if (version := _uv_version(candidate)) is None:
            continue
        if version >= OLDEST_UV:
            return candidate
        _say(f"{candidate} is older than {_dotted(OLDEST_UV)}, not used")
    return None


def _candidates() -> Iterator[Path]:
    if found := shutil.which("uv"):
        yield Path(found)
    yield from (path for path in (_uv_in(TOOLS), TOOLS / "site" / "bin" / "uv") if path.exists())


def _uv_in(environment: Path) -> Path:
    folder = "Scripts" if os.name == "nt" else "bin"
    return environment / folder / ("uv.exe" if os.name == "nt" else "uv")


def _uv_version(uv: Path) -> tuple[int, ...] | None:
    """Return the version that this uv prints; None where it does not run: a dead shim."""
    try:
        done = subprocess.run(
            [uv, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"uv (\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if done.returncode == 0 and match else None


def install_uv() -> Path:
    """Install uv into `.tools`, in an environment of its own."""
    _say(f"no working uv found: installing one into {TOOLS.relative_to(ROOT)}")
    requirement = f"uv>={_dotted(OLDEST_UV)}"
    try:
        venv.create(TOOLS, with_pip=True, clear=True)
        python = _uv_in(TOOLS).with_name(Path(sys.executable).name)
        install: list[str | Path] = [python, "-m", "pip", "install"]
    except (OSError, subprocess.CalledProcessError):
        # Debian's python3 without python3-venv cannot make one, but may have pip.
        _say("cannot make a virtual environment here (python3-venv?), using pip's --target")
        install = [sys.executable, "-m", "pip", "install", "--target", TOOLS / "site"]
    if _run([*install, "--quiet", "--disable-pip-version-check", requirement]) != 0:
        raise Unable(
            f"could not install {requirement}. Install uv yourself "
            "(https://docs.astral.sh/uv/getting-started/installation/) and try again."
        )
    if (uv := find_uv()) is None:
        raise Unable(f"{requirement} was installed and does not run")
    return uv


def sync(uv: Path) -> None:
    """Install exactly what uv.lock names, on the best interpreter that can be had.

    That is the one it already has, then the one `.python-version` asks for, then any newer one
    that is installed, then one that uv may download, then any that is installed and new enough.
    """
    command: list[str | Path] = [uv, "sync", "--frozen", "--quiet"]
    if (version := _version(VENV_PYTHON)) and version >= OLDEST:
        return _sync([*command, "--python", VENV_PYTHON])
    _say("installing about 150 packages into .venv: a minute or two if none is cached")
    begin = time.monotonic()
    _first_sync(uv, command)
    _say(f"installed in {time.monotonic() - begin:.0f} s")
    return None


def _first_sync(uv: Path, command: Sequence[str | Path]) -> None:
    if "UV_PYTHON" in os.environ or _uv_finds(uv, cwd=ROOT):
        return _sync(command)
    installed = max(_installed(uv), default=None)
    if installed and installed[0] >= WANTED:
        return _sync([*command, "--python", installed[1]])
    _say(f"no Python {_dotted(WANTED)} or newer here: uv tries to download one")
    if _run(command) == 0:
        return None
    if installed and installed[0] >= OLDEST:
        _say(f"going on with {installed[1]}")
        return _sync([*command, "--python", installed[1]])
    raise Unable(f"Python {_dotted(OLDEST)} or newer is needed and could not be had")


def _sync(command: Sequence[str | Path]) -> None:
    if _run(command) != 0:
        raise Unable("uv could not install what uv.lock names; its message is above")


def _installed(uv: Path) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the version and path of interpreters on this machine."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [
        *(shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], 30)),
        # pyenv's shims refuse to run below a .python-version that names another version
        *(str(path) for path in pyenv.glob("versions/3.*/bin/python3")),
        _uv_finds(uv, f">={_dotted(OLDEST)}", cwd=Path(ROOT.anchor)),
    ]
    for path in filter(None, candidates):
        if version := _version(path):
            yield version, path


def _version(interpreter: str | Path) -> tuple[int, int] | None:
    """Return the version of an interpreter, None where it does not run."""
    command = [interpreter, "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    if done.returncode != 0:
        return None
    major, minor = map(int, done.stdout.split())
    return major, minor


def _uv_finds(uv: Path, *request: str, cwd: Path) -> str | None:
    """Return an installed interpreter; without a request, the one `.python-version` asks for."""
    done = subprocess.run(
        [uv, "python", "find", "--no-python-downloads", "--system", *request],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None if done.returncode == 0 else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _run(command: Sequence[str | Path]) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _say(text: str) -> None:
    sys.stderr.write(f"bootstrap: {text}\n")
    sys.stderr.flush()


def _fail(text: str) -> int:
    _say(text)
    return 1


if __name__ == "__main__":
    sys.exit(main())
