"""How a page is had: once however many ask, fresh, stale, or an honest error."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from gateway.backends.errors import BackendUnavailable
from gateway.cache.entry import Entry
from gateway.cache.memory import ALL, MemoryCache, withdrawal
from gateway.cache.store import Limits, PageStore

from .test_entry import entry


class Kitchen:
    """Composes pages that say how many there were before; can be stopped and made to fail."""

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        self.count = 0
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None

    async def __call__(self) -> Entry:
        self.count += 1
        number, began = self.count, time.monotonic()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return entry(f"page {number}".encode(), **{"composed": began, **self.fields})


DOWN = BackendUnavailable("things", "is down")


@pytest.fixture
def heard() -> list[bool]:
    return [True]


@pytest.fixture
def store(heard: list[bool]) -> PageStore:
    limits = Limits(patience=0.05, unheard=5.0, hold=1000)
    return PageStore(MemoryCache(10**6), None, lambda: heard[0], limits)


KEY = "home|/|"


async def test_the_second_visitor_gets_the_copy(store: PageStore) -> None:
    kitchen = Kitchen()
    first, second = [await store.fetch(KEY, kitchen) for _ in range(2)]
    assert (first.outcome, second.outcome) == ("miss", "hit")
    assert first.entry is second.entry
    assert kitchen.count == 1


async def test_one_composition_for_all_who_wait(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    visits = [asyncio.create_task(store.fetch(KEY, kitchen)) for _ in range(50)]
    await asyncio.sleep(0)
    kitchen.go.set()
    served = await asyncio.gather(*visits)
    assert kitchen.count == 1
    assert len({id(one.entry) for one in served}) == 1


async def test_a_visitor_who_leaves_does_not_take_the_page_along(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    leaving, staying = (asyncio.create_task(store.fetch(KEY, kitchen)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    kitchen.go.set()
    assert (await staying).outcome == "miss"
    assert kitchen.count == 1


async def test_an_expired_copy_is_shown_while_the_next_is_made(
    store: PageStore, until: Any
) -> None:
    kitchen = Kitchen()
    store.memory.put(entry(b"old", composed=time.monotonic() - 90))
    kitchen.go.clear()
    served = await store.fetch(KEY, kitchen)
    assert (served.outcome, served.entry.body) == ("revalidating", b"old")
    kitchen.go.set()

    async def renewed() -> bool:
        return (await store.fetch(KEY, kitchen)).outcome == "hit"

    await until(renewed)
    assert kitchen.count == 1


async def test_a_long_expired_copy_is_not_shown_where_the_page_can_be_made(
    store: PageStore,
) -> None:
    store.memory.put(entry(b"old", composed=time.monotonic() - 500))
    assert (await store.fetch(KEY, Kitchen())).entry.body == b"page 1"


async def test_a_purged_copy_is_not_shown_where_the_page_can_be_made(store: PageStore) -> None:
    kitchen = Kitchen()
    await store.fetch(KEY, kitchen)
    await store.purge({"home"})
    assert (await store.fetch(KEY, kitchen)).entry.body == b"page 2"


@pytest.mark.parametrize("purged", [True, False])
async def test_a_copy_stands_in_for_a_page_that_fails(store: PageStore, *, purged: bool) -> None:
    kitchen = Kitchen()
    kitchen.error = DOWN
    store.memory.put(entry(b"old", composed=time.monotonic() - 500, purged=purged))
    served = await store.fetch(KEY, kitchen)
    assert (served.outcome, served.entry.body) == ("stale", b"old")


async def test_a_failed_page_is_not_tried_by_every_visitor(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.error = DOWN
    store.memory.put(entry(b"old", purged=True))
    for _ in range(5):
        assert (await store.fetch(KEY, kitchen)).outcome == "stale"
    assert kitchen.count == 1
    # What is purged anew is tried anew.
    kitchen.error = None
    await store.purge({"home"})
    assert (await store.fetch(KEY, kitchen)).outcome == "miss"


async def test_without_a_copy_the_error_is_told_and_tried_again(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.error = DOWN
    for _ in range(2):
        with pytest.raises(BackendUnavailable):
            await store.fetch(KEY, kitchen)
    assert kitchen.count == 2


async def test_a_copy_that_is_too_old_stands_in_for_nothing(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.error = DOWN
    store.memory.put(entry(b"old", composed=time.monotonic() - 700))
    with pytest.raises(BackendUnavailable):
        await store.fetch(KEY, kitchen)


async def test_patience_ends_and_the_composition_goes_on(store: PageStore, until: Any) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    store.memory.put(entry(b"old", purged=True))
    served = await store.fetch(KEY, kitchen)
    assert (served.outcome, served.entry.body) == ("stale", b"old")
    # The next visitor joins the same composition, whose patience is used up already.
    assert (await store.fetch(KEY, kitchen)).entry.body == b"old"
    assert kitchen.count == 1
    kitchen.go.set()

    async def renewed() -> bool:
        return (await store.fetch(KEY, kitchen)).entry.body == b"page 1"

    await until(renewed)
    assert kitchen.count == 1


async def test_what_was_purged_meanwhile_is_not_kept_as_fresh(store: PageStore, until: Any) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    early = asyncio.create_task(store.fetch(KEY, kitchen))
    await until(lambda: kitchen.count)
    await store.purge({"home"})
    late = asyncio.create_task(store.fetch(KEY, kitchen))
    await asyncio.sleep(0)
    kitchen.go.set()
    # Who came before the purge may see what was true then; who came after it may not.
    assert (await early).entry.body == b"page 1"
    assert (await late).entry.body == b"page 2"
    assert (await store.fetch(KEY, kitchen)).entry.body == b"page 2"
    assert kitchen.count == 2


async def test_a_purge_of_something_else_does_not_disturb(store: PageStore, until: Any) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    visit = asyncio.create_task(store.fetch(KEY, kitchen))
    await until(lambda: kitchen.count)
    await store.purge({"jobs"})
    kitchen.go.set()
    await visit
    assert (await store.fetch(KEY, kitchen)).outcome == "hit"


async def test_while_purges_are_not_heard_a_copy_is_fresh_for_seconds(
    store: PageStore, heard: list[bool]
) -> None:
    kitchen = Kitchen()
    heard[0] = False
    store.memory.put(entry(b"new", composed=time.monotonic() - 1))
    assert (await store.fetch(KEY, kitchen)).outcome == "hit"
    store.memory.put(entry(b"old", composed=time.monotonic() - 10))
    assert (await store.fetch(KEY, kitchen)).entry.body == b"page 1"
    kitchen.error = DOWN
    store.memory.put(entry(b"old", composed=time.monotonic() - 10))
    assert (await store.fetch(KEY, kitchen)).outcome == "stale"


async def test_a_whole_old_page_is_better_than_a_part(store: PageStore) -> None:
    kitchen = Kitchen(degraded=True, fresh_for=5.0)
    store.memory.put(entry(b"whole", composed=time.monotonic() - 500))
    served = await store.fetch(KEY, kitchen)
    assert (served.outcome, served.entry.body) == ("stale", b"whole")
    assert (await store.fetch(KEY, kitchen)).entry.body == b"whole"
    assert kitchen.count == 1


async def test_a_part_is_better_than_what_was_purged(store: PageStore) -> None:
    kitchen = Kitchen(degraded=True, fresh_for=5.0)
    store.memory.put(entry(b"whole", purged=True))
    assert (await store.fetch(KEY, kitchen)).entry.body == b"page 1"


async def test_what_is_not_to_be_kept_is_not(store: PageStore) -> None:
    kitchen = Kitchen(fresh_for=0)
    for number in (1, 2):
        assert (await store.fetch(KEY, kitchen)).entry.body == f"page {number}".encode()
    assert len(store.memory) == 0


async def test_doubt_keeps_copies_for_bad_times_only(store: PageStore) -> None:
    kitchen = Kitchen()
    await store.fetch(KEY, kitchen)
    await store.doubt()
    kitchen.error = DOWN
    assert (await store.fetch(KEY, kitchen)).outcome == "stale"
    await store.purge({ALL})
    kitchen.error = None
    assert (await store.fetch(KEY, kitchen)).outcome == "miss"


async def test_a_defect_is_covered_by_a_copy_too(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.error = ZeroDivisionError("defect")
    store.memory.put(entry(b"old", purged=True))
    assert (await store.fetch(KEY, kitchen)).outcome == "stale"


async def test_closing_leaves_nothing_running(store: PageStore) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    store.memory.put(entry(b"old", purged=True))
    await store.fetch(KEY, kitchen)
    await store.close()
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in names if name.startswith("compose")]


async def test_a_storm_of_purges_never_shows_what_was_old_when_the_visitor_came(
    store: PageStore,
) -> None:
    """A page tells how many changes there were when it began; a visitor knows of some."""
    changes = 0

    async def compose() -> Entry:
        seen = changes
        await asyncio.sleep(0.001)
        return entry(str(seen).encode())

    async def visit() -> None:
        known = changes
        body = (await store.fetch(KEY, compose)).entry.body
        assert int(body) >= known

    async def change() -> None:
        nonlocal changes
        for _ in range(50):
            changes += 1
            await store.purge({"home"})
            await asyncio.sleep(0.0005)

    async def visits() -> None:
        for _ in range(100):
            await asyncio.gather(*(visit() for _ in range(3)))

    store.limits = Limits(patience=30)
    await asyncio.gather(change(), visits())


async def test_what_was_withdrawn_is_not_shown_for_want_of_a_better_copy(store: PageStore) -> None:
    kitchen = Kitchen()
    await store.fetch(KEY, kitchen)
    await store.purge({"home", withdrawal("home")})
    kitchen.error = DOWN
    with pytest.raises(BackendUnavailable):
        await store.fetch(KEY, kitchen)


async def test_what_is_withdrawn_while_it_is_composed_is_not_kept(
    store: PageStore, until: Any
) -> None:
    kitchen = Kitchen()
    kitchen.go.clear()
    visit = asyncio.create_task(store.fetch(KEY, kitchen))
    await until(lambda: kitchen.count)
    await store.purge({"home", withdrawal("home")})
    kitchen.go.set()
    await visit
    assert store.memory.get(KEY) is None
