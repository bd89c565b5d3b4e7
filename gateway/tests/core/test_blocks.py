"""Parts of pages: asked for once, again when an event made them old, kept for bad times."""

from __future__ import annotations

import asyncio

import pytest

from gateway.cache.blocks import Blocks
from gateway.cache.memory import ALL, path_key, withdrawal


class Service:
    """Answers how often it was asked; waits where told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self) -> int:
        self.asked += 1
        answer = self.asked
        await self.go.wait()
        return answer


def blocks(bound: float = 100.0, size: int = 10) -> Blocks:
    return Blocks(lambda: bound, size)


async def test_a_value_is_asked_for_once() -> None:
    ask, kept = Service(), blocks()
    assert [await kept.fetch("latest", {"lists"}, ask) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("key", ["lists", ALL, path_key("/downloads/")])
async def test_a_purge_makes_it_old_and_keeps_it_for_bad_times(key: str) -> None:
    ask, kept = Service(), blocks()
    await kept.fetch("latest", {"lists"}, ask)
    kept.purge({"other"})
    assert await kept.fetch("latest", {"lists"}, ask) == 1
    kept.purge({key})
    assert kept.last("latest") == 1
    assert await kept.fetch("latest", {"lists"}, ask) == 2


async def test_what_is_purged_while_it_is_asked_for_is_old() -> None:
    ask, kept = Service(), blocks()
    ask.go.clear()
    first = asyncio.create_task(kept.fetch("latest", {"lists"}, ask))
    await asyncio.sleep(0)
    kept.purge({"lists"})
    ask.go.set()
    assert await first == 1
    assert await kept.fetch("latest", {"lists"}, ask) == 2


async def test_a_slow_answer_does_not_replace_a_newer_one() -> None:
    slow, quick, kept = Service(), Service(), blocks()
    slow.go.clear()
    first = asyncio.create_task(kept.fetch("latest", {"lists"}, slow))
    await asyncio.sleep(0)
    quick.asked = 10
    assert await kept.fetch("latest", {"lists"}, quick) == 11
    slow.go.set()
    await first
    assert kept.last("latest") == 11


async def test_nothing_withdrawn_is_kept() -> None:
    ask, kept = Service(), blocks()
    await kept.fetch("latest", {"lists"}, ask)
    await kept.fetch("cycle", {"cycle"}, ask)
    kept.purge({"lists", withdrawal("release:x")})
    assert kept.last("latest") is None
    assert kept.last("cycle") == 2


async def test_nothing_withdrawn_while_it_is_asked_for_is_kept() -> None:
    ask, kept = Service(), blocks()
    ask.go.clear()
    first = asyncio.create_task(kept.fetch("latest", {"lists"}, ask))
    await asyncio.sleep(0)
    kept.purge({"lists", withdrawal("release:x")})
    ask.go.set()
    assert await first == 1
    assert kept.last("latest") is None


async def test_while_purges_are_not_heard_a_value_is_soon_old() -> None:
    ask, kept = Service(), blocks(bound=0)
    assert [await kept.fetch("latest", {"lists"}, ask) for _ in range(2)] == [1, 2]


async def test_a_failure_keeps_nothing() -> None:
    async def fail() -> int:
        raise TimeoutError

    kept = blocks()
    with pytest.raises(TimeoutError):
        await kept.fetch("latest", {"lists"}, fail)
    assert await kept.fetch("latest", {"lists"}, Service()) == 1


async def test_their_number_is_bounded() -> None:
    kept = blocks(size=2)
    for name in "abc":
        await kept.fetch(name, {"lists"}, Service())
    assert [kept.last(name) for name in "abc"] == [None, 1, 1]
