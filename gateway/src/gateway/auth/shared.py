"""Copies of sessions and keys in Valkey, for replicas that have not asked yet.

A copy lies under the SHA-256 of its secret, sealed: whoever else can write to this Valkey cannot
make one up, give one to another secret, or read in it; all they can do is to take copies away, or
to put back one that is not older than a copy may be. Nothing is kept of what is not there.

Time here is Valkey's own clock, in microseconds. What an event drops is marked with the time, and
a copy that was asked for before the mark is neither stored nor found. So it does not matter in
which order the event and a slow answer arrive.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from contracts.identity.dto import SessionUser
    from gateway.cache.valkey import ValkeyCache

_NONCE: Final = 12
_SECOND: Final = 1_000_000
#: Marks stay for longer than any copy, and than the slowest answer.
_SLOWEST: Final = 60.0

_MARKED = """
local function marked(at, names)
  for _, mark in ipairs(redis.call('MGET', unpack(names))) do
    if mark and tonumber(mark) >= tonumber(at) then return true end
  end
  return false
end
"""

#: KEYS copy, mark of its secret, mark of all; ARGV beginning of the marks of users.
#: -> now, asked, user, sealed
_READ = (
    _MARKED
    + """
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local copy = redis.call('HMGET', KEYS[1], 'asked', 'user', 'sealed')
if not copy[3] then return {now} end
if marked(copy[1], {KEYS[2], KEYS[3], ARGV[1] .. copy[2]}) then
  redis.call('DEL', KEYS[1])
  return {now}
end
return {now, copy[1], copy[2], copy[3]}
"""
)

#: KEYS copy, its marks; ARGV asked, user, sealed, lifetime in ms. -> 1 where it was stored
_STORE = (
    _MARKED
    + """
if marked(ARGV[1], {KEYS[2], KEYS[3], KEYS[4]}) then return 0 end
local there = redis.call('HGET', KEYS[1], 'asked')
if there and tonumber(there) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'asked', ARGV[1], 'user', ARGV[2], 'sealed', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
"""
)

#: KEYS mark; ARGV lifetime in ms.
_DROP = """
local time = redis.call('TIME')
redis.call('SET', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]), 'PX', ARGV[1])
return 1
"""


class Owned(Protocol):
    """An answer that is about somebody."""

    @property
    def user(self) -> SessionUser:
        """Whose it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """What was asked for: the secret by its hash, and what a key is sent with."""

    sha256: str
    kind: str = "session"
    username: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.sha256}:{self.username}"


@dataclass(frozen=True, slots=True)
class Found[S]:
    """A copy, and its age in seconds."""

    state: S
    age: float


class SharedCopies[S: Owned]:
    """Reads and writes copies of one kind. No method raises because Valkey is away or wrong.

    Args:
        shared: The connection, with its patience.
        secret: The same in all replicas; what seals is made of it.
        model: What is kept. Copies of another shape, as another release has them, are none.
        longest: Seconds that a copy is kept.
    """

    def __init__(self, shared: ValkeyCache, secret: str, model: type[S], longest: float) -> None:
        self._shared = shared
        self._adapter = TypeAdapter(model)
        self._longest = longest
        self._names = f"gateway:{model.__name__}"
        shape = json.dumps(self._adapter.json_schema(), sort_keys=True)
        self._key = hmac.digest(secret.encode(), f"copies:{shape}".encode(), hashlib.sha256)
        #: Something could not be dropped: nothing that is there may be believed.
        self._owing = False
        self._read = shared.client.register_script(_READ)
        self._store = shared.client.register_script(_STORE)
        self._drop = shared.client.register_script(_DROP)

    async def read(self, place: Place) -> tuple[Found[S] | None, int | None]:
        """Return the copy at a place, and the time to store a new one under.

        Without a time nothing may be stored: Valkey did not answer.
        """
        if self._owing:
            await self.drop_all()
        if self._owing:
            return None, None
        answer = await self._shared.call(
            self._read(
                keys=[self._at(place), *self._marks(place.sha256)], args=[self._mark("user", "")]
            )
        )
        if answer is None:
            return None, None
        now = int(answer[0])
        if len(answer) == 1:
            return None, now
        _, asked, user, sealed = answer
        state = self._open(place, int(asked), sealed)
        if state is None or str(state.user.id) != user.decode():
            return None, now
        return Found(state, max(0.0, (now - int(asked)) / _SECOND)), now

    async def store(self, place: Place, state: S, asked: int) -> None:
        """Keep an answer that was asked for at a time that `read` gave."""
        nonce = os.urandom(_NONCE)
        text = self._adapter.dump_json(state)
        sealed = nonce + self._cipher(place).encrypt(nonce, text, str(asked).encode())
        user = str(state.user.id)
        await self._shared.call(
            self._store(
                keys=[self._at(place), *self._marks(place.sha256), self._mark("user", user)],
                args=[asked, user, sealed, int(self._longest * 1000)],
            )
        )

    async def drop_secret(self, sha256: str) -> None:
        """Drop what is kept under a secret, and what is asked of it now."""
        await self._dropped("secret", sha256)

    async def drop_user(self, user: int) -> None:
        """Drop what is kept of a user, and what is asked now."""
        await self._dropped("user", str(user))

    async def drop_all(self) -> None:
        """Drop everything that was asked for until now."""
        if await self._dropped("all", ""):
            self._owing = False

    async def _dropped(self, what: str, name: str) -> bool:
        lifetime = int((self._longest + _SLOWEST) * 1000)
        done = await self._shared.call(self._drop(keys=[self._mark(what, name)], args=[lifetime]))
        if done is None:
            self._owing = True
        return done is not None

    def _open(self, place: Place, asked: int, sealed: bytes) -> S | None:
        nonce, text = sealed[:_NONCE], sealed[_NONCE:]
        try:
            plain = self._cipher(place).decrypt(nonce, text, str(asked).encode())
            return self._adapter.validate_json(plain)
        except (InvalidTag, ValueError, ValidationError):
            return None

    def _cipher(self, place: Place) -> AESGCM:
        """Return what seals at a place: its key opens nothing elsewhere, and is used little."""
        return AESGCM(hmac.digest(self._key, str(place).encode(), hashlib.sha256))

    def _at(self, place: Place) -> str:
        return f"{self._names}:copy:{place}"

    def _mark(self, what: str, name: str) -> str:
        return f"{self._names}:dropped:{what}:{name}"

    def _marks(self, sha256: str) -> tuple[str, str]:
        return self._mark("secret", sha256), self._mark("all", "")
