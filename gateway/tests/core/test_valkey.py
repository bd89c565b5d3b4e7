"""The second level, on a real Valkey: shared by replicas, never fresher than the last purge."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.cache.memory import ALL, MemoryCache, path_key, withdrawal
from gateway.cache.store import Limits, PageStore
from gateway.cache.valkey import ValkeyCache, connect

from .test_entry import entry
from .test_store import DOWN, KEY, Kitchen

#: Generous: what is tested here is not how long Valkey takes on a busy machine.
PATIENT = 5.0


@contextlib.asynccontextmanager
async def opened(url: str, build: str = "1", wait: float = PATIENT) -> AsyncIterator[ValkeyCache]:
    client = connect(url, wait)
    try:
        yield ValkeyCache(client, build, wait)
    finally:
        await client.aclose()


async def fresh(cache: ValkeyCache, key: str = KEY) -> bool:
    found, _ = await cache.lookup(key)
    return found is not None and found.fresh


async def kept(cache: ValkeyCache, **fields: Any) -> bool:
    page = entry(**fields)
    _, mark = await cache.lookup(page.key)
    assert mark is not None
    return await cache.store(page, mark)


async def test_one_replica_finds_what_another_composed(valkey_url: str) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        await one.distrust()
        await two.distrust()
        assert await kept(one)
        found, _ = await two.lookup(KEY)
        assert found is not None
        assert found.fresh
        assert found.entry.body == entry().body


@pytest.mark.parametrize("key", ["home", ALL, path_key("/")])
async def test_a_purge_makes_it_stale_for_all(valkey_url: str, key: str) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        await one.distrust()
        await two.distrust()
        await kept(one)
        assert await fresh(two)
        await one.purge({"other"})
        assert await fresh(two)
        await one.purge({key})
        found, _ = await two.lookup(KEY)
        assert found is not None
        assert not found.fresh


async def test_what_was_purged_while_it_was_composed_is_not_stored(valkey_url: str) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        await one.distrust()
        _, mark = await one.lookup(KEY)
        assert mark is not None
        await two.purge({"home"})
        assert not await one.store(entry(), mark)
        assert await one.lookup(KEY) == (None, (await one.lookup(KEY))[1])


async def test_what_was_withdrawn_is_not_even_a_stale_copy(valkey_url: str) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        await one.distrust()
        await kept(one)
        await two.purge({"home", withdrawal("home")})
        found, mark = await one.lookup(KEY)
        assert found is None
        assert mark is not None
        # What is composed from then on is kept as ever.
        assert await one.store(entry(), mark)
        assert (await one.lookup(KEY))[0] is not None


async def test_an_older_page_does_not_take_the_place_of_a_newer(valkey_url: str) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        await one.distrust()
        _, early = await one.lookup(KEY)
        await two.purge({"other"})
        _, late = await two.lookup(KEY)
        assert early is not None
        assert late is not None
        assert await two.store(entry(b"new"), late)
        assert not await one.store(entry(b"old"), early)
        found, _ = await one.lookup(KEY)
        assert found is not None
        assert found.entry.body == b"new"


async def test_a_replica_that_begins_trusts_only_what_is_composed_from_then_on(
    valkey_url: str,
) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        await one.distrust()
        await kept(one)
        found, _ = await two.lookup(KEY)
        assert found is not None
        assert not found.fresh
        await two.distrust()
        assert not await fresh(two)
        # Others have no reason to doubt.
        assert await fresh(one)
        await kept(one)
        assert await fresh(two)


async def test_a_purge_that_could_not_be_written_is_made_up_for(private_valkey: Any) -> None:
    server = private_valkey(keep=True)
    async with opened(server.url, wait=0.5) as one:
        await one.distrust()
        await kept(one)
        assert await fresh(one)
        server.pause()
        assert not await one.purge({"home"})
        assert one.dirty
        server.resume()
        one.breaker.clock = lambda: time.monotonic() + 60
        assert not await fresh(one)
        assert not one.dirty
        await kept(one)
        assert await fresh(one)


async def test_while_a_purge_is_owed_nothing_is_read_or_stored(private_valkey: Any) -> None:
    server = private_valkey()
    async with opened(server.url, wait=0.5) as one:
        await one.distrust()
        _, mark = await one.lookup(KEY)
        assert mark is not None
        server.pause()
        await one.purge({"home"})
        server.resume()
        assert not await one.store(entry(), mark)


async def test_valkey_that_lost_everything_is_trusted_anew(valkey_url: str) -> None:
    async with opened(valkey_url) as one:
        await one.distrust()
        _, mark = await one.lookup(KEY)
        assert mark is not None
        await one.client.flushall()
        # What began before the loss is not stored: the purges since then are not known.
        assert not await one.store(entry(), mark)
        await kept(one)
        assert await fresh(one)


async def test_marks_that_were_evicted_leave_nothing_fresh(valkey_url: str) -> None:
    async with opened(valkey_url) as one:
        await one.distrust()
        await kept(one)
        await one.purge({"home"})
        await one.client.delete("gateway:marks")
        assert not await fresh(one)


async def test_valkey_that_came_back_older_is_noticed(valkey_url: str) -> None:
    async with opened(valkey_url) as one:
        await one.distrust()
        await kept(one)
        marks = await one.client.dump("gateway:marks")
        await one.purge({"home"})
        assert not await fresh(one)
        assert marks is not None
        await one.client.restore("gateway:marks", 0, marks, replace=True)
        assert not await fresh(one)
        assert one.dirty
        assert not await fresh(one)
        assert not one.dirty


async def test_a_page_of_another_build_is_a_stale_copy(valkey_url: str) -> None:
    async with opened(valkey_url, "1") as one, opened(valkey_url, "2") as two:
        await one.distrust()
        await two.distrust()
        await kept(one)
        found, _ = await two.lookup(KEY)
        assert found is not None
        assert not found.fresh
        assert await fresh(one)


@pytest.mark.parametrize("rubbish", [b"", b"{}", b"{}\nx", b"\xff" * 50, b'{"key":1}\n'])
async def test_rubbish_in_valkey_is_nothing(valkey_url: str, rubbish: bytes) -> None:
    async with opened(valkey_url) as one:
        await one.distrust()
        await kept(one)
        await one.client.hset(f"gateway:page:{KEY}", "entry", rubbish)
        found, mark = await one.lookup(KEY)
        assert found is None
        assert mark is not None


async def test_an_entry_goes_when_nobody_could_use_it(valkey_url: str) -> None:
    async with opened(valkey_url) as one:
        await one.distrust()
        await kept(one, fresh_for=60.0, stale_for=600.0)
        lifetime = await one.client.pttl(f"gateway:page:{KEY}")
        assert 600_000 < lifetime <= 660_000


async def test_the_first_to_claim_is_the_first(valkey_url: str) -> None:
    async with opened(valkey_url) as one, opened(valkey_url) as two:
        assert await one.first("event")
        assert not await two.first("event")
        assert await two.first("another")


async def test_nothing_raises_or_waits_long_without_valkey() -> None:
    async with opened("redis://127.0.0.1:9", wait=0.05) as one:
        await one.distrust()
        assert await one.lookup(KEY) == (None, None)
        assert not await one.purge({"home"})
        assert await one.first("event")
        assert not await one.answers()


async def test_a_hung_valkey_is_soon_not_asked(private_valkey: Any) -> None:
    server = private_valkey()
    async with opened(server.url, wait=0.2) as one:
        await one.distrust()
        server.pause()
        for _ in range(3):
            await one.lookup(KEY)
        opened_at = time.monotonic()
        one.breaker.clock = lambda: opened_at
        before = asyncio.get_running_loop().time()
        for _ in range(100):
            assert await one.lookup(KEY) == (None, None)
        # A hundred waits would be twenty seconds.
        assert asyncio.get_running_loop().time() - before < 5
        server.resume()


# --- with the store before it ---


@contextlib.asynccontextmanager
async def replica(cache: ValkeyCache) -> AsyncIterator[PageStore]:
    store = PageStore(MemoryCache(10**6), cache, lambda: True, Limits(patience=30))
    try:
        yield store
    finally:
        await store.close()


async def test_a_page_is_composed_by_one_replica_for_both(valkey_url: str, until: Any) -> None:
    async with (
        opened(valkey_url) as first,
        opened(valkey_url) as second,
        replica(first) as one,
        replica(second) as two,
    ):
        await one.doubt()
        await two.doubt()
        kitchen = Kitchen()
        assert (await one.fetch(KEY, kitchen)).outcome == "miss"
        await until(lambda: fresh(second))
        assert (await two.fetch(KEY, kitchen)).outcome == "shared"
        assert (await two.fetch(KEY, kitchen)).outcome == "hit"
        await one.purge({"home"})
        await two.purge({"home"})
        assert (await two.fetch(KEY, kitchen)).entry.body == b"page 2"


async def test_what_is_taken_from_valkey_while_it_is_told_of_a_purge_is_purged_too(
    valkey_url: str, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        opened(valkey_url) as first,
        opened(valkey_url) as second,
        replica(first) as one,
        replica(second) as two,
    ):
        await one.doubt()
        await two.doubt()
        kitchen = Kitchen()
        await one.fetch(KEY, kitchen)
        await until(lambda: fresh(second))
        tell = second.purge

        async def visited_meanwhile(keys: Any) -> bool:
            assert (await two.fetch(KEY, kitchen)).outcome == "shared"
            return await tell(keys)

        monkeypatch.setattr(second, "purge", visited_meanwhile)
        await two.purge({"home"})
        assert (await two.fetch(KEY, kitchen)).entry.body == b"page 2"


async def test_a_replica_that_begins_with_all_down_serves_what_valkey_has(
    valkey_url: str, until: Any
) -> None:
    async with (
        opened(valkey_url) as first,
        opened(valkey_url) as second,
        replica(first) as one,
        replica(second) as two,
    ):
        await one.doubt()
        await one.fetch(KEY, Kitchen())
        await until(lambda: fresh(first))
        broken = Kitchen()
        broken.error = DOWN
        served = await two.fetch(KEY, broken)
        assert (served.outcome, served.entry.body) == ("stale", b"page 1")


async def test_pages_without_valkey() -> None:
    async with opened("redis://127.0.0.1:9", wait=0.05) as cache, replica(cache) as store:
        await store.doubt()
        kitchen = Kitchen()
        assert (await store.fetch(KEY, kitchen)).outcome == "miss"
        assert (await store.fetch(KEY, kitchen)).outcome == "hit"
        await store.purge({"home"})
        assert (await store.fetch(KEY, kitchen)).entry.body == b"page 2"


async def test_replicas_never_show_what_was_purged_before_they_heard_of_it(
    valkey_url: str,
) -> None:
    """Changes and visits at once: who knows of a change never sees what was before it."""
    async with (
        opened(valkey_url) as first,
        opened(valkey_url) as second,
        replica(first) as one,
        replica(second) as two,
    ):
        stores = [one, two]
        for store in stores:
            await store.doubt()
        value = 0
        heard = [0, 0]

        async def compose() -> Any:
            seen, began = value, time.monotonic()
            await asyncio.sleep(0.002)
            return entry(str(seen).encode(), composed=began)

        async def change() -> None:
            nonlocal value
            for number in range(1, 40):
                value = number
                for at, store in enumerate(stores):
                    await store.purge({"home"})
                    heard[at] = number

        async def visits(at: int) -> None:
            for _ in range(60):
                known = heard[at]
                body = (await stores[at].fetch(KEY, compose)).entry.body
                assert int(body) >= known

        await asyncio.gather(change(), *(visits(at) for at in (0, 1, 0, 1)))
