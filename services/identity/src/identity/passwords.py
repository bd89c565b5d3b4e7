"""Passwords: hashes, old and new, and which passwords are refused.

New hashes are Argon2id with the parameters OWASP gives as its first choice for 19 MiB. Hashes
that Django made before are understood, and made anew at the first sign-in with them.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import secrets
from bisect import bisect_left
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files as resources
from typing import Final, NamedTuple

import argon2
import bcrypt

from servicekit.problems import FieldError, Invalid

SHORTEST: Final = 10
#: Hashes made or compared at the same time: each takes a core, and memory.
AT_ONCE: Final = 4
#: Characters of the commonest that are taken away at the ends: password2024! is "password".
_TRIMMINGS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_PREFIX: Final = 4
_FEWEST_CHARACTERS: Final = 5
_SIMILAR: Final = 0.7

_HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_POOL: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")


class Verdict(NamedTuple):
    """Whether a password fits, and whether its hash should be made anew."""

    fits: bool
    outdated: bool


async def hashed(password: str) -> str:
    """Return a new hash."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _HASHER.hash, password)


async def verify(password: str, stored: str | None) -> Verdict:
    """Compare with a stored hash; None or an unusable one costs the same and never fits."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _verify, password, stored)


def usable(stored: str) -> bool:
    """Tell whether somebody can sign in with a hash: not where none was set."""
    return bool(stored) and not stored.startswith("!")


def check(password: str, *, about: Iterable[str], field: str = "password") -> None:
    """Raise Invalid, naming `field`, where a new password is easy to guess.

    `about` is what an attacker knows of its owner: user name, address, names.
    """
    found = _objections(password, [text for text in about if text])
    if found:
        code, message = found
        error = FieldError(loc=["body", field], msg=message, code=code)
        raise Invalid(message, errors=[error])


def _objections(password: str, about: list[str]) -> tuple[str, str] | None:
    if len(password) < SHORTEST:
        return "too_short", f"A password has at least {SHORTEST} characters."
    lowered = password.lower()
    if len(set(lowered)) < _FEWEST_CHARACTERS or password.isdecimal():
        return "too_simple", "This password is a number, or repeats too few characters."
    if _is_common(lowered) or _is_common(_TRIMMINGS.sub("", lowered)):
        return "too_common", "This password is among those that are tried first."
    if any(_is_similar(lowered, part) for text in about for part in _parts(text)):
        return "too_similar", "This password is too much like your name or address."
    return None


def _parts(text: str) -> set[str]:
    lowered = text.lower()
    return {part for part in (lowered, *re.split(r"\W+", lowered)) if len(part) > 3}


def _is_similar(password: str, part: str) -> bool:
    if len(part) >= 6 and part in password and len(password) - len(part) < 6:
        return True
    return SequenceMatcher(None, password, part).ratio() >= _SIMILAR


@cache
def _common() -> bytes:
    """Return the first bytes of the SHA-1 of the commonest passwords, in order."""
    return resources("identity").joinpath("data", "common-passwords.sha1").read_bytes()


def _is_common(word: str) -> bool:
    known = _common()
    # SHA-1 names a word here, it keeps nothing secret.
    start = hashlib.sha1(word.encode(), usedforsecurity=False).digest()[:_PREFIX]
    at = bisect_left(
        range(len(known) // _PREFIX), start, key=lambda i: known[i * _PREFIX : (i + 1) * _PREFIX]
    )
    return known[at * _PREFIX : (at + 1) * _PREFIX] == start


@cache
def _dummy() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _verify(password: str, stored: str | None) -> Verdict:
    if stored is None or not usable(stored):
        _argon2(password, _dummy())
        return Verdict(fits=False, outdated=False)
    if stored.startswith("$argon2"):
        fits = _argon2(password, stored)
        return Verdict(fits, fits and _HASHER.check_needs_rehash(stored))
    return Verdict(_django(password, stored), outdated=True)


def _argon2(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _django(password: str, stored: str) -> bool:
    """Compare with a hash in one of the forms of django.contrib.auth.hashers."""
    algorithm, _, rest = stored.partition("$")
    try:
        match algorithm:
            case "pbkdf2_sha256" | "pbkdf2_sha1":
                rounds, salt, known = rest.split("$")
                made = hashlib.pbkdf2_hmac(
                    algorithm.removeprefix("pbkdf2_"), password.encode(), salt.encode(), int(rounds)
                )
                return hmac.compare_digest(made, base64.b64decode(known))
            case "scrypt":
                work, salt, block, lanes, known = rest.split("$")
                made = hashlib.scrypt(
                    password.encode(),
                    salt=salt.encode(),
                    n=int(work),
                    r=int(block),
                    p=int(lanes),
                    maxmem=132 * int(work) * int(block) * int(lanes),
                    dklen=64,
                )
                return hmac.compare_digest(made, base64.b64decode(known))
            case "argon2":
                return _argon2(password, f"${rest}")
            case "bcrypt_sha256":
                digest = hashlib.sha256(password.encode()).hexdigest()
                return bcrypt.checkpw(digest.encode(), rest.encode())
            case _:
                return False
    except (ValueError, binascii.Error):
        return False
