"""Entries: encodings, validators, and the way to Valkey and back."""

from __future__ import annotations

import contextlib
import gzip
import time

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.entry import Entry, choose_encoding, matches


def entry(body: bytes = b"<p>page</p>" * 200, **fields: object) -> Entry:
    values: dict[str, object] = {
        "key": "home|/|",
        "path": "/",
        "status": 200,
        "headers": ((b"content-type", b"text/html"), (b"cache-control", b"public")),
        "body": body,
        "keys": frozenset({"home"}),
        "composed": time.monotonic(),
        "fresh_for": 60.0,
        "revalidate_for": 60.0,
        "stale_for": 600.0,
    }
    return Entry(**{**values, **fields})  # type: ignore[arg-type]


def test_each_encoding_unpacks_to_the_page_and_has_its_own_validator() -> None:
    page = entry()
    plain, zipped, brotlied = (page.represent(e) for e in ("identity", "gzip", "br"))
    assert gzip.decompress(zipped.body) == brotli.decompress(brotlied.body) == plain.body
    assert len({plain.etag, zipped.etag, brotlied.etag}) == 3
    for made in (plain, zipped, brotlied):
        headers = dict(made.headers)
        assert headers[b"content-length"] == str(len(made.body)).encode()
        assert headers[b"vary"] == b"Accept-Encoding"
    assert dict(brotlied.headers)[b"content-encoding"] == b"br"
    assert b"content-encoding" not in dict(plain.headers)


def test_304_says_nothing_of_the_body() -> None:
    names = {name for name, _ in entry().represent("br").not_modified}
    assert names == {b"etag", b"vary", b"cache-control"}


def test_a_small_body_is_sent_as_it_is() -> None:
    made = entry(b"small").represent("br")
    assert made.body == b"small"
    assert b"vary" not in dict(made.headers)


def test_equal_pages_have_equal_validators() -> None:
    assert entry().represent("br").etag == entry().represent("br").etag
    assert entry().represent("br").etag != entry(b"other" * 300).represent("br").etag


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (b"", "identity"),
        (b"gzip, deflate, br, zstd", "br"),
        (b"gzip, deflate", "gzip"),
        (b"GZIP;q=0.5, br;q=0", "gzip"),
        (b"br;q=0, gzip;q=0", "identity"),
        (b"*", "br"),
        (b"*;q=0.1, br;q=0", "gzip"),
        (b"identity;q=1, *;q=0", "identity"),
        (b"br;q=nonsense", "identity"),
        (b"deflate", "identity"),
    ],
)
def test_the_encoding_that_the_client_takes(header: bytes, chosen: str) -> None:
    assert choose_encoding(header) == chosen


@given(st.binary(max_size=400))
def test_any_accept_encoding_is_answered(header: bytes) -> None:
    assert choose_encoding(header) in {"identity", "gzip", "br"}


@given(st.binary(max_size=400))
def test_any_if_none_match_is_compared(header: bytes) -> None:
    assert isinstance(matches(b'"a"', header), bool)


@pytest.mark.parametrize("header", [b'"a"', b'W/"a"', b'"b", "a"', b'"b",W/"a"', b"*"])
def test_validators_that_match(header: bytes) -> None:
    assert matches(b'"a"', header)


@pytest.mark.parametrize("header", [b"", b"a", b'"b"', b'"a', b'"ab"'])
def test_validators_that_do_not(header: bytes) -> None:
    assert not matches(b'"a"', header)


@pytest.mark.parametrize("body", [b"", b"small", b"\x00\xff\n" * 1000])
def test_there_and_back(body: bytes) -> None:
    page = entry(body, status=302, headers=((b"location", b"/caf\xe9/"),), path="/a/")
    back = Entry.load(page.dump())
    for name in ("key", "path", "status", "headers", "body", "keys", "fresh_for", "stale_for"):
        assert getattr(back, name) == getattr(page, name), name
    assert back.composed == pytest.approx(page.composed, abs=0.5)
    for encoding in ("identity", "gzip", "br"):
        assert back.represent(encoding).etag == page.represent(encoding).etag
        assert back.represent(encoding).headers == page.represent(encoding).headers


@given(st.binary(max_size=300))
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any kind of it
        Entry.load(data)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_entry_is_refused_or_read(at: int, byte: int) -> None:
    data = bytearray(entry().dump())
    data[at % len(data)] = byte
    with contextlib.suppress(ValueError):
        Entry.load(bytes(data))


def test_age() -> None:
    now = time.monotonic()
    page = entry(composed=now - 30)
    assert page.fresh(now, float("inf"))
    assert not page.fresh(now, 20)
    assert page.revalidates(now + 60)
    assert not page.revalidates(now + 120)
    assert page.usable(now + 600)
    assert not page.usable(now + 700)
    page.purged = True
    assert not page.fresh(now, float("inf"))
    assert not page.revalidates(now)
    assert page.usable(now)
