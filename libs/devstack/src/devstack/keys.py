"""The development key that signs the tokens between the processes of one data folder.

Its `kid` begins with `dev-`; a process that runs in production refuses such a key.
"""

import json
import os
import secrets
from pathlib import Path

from servicekit.settings import DEVELOPMENT_KEY_PREFIX
from servicekit.tokens import SigningKey, jwks

ISSUER = "gateway"
"""The development key is the gateway's: services need no second one for a person at a shell."""


def generate() -> SigningKey:
    """Make a key that is marked as meant for development."""
    return SigningKey.generate(DEVELOPMENT_KEY_PREFIX + secrets.token_hex(6))


def signing_key_path(folder: Path) -> Path:
    """Return the path of the private JWK: the value of PYDOTORG_SIGNING_KEY."""
    return folder / "signing-key.json"


def jwks_path(folder: Path) -> Path:
    """Return the path of the key set that verifies: the value of PYDOTORG_JWKS."""
    return folder / "jwks.json"


def ensure(folder: Path) -> SigningKey:
    """Return the key kept in `folder`, made at the first call, and write the key set beside it.

    Raises:
        ValueError: the file there holds no development key.
    """
    path = signing_key_path(folder)
    if path.exists():
        try:
            key = SigningKey.load(str(path))
        except ValueError as error:
            raise ValueError(f"{path} holds no key: {error}; delete it for a new one") from error
        if not key.kid.startswith(DEVELOPMENT_KEY_PREFIX):
            raise ValueError(f"the key in {path} is no development key ({key.kid})")
    else:
        key = generate()
        write_private(path, json.dumps(key.private()) + "\n")
    write_private(jwks_path(folder), json.dumps(jwks(key)) + "\n")
    return key


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is there whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)
