"""The first level: bounded by bytes, dropped by key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.memory import ALL, Alias, MemoryCache, path_key, path_of, withdrawal

from .test_entry import entry


def test_a_purge_marks_what_has_the_key_and_keeps_it() -> None:
    memory = MemoryCache(10**6)
    for name, key in (("a", "one"), ("b", "two"), ("c", "one")):
        memory.put(entry(key=name, path=f"/{name}/", keys=frozenset({key, "all"})))
    assert memory.purge({"one"}) == 2
    marked = {name: memory.get(name).purged for name in "abc"}  # type: ignore[union-attr]
    assert marked == {"a": True, "b": False, "c": True}
    assert memory.purge({"one", "all"}) == 1
    assert memory.purge({"unknown"}) == 0


def test_an_address_is_a_key_and_everything_is_one() -> None:
    memory = MemoryCache(10**6)
    for name in "ab":
        memory.put(entry(key=name, path=f"/{name}/", keys=frozenset()))
    assert memory.purge({path_key("/a/")}) == 1
    assert memory.purge({ALL}) == 1
    assert path_of(path_key("/a/")) == "/a/"
    assert path_of("release:x") is None


def test_the_least_recently_used_goes_first() -> None:
    one = entry(key="0").size
    memory = MemoryCache(one * 11)
    for number in range(11):
        memory.put(entry(key=str(number), path=f"/{number}/"))
    assert memory.get("0") is not None
    memory.put(entry(key="new", path="/new/"))
    assert memory.get("0") is not None
    assert memory.get("1") is None
    assert memory.bytes <= memory.limit


def test_one_page_does_not_take_it_all() -> None:
    memory = MemoryCache(100_000)
    memory.put(entry(b"x" * 40_000, key="large"))
    assert memory.get("large") is None
    assert memory.bytes == 0


def test_a_newer_page_takes_the_place_of_the_old() -> None:
    memory = MemoryCache(10**6)
    memory.put(entry(key="a", keys=frozenset({"old"})))
    memory.put(entry(key="a", keys=frozenset({"new"})))
    assert memory.purge({"old"}) == 0
    assert memory.purge({"new"}) == 1
    assert memory.bytes == entry(key="a").size


def test_addresses_are_bounded() -> None:
    memory = MemoryCache(10**6, aliases=10)
    for number in range(100):
        memory.alias((b"/", str(number).encode()), Alias("key", varies=False))
    assert len(memory.aliases) == 10


def test_purges_are_remembered_while_something_is_composed() -> None:
    memory = MemoryCache(10**6)
    began = memory.sequence
    memory.purge({"home"})
    arrived = memory.sequence
    memory.purge({"other"})
    assert memory.purged_since(entry(), began)
    assert not memory.purged_since(entry(), arrived)
    assert memory.purged_since(entry(keys=frozenset({"other"})), arrived)
    memory.forget_purges()
    assert not memory.purged_since(entry(), began)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 3000), st.sets(st.sampled_from("abc"))),
        max_size=60,
    )
)
def test_the_books_are_right_whatever_comes(
    puts: list[tuple[int, int, set[str]]],
) -> None:
    memory = MemoryCache(60_000)
    for number, size, keys in puts:
        memory.put(entry(b"x" * size, key=str(number), path=f"/{number}/", keys=frozenset(keys)))
    held = [memory.get(str(number)) for number in range(21)]
    there = [page for page in held if page is not None]
    assert memory.bytes == sum(page.size for page in there) <= 60_000
    assert memory.purge({"a"}) == sum("a" in page.keys for page in there)
    assert memory.purge({ALL}) == sum("a" not in page.keys for page in there)


def test_what_is_withdrawn_is_dropped_and_the_rest_marked() -> None:
    memory = MemoryCache(10**6)
    memory.put(entry(key="page", path="/page/", keys=frozenset({"release:x", "lists"})))
    memory.put(entry(key="list", path="/list/", keys=frozenset({"lists"})))
    began = memory.sequence
    memory.purge({"release:x", "lists", withdrawal("release:x")})
    assert memory.get("page") is None
    assert memory.get("list").purged  # type: ignore[union-attr]
    assert memory.withdrawn_since(entry(keys=frozenset({"release:x"})), began)
    assert not memory.withdrawn_since(entry(keys=frozenset({"lists"})), began)
