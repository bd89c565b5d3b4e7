"""The data folder of a run: where everything is, and the secrets that belong to it."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from devstack.files import write_private

FOLDER_NAME = ".data"


def project_folder(start: Path) -> Path:
    """Return the folder of the project `start` lies in: the one with `uv.lock`; else `start`."""
    for folder in (start, *start.parents):
        if (folder / "uv.lock").exists():
            return folder
    return start


def default_folder() -> Path:
    """Return PYDOTORG_DATA_DIR, or `.data` in the project."""
    told = os.environ.get("PYDOTORG_DATA_DIR")
    return Path(told) if told else project_folder(Path.cwd()) / FOLDER_NAME


class Home:
    """One data folder. Everything in it can be deleted together while nothing runs.

    Args:
        folder: Made when something is first written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()

    @property
    def logs(self) -> Path:
        """Folder with one log a process."""
        return self.folder / "logs"

    @property
    def keys(self) -> Path:
        """Folder of the development keys and the key set."""
        return self.folder / "keys"

    @property
    def jwks(self) -> Path:
        """The key set that verifies internal tokens."""
        return self.keys / "jwks.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor while it lives; holds its process id."""
        return self.folder / "supervisor.lock"

    @property
    def state(self) -> Path:
        """What runs, written by the supervisor."""
        return self.folder / "state.json"

    @property
    def files(self) -> str:
        """Address of the store for files: a folder."""
        return (self.folder / "files").as_uri()

    def log(self, name: str) -> Path:
        """Return the log of one process."""
        return self.logs / f"{name}.log"

    def signing_key(self, name: str) -> Path:
        """Return the private key of one program."""
        return self.keys / f"{name}.json"

    def prepare(self, signers: Iterable[str]) -> None:
        """Make the folder, and the keys of programs that sign.

        Raises:
            OSError: the folder cannot be written.
            ValueError: a key file there holds no development key.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignored = self.folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")
        from devstack import keys  # noqa: PLC0415 - half a second that `status` need not wait

        keys.ensure(self.keys, signers)

    def secret(self, name: str) -> str:
        """Return a secret that stays the same for this folder; made at the first call."""
        path = self.folder / "secrets.json"
        known: dict[str, str] = {}
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            write_private(path, json.dumps(known, indent=2) + "\n")
        return known[name]
