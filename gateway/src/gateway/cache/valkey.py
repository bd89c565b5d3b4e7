"""The second level: composed responses shared by the replicas, in Valkey.

Time here is a counter. A purge adds one to `clock` and writes the new value beside each surrogate
key that it drops. A composition notes the clock when it begins, and its entry is fresh only as
long as no key of it carries a later value. So it does not matter in which order a purge and a slow
composition arrive: the comparison is made when an entry is stored and again when it is read.

Clock and marks are fields of one hash with a random `gen`. Where Valkey lost the hash (flushed,
evicted, restarted empty), the new one has another `gen`, and entries of the old time are not
trusted. Where it came back older than it was, this replica sees the clock go backwards. Whatever
cannot be trusted is still good as a stale copy, except of what was withdrawn: that is deleted.

Valkey being away costs a page nothing: calls are short, and after a few failures there are none
for a moment.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.backends.policy import Breaker
from gateway.cache.entry import Entry
from gateway.cache.memory import ALL, path_key

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

_log = structlog.get_logger("gateway.cache")

_MARKS = "gateway:marks"
_PAGE = "gateway:page:"

_GENERATION = """
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then
  gen = ARGV[1]
  redis.call('HSET', KEYS[1], 'gen', gen, 'clock', 0)
end
"""

#: KEYS marks, page; ARGV new gen. -> gen, clock, entry clock, is fresh, build, entry
_LOOKUP = (
    _GENERATION
    + """
local clock = redis.call('HGET', KEYS[1], 'clock')
local page = redis.call('HMGET', KEYS[2], 'gen', 'clock', 'keys', 'build', 'entry')
if not page[5] then return {gen, clock} end
local fresh = 0
if page[1] == gen then
  fresh = 1
  local names = {}
  for name in string.gmatch(page[3], '[^\\n]+') do names[#names + 1] = 'k:' .. name end
  for _, at in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
    if at and tonumber(at) > tonumber(page[2]) then fresh = 0 end
  end
  for at, name in ipairs(names) do names[at] = 'k:gone:' .. string.sub(name, 3) end
  for _, at in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
    if at and tonumber(at) > tonumber(page[2]) then
      redis.call('DEL', KEYS[2])
      return {gen, clock}
    end
  end
end
return {gen, clock, page[2], fresh, page[4], page[5]}
"""
)

#: KEYS marks, page; ARGV gen, clock, keys, build, entry, lifetime in ms. -> 1 where it was stored
_STORE = """
if redis.call('HGET', KEYS[1], 'gen') ~= ARGV[1] then return 0 end
local names = {}
for name in string.gmatch(ARGV[3], '[^\\n]+') do names[#names + 1] = 'k:' .. name end
for _, at in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
  if at and tonumber(at) > tonumber(ARGV[2]) then return 0 end
end
local there = redis.call('HMGET', KEYS[2], 'gen', 'clock')
if there[1] == ARGV[1] and tonumber(there[2]) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'gen', ARGV[1], 'clock', ARGV[2], 'keys', ARGV[3], 'build', ARGV[4],
  'entry', ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return 1
"""

#: KEYS marks; ARGV new gen, surrogate keys. -> gen, clock
_PURGE = (
    _GENERATION
    + """
local clock = redis.call('HINCRBY', KEYS[1], 'clock', 1)
for at = 2, #ARGV do redis.call('HSET', KEYS[1], 'k:' .. ARGV[at], clock) end
return {gen, clock}
"""
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the logical time: the clock of one generation of the hash."""

    generation: str
    clock: int


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the second level, and whether it may be answered as it is."""

    entry: Entry
    fresh: bool


class ValkeyCache:
    """Reads and writes the second level. No method raises because Valkey is away or wrong.

    Args:
        client: Connected lazily; its loop is the serving one.
        build: Fingerprint of templates and static files. An entry of another build is a stale
            copy, not a page to answer.
        timeout: Seconds that one round trip may take.
    """

    def __init__(self, client: Redis, build: str, timeout: float = 0.05) -> None:
        self.client = client
        self.build = build
        #: What the frame of pages is like now: an entry of another is no page to answer either.
        self.frame = ""
        self.timeout = timeout
        self.breaker = Breaker(window=5, threshold=3, pause=1, probe_timeout=1)
        #: A purge could not be written: what Valkey says may be too good.
        self.dirty = False
        #: Entries composed before this are not trusted; None: none are.
        self.trusted: Mark | None = None
        self._seen: Mark | None = None
        self._lookup = client.register_script(_LOOKUP)
        self._store = client.register_script(_STORE)
        self._purge = client.register_script(_PURGE)

    async def lookup(self, key: str) -> tuple[Found | None, Mark | None]:
        """Return the entry at `key`, and the mark to store a new one under.

        Without a mark nothing composed now may be stored: Valkey did not answer, or a purge is
        still owed to it.
        """
        if self.dirty and not await self.mend():
            return None, None
        answer = await self.call(self._lookup(keys=[_MARKS, _PAGE + key], args=[uuid.uuid4().hex]))
        if answer is None:
            return None, None
        mark = Mark(answer[0].decode(), int(answer[1]))
        if self._went_back(mark):
            self.dirty = True
            return None, None
        self._seen = mark
        if len(answer) == 2:
            return None, mark
        _, _, composed, fresh, build, data = answer
        try:
            entry = await asyncio.to_thread(Entry.load, data)
        except ValueError:
            _log.warning("cache.entry.unreadable", key=key)
            return None, mark
        trusted = self._trusts(mark.generation, int(composed))
        return Found(entry, bool(fresh) and trusted and build == self._build), mark

    async def store(self, entry: Entry, mark: Mark) -> bool:
        """Keep an entry that was composed at `mark`; False where it is not kept."""
        if self.dirty:
            return False
        keys = "\n".join((*sorted(entry.keys), path_key(entry.path), ALL))
        packed = await asyncio.to_thread(entry.dump)
        lifetime = int((entry.fresh_for + entry.stale_for) * 1000)
        answer = await self.call(
            self._store(
                keys=[_MARKS, _PAGE + entry.key],
                args=[mark.generation, mark.clock, keys, self._build, packed, lifetime],
            )
        )
        return bool(answer)

    async def purge(self, keys: Iterable[str]) -> bool:
        """Write that these surrogate keys are old; where that fails, all of it will be first."""
        args = [uuid.uuid4().hex, *keys]
        for _ in range(2):
            if await self.call(self._purge(keys=[_MARKS], args=args)) is not None:
                return True
        self.dirty = True
        return False

    async def mend(self) -> bool:
        """Write off everything stored so far, because a purge of it was missed or lost."""
        answer = await self.call(self._purge(keys=[_MARKS], args=[uuid.uuid4().hex, ALL]))
        if answer is None:
            return False
        self._seen = self.trusted = Mark(answer[0].decode(), int(answer[1]))
        self.dirty = False
        return True

    async def distrust(self) -> None:
        """Trust from now on only what is composed from now on (after a start or a gap).

        Other replicas go on trusting what they have reason to.
        """
        self.trusted = None
        answer = await self.call(self._purge(keys=[_MARKS], args=[uuid.uuid4().hex]))
        if answer is None:
            # The next round trip that works writes everything off, which ends the doubt too.
            self.dirty = True
            return
        self._seen = self.trusted = Mark(answer[0].decode(), int(answer[1]))

    async def first(self, name: str) -> bool:
        """Tell whether nobody has claimed `name` within the last minutes. True also in doubt."""
        claimed = await self.call(self.client.set(f"gateway:first:{name}", 1, nx=True, ex=600))
        if claimed is not None:
            return True
        return await self.call(self.client.exists(f"gateway:first:{name}")) != 1

    async def read(self, name: str) -> bytes | None:
        """Return what the replicas keep under a name beside the pages, or None."""
        found: bytes | None = await self.call(self.client.get(name))
        return found

    async def write(self, name: str, value: bytes) -> None:
        """Keep something for the replicas under a name beside the pages."""
        await self.call(self.client.set(name, value))

    async def answers(self) -> bool:
        """Tell whether Valkey answers, for the readiness report."""
        return await self.call(self.client.ping()) is not None

    async def call(self, command: Awaitable[Any]) -> Any | None:  # noqa: ANN401 - a reply
        """Wait for a reply within the timeout; None where there is none."""
        if not self.breaker.admit():
            if asyncio.iscoroutine(command):
                command.close()
            return None
        try:
            async with asyncio.timeout(self.timeout):
                reply = await command
        except (RedisError, OSError, TimeoutError) as error:
            self.breaker.record(ok=False)
            _log.debug("cache.valkey.failed", error=repr(error))
            return None
        except BaseException:
            self.breaker.release()
            raise
        self.breaker.record(ok=True)
        return reply

    @property
    def _build(self) -> bytes:
        return f"{self.build}.{self.frame}".encode()

    def _trusts(self, generation: str, clock: int) -> bool:
        if self.trusted is None:
            return False
        if self.trusted.generation != generation:
            # The hash is new since. Purges of its whole life were written to it, or it is dirty.
            self.trusted = Mark(generation, 0)
        return clock >= self.trusted.clock

    def _went_back(self, mark: Mark) -> bool:
        seen = self._seen
        return seen is not None and seen.generation == mark.generation and mark.clock < seen.clock


def connect(url: str, timeout: float) -> Redis:
    """Return a client that connects on use, never retries by itself and never waits long."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        max_connections=64,
    )
