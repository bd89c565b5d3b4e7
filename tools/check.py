"""Run the checks that are not tests: `python -m tools.check [NAME …]`.

All of them run, whatever fails; the summary says which did, and the exit status is 1 then.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools import workspace
from tools.checks import locked, machine_paths, migrations
from tools.contracts import check as contracts

ROOT = workspace.ROOT

Work = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Check:
    """One check: either a command, or a function that returns what it found."""

    name: str
    what: str
    work: Work


def command(*arguments: str) -> Work:
    """Return work that runs a program of `.venv`; its output goes to the reader as it comes."""

    def run() -> Sequence[str]:
        program = workspace.BIN / arguments[0]
        done = subprocess.run([program, *arguments[1:]], cwd=ROOT, check=False)
        return [] if done.returncode == 0 else [f"exit status {done.returncode}"]

    return run


def deptry() -> Sequence[str]:
    """Compare the imports of each package with what its pyproject.toml declares."""
    found: list[str] = []
    names = ",".join(f"{package.distribution}={package.module}" for package in workspace.packages())
    for package in workspace.packages():
        done = subprocess.run(
            [
                workspace.BIN / "deptry",
                "src",
                "--no-ansi",
                "--known-first-party",
                package.module,
                "--package-module-name-map",
                names,
            ],
            cwd=package.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if " DEP" in line]
            found += [f"{package.folder.relative_to(ROOT)}/{line}" for line in lines]
            found += [] if lines else [done.stderr]
    return found


def djlint() -> Sequence[str]:
    """Lint the templates."""
    templates = sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("*/src/*/templates"))
    templates += sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("libs/*/src/**/templates"))
    return command("djlint", "--lint", "--quiet", *templates)() if templates else []


CHECKS = (
    Check(
        "format", "ruff format: the code is formatted", command("ruff", "format", "--check", ".")
    ),
    Check("ruff", "ruff: the rules of pyproject.toml", command("ruff", "check", ".")),
    Check("mypy", "mypy --strict: source and tests", command("mypy", ".")),
    Check("imports", "import-linter: who may import whom", command("lint-imports")),
    Check("templates", "djlint: HTML templates", djlint),
    Check("dependencies", "deptry: imported is declared, declared is imported", deptry),
    Check("spelling", "codespell", command("codespell")),
    Check("lock", "uv.lock fits the pyproject files and names only public hosts", locked.check),
    Check("paths", "no tracked file names a place of one machine", machine_paths.check),
    Check("migrations", "one head, models and migrations agree, squawk", migrations.check),
    Check("contracts", "documents are up to date and break nobody", contracts.check),
)


def main(wanted: Sequence[str]) -> int:
    """Run the checks named, or all; return the exit status."""
    known = {check.name: check for check in CHECKS}
    if unknown := [name for name in wanted if name not in known]:
        sys.stderr.write(f"no such check: {', '.join(unknown)}; known: {', '.join(known)}\n")
        return 2
    # Where the environment is not activated its programs are not on the path.
    os.environ["PATH"] = f"{workspace.BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    failed: list[str] = []
    for check in [known[name] for name in wanted] or CHECKS:
        sys.stdout.write(f"\n== {check.name}: {check.what}\n")
        sys.stdout.flush()
        began = time.monotonic()
        findings = _findings(check)
        for finding in findings:
            sys.stdout.write(f"{finding}\n")
        seconds = time.monotonic() - began
        sys.stdout.write(f"-- {'FAILED' if findings else 'passed'} in {seconds:.1f} s\n")
        if findings:
            failed.append(check.name)
    total = len(wanted) or len(CHECKS)
    sys.stdout.write(
        f"\n{len(failed)} of {total} checks failed: {', '.join(failed)}\n"
        if failed
        else f"\nall {total} checks passed\n"
    )
    return 1 if failed else 0


def _findings(check: Check) -> Sequence[str]:
    try:
        return check.work()
    except Exception:  # noqa: BLE001 - one broken check must not hide the others
        return [traceback.format_exc()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
