"""Nothing but the public internet is reached, however it is named."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import httpx
import pytest

from servicekit import outside

LOOPBACK = ip_network("127.0.0.0/8")


@asynccontextmanager
async def listening(answer: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Listen on the loopback; what is asked is in the list."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4096))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.3.4",
        "192.168.1.1",
        "192.0.2.7",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.2.3",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::5",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not outside.is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "151.101.0.223", "2a04:4e42::223", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_what_is_public(address: str) -> None:
    assert outside.is_public(address)


def test_a_network_can_be_allowed() -> None:
    assert outside.is_public("127.0.0.1", (LOOPBACK,))


def test_what_may_be_public_without_asking_for_names() -> None:
    for url in (
        *("https://blog.example/feed", "http://8.8.8.8:8080/a", "https://[2606:4700::1111]/"),
        *("https://local.example/", "https://xn--bcher-kva.example/?a=http://127.0.0.1/"),
    ):
        assert outside.may_be_public(url), url
    for url in (
        *("http://127.0.0.1/", "https://10.1.2.3:8443/feed", "http://[::1]/", "http://localhost/"),
        *("https://a.localhost/", "https://printer.local/", "https://db.internal./x", "http://db/"),
        *("http://[::ffff:10.0.0.1]/", "https:///feed"),
    ):
        assert not outside.may_be_public(url), url
    for url in ("http://127.0.0.1/", "http://localhost/", "http://db/"):
        assert outside.may_be_public(url, (LOOPBACK,)), url
    assert not outside.may_be_public("http://10.0.0.1/", (LOOPBACK,))
    assert outside.is_public("::ffff:127.0.0.1", (LOOPBACK,))
    assert not outside.is_public("10.0.0.1", (LOOPBACK,))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_no_connection_is_made(host: str) -> None:
    async with (
        listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, heard),
        outside.going_out(seconds=5, agent="test") as client,
    ):
        with pytest.raises(httpx.HTTPError) as met:
            await client.get(f"http://{host}:{port}/")
    assert outside.was_refused(met.value)
    assert heard == []


async def test_a_name_is_judged_by_what_it_means_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a stranger may stand for an address in here."""
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        return real("127.0.0.1" if host == "feeds.example" else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with (
        listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, heard),
        outside.going_out(seconds=5, agent="test") as client,
    ):
        with pytest.raises(httpx.HTTPError) as met:
            await client.get(f"http://feeds.example:{port}/")
        assert outside.was_refused(met.value)
        assert heard == []
    async with (
        listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, heard),
        outside.going_out(seconds=5, agent="test", allowed=(LOOPBACK,)) as client,
    ):
        assert (await client.get(f"http://feeds.example:{port}/")).status_code == 200
        assert b"user-agent: test" in heard[0].lower()


async def test_a_redirect_leads_nowhere_else() -> None:
    async with listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (inner, heard):
        to = f"HTTP/1.1 302 Found\r\nLocation: http://[::1]:{inner}/\r\nContent-Length: 0\r\n\r\n"
        async with (
            listening(to.encode()) as (port, _),
            outside.going_out(seconds=5, agent="test", allowed=(LOOPBACK,)) as client,
        ):
            stays = await client.get(f"http://127.0.0.1:{port}/")
            assert stays.status_code == 302
            with pytest.raises(httpx.HTTPError) as met:
                await client.get(f"http://127.0.0.1:{port}/", follow_redirects=True)
    assert outside.was_refused(met.value)
    assert heard == []


async def test_no_more_is_read_than_is_wanted() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50000
    async with (
        listening(answer) as (port, _),
        outside.going_out(seconds=5, agent="test", allowed=(LOOPBACK,)) as client,
    ):
        async with client.stream("GET", f"http://127.0.0.1:{port}/") as response:
            assert await outside.read(response, 100, cut=True) == b"x" * 100
        async with client.stream("GET", f"http://127.0.0.1:{port}/") as response:
            with pytest.raises(outside.TooLarge):
                await outside.read(response, 100)
        async with client.stream("GET", f"http://127.0.0.1:{port}/") as response:
            assert len(await outside.read(response, 50000)) == 50000
