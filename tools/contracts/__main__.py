"""`python -m tools.contracts write | check | accept --because REASON`."""

from __future__ import annotations

import argparse
import sys

from tools import workspace
from tools.contracts import check, documents


def main() -> int:
    """Do what the command line asks; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.contracts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write", help="write the documents; refused where something would break")
    commands.add_parser("check", help="say what is out of date or would break")
    accept = commands.add_parser("accept", help="write the documents although something breaks")
    accept.add_argument("--because", required=True, help="why nobody is hurt by it")
    arguments = parser.parse_args()
    state = check.current()
    broken = check.broken(state)
    if arguments.command == "check":
        stale = [str(path) for path in check.outdated(state)]
        sys.stdout.write("".join(f"{line}\n" for line in [*broken, *stale]))
        return 1 if broken or stale else 0
    if broken and arguments.command == "write":
        sys.stderr.write("".join(f"{line}\n" for line in ["this would break:", *broken]))
        return 1
    if broken:
        _note(broken, arguments.because)
    for path in check.write(state):
        sys.stdout.write(f"wrote {path.relative_to(workspace.ROOT)}\n")
    return 0


def _note(broken: list[str], because: str) -> None:
    """Keep what was broken on purpose where the next reader finds it."""
    file = documents.BASELINE / "accepted.md"
    head = "# Breaks that were accepted\n\nNewest last; each with its reason.\n"
    text = file.read_text(encoding="utf-8") if file.exists() else head
    listed = "\n".join(line for line in broken if line != check.HOW)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{text}\n## {because}\n\n```\n{listed}\n```\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
