"""Development keys that sign the tokens between the processes of one data folder.

Their `kid` begins with `dev-`; a process that runs in production refuses such a key.
"""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from devstack.files import write_private
from servicekit.settings import DEVELOPMENT_KEY_PREFIX
from servicekit.tokens import SigningKey, jwks

ISSUER = "gateway"
"""Whose key also signs for a person at a shell: services need not know one more."""


def generate(name: str) -> SigningKey:
    """Make a key of the process `name` that is marked as meant for development."""
    return SigningKey.generate(f"{DEVELOPMENT_KEY_PREFIX}{name}-{secrets.token_hex(6)}", name)


def load(path: Path) -> SigningKey:
    """Read a key that `ensure` wrote.

    Raises:
        ValueError: the file holds no development key.
        OSError: it cannot be read.
    """
    try:
        key = SigningKey.load(str(path))
    except ValueError as error:
        raise ValueError(f"{path} holds no key ({error}); delete it to get a new one") from error
    if not key.kid.startswith(DEVELOPMENT_KEY_PREFIX):
        raise ValueError(f"{path} holds no development key but {key.kid}; delete it to get one")
    return key


def ensure(folder: Path, names: Iterable[str]) -> None:
    """Make the keys `<name>.json` that are missing, and the key set of all, `jwks.json`.

    Raises:
        ValueError: a file there holds no development key.
    """
    found = []
    for name in names:
        path = folder / f"{name}.json"
        if not path.exists():
            write_private(path, json.dumps(generate(name).private()) + "\n")
        found.append(load(path))
    write_private(folder / "jwks.json", json.dumps(jwks(*found)) + "\n")
