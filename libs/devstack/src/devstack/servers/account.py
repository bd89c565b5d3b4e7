"""Which account postgres runs as: it refuses root."""

import enum
import functools
import hashlib
import os
import shutil
import stat
import subprocess
from pathlib import Path

NOBODY = 65534
"""User and group id of the account without rights, the same on every Linux."""

FALLBACK_FOLDER = Path("/var/tmp")  # noqa: S108 - each folder in it is ours, see `own_folder`


class Account(enum.Enum):
    """How a program that refuses root is started."""

    SAME = "same"
    """As we are: an ordinary user."""
    NAMESPACE = "namespace"
    """In a user namespace where root's files belong to nobody: no other account touches them."""
    NOBODY = "nobody"
    """As nobody, in a folder that belongs to nobody: where user namespaces are forbidden."""


@functools.cache
def detect() -> Account:
    """Find the way that works here."""
    if os.geteuid() != 0:
        return Account.SAME
    unshare = shutil.which("unshare")
    if unshare is not None:
        tried = subprocess.run(  # noqa: S603 - fixed arguments
            [*prefix(Account.NAMESPACE), "true"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            return Account.NAMESPACE
    return Account.NOBODY


def prefix(account: Account) -> list[str]:
    """Return what goes before the command line."""
    if account is not Account.NAMESPACE:
        return []
    return [
        shutil.which("unshare") or "unshare",
        "--user",
        f"--map-user={NOBODY}",
        f"--map-group={NOBODY}",
        "--",
    ]


def identity(account: Account) -> tuple[int, int] | None:
    """Return the user and group id to start as; none = ours."""
    return (NOBODY, NOBODY) if account is Account.NOBODY else None


def reachable(path: Path) -> bool:
    """Tell whether nobody may enter every folder above `path`."""
    return all(
        folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents if folder.exists()
    )


def own_folder(wanted: Path) -> Path:
    """Return a data folder nobody can use: `wanted` if it can be reached, else one elsewhere.

    The folder belongs to nobody afterwards and is closed to others; what it lies in belongs to
    root.

    Raises:
        PermissionError: a folder of that name belongs to somebody else.
    """
    folder = wanted
    if not reachable(wanted):
        digest = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:16]
        outer = FALLBACK_FOLDER / f"pydotorg-{digest}"
        outer.mkdir(mode=0o711, exist_ok=True)
        _refuse_foreign(outer, {0})
        folder = outer / "data"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_foreign(folder, {0, NOBODY})
    os.chown(folder, NOBODY, NOBODY)
    return folder


def _refuse_foreign(folder: Path, owners: set[int]) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise PermissionError(f"{folder} belongs to user {found.st_uid}; remove it")


def own_programs(programs: Path) -> Path:
    """Return a copy of a folder of programs that nobody can run, or the folder itself if it can.

    The copy belongs to root and stays for the next start; it is made again when the source changes.
    """
    if reachable(programs / "bin" / "postgres"):
        return programs
    mark = str((programs / "bin" / "postgres").stat().st_mtime_ns)
    digest = hashlib.sha256(f"{programs.resolve()}:{mark}".encode()).hexdigest()[:16]
    copy = FALLBACK_FOLDER / f"pydotorg-programs-{digest}"
    if copy.exists() and copy.lstat().st_uid == 0 and (copy / "complete").exists():
        return copy
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(programs, copy, symlinks=True)
    copy.chmod(0o755)
    (copy / "complete").touch()
    return copy
