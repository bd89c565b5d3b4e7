"""Which system a visitor has, and where a request comes from."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import Settings
from gateway.web import client
from gateway.web.client import System, caller, detect, network_of, within

from .conftest import settings

MAC_SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "{} Safari/605.1.15"
)
AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0": "windows",
    "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950)": "unknown",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One)": "unknown",
    MAC_SAFARI.format("Version/17.5"): "macos",
    # iPadOS: a Mac, but for names that exist on iOS alone.
    MAC_SAFARI.format("CriOS/120.0.0.0 Mobile/15E148"): "ios",
    MAC_SAFARI.format("FxiOS/125.0"): "ios",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1": "ios",
    "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15": "ios",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/128.0 Mobile Safari/537.36": "android",
    "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0": "android",
    "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0": "source",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/128.0 Safari/537.36": "source",
    "Mozilla/5.0 (X11; FreeBSD amd64; rv:130.0) Gecko/20100101": "source",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "unknown",
    "curl/8.5.0": "unknown",
    "": "unknown",
}


@pytest.mark.parametrize("agent", AGENTS, ids=range(len(AGENTS)))
def test_the_system_from_the_user_agent(agent: str) -> None:
    assert detect(b"", agent.encode()) == AGENTS[agent]


@pytest.mark.parametrize(
    ("hint", "system"),
    [
        (b'"Windows"', "windows"),
        (b'"macOS"', "macos"),
        (b'"Android"', "android"),
        (b'"iOS"', "ios"),
        (b'"Linux"', "source"),
        (b'"Chrome OS"', "source"),
        (b'"Chromium OS"', "source"),
        (b'"Unknown"', "macos"),
        (b"", "macos"),
    ],
)
def test_a_hint_counts_more_than_the_user_agent(hint: bytes, system: str) -> None:
    assert detect(hint, MAC_SAFARI.format("Version/17.5").encode()) == system


@given(st.binary(max_size=600), st.binary(max_size=600))
def test_whatever_a_client_says_the_system_is_one_of_six(hint: bytes, agent: bytes) -> None:
    assert detect(hint, agent) in set(System)


def request(client: str, *forwarded: str) -> Any:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": (client, 1), "headers": headers}


TRUSTED: Settings = settings(trusted_proxies="10.0.0.0/8, 2001:db8::/32")


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        # Not a proxy of ours: what it says of others does not count.
        ("203.0.113.9", ("192.0.2.1",), "203.0.113.9"),
        ("10.0.0.1", ("192.0.2.1",), "192.0.2.1"),
        ("10.0.0.1", ("6.6.6.6, 192.0.2.1, 10.0.0.2",), "192.0.2.1"),
        ("10.0.0.1", ("6.6.6.6", "192.0.2.1"), "192.0.2.1"),
        ("10.0.0.1", ("10.0.0.7",), "10.0.0.7"),
        ("2001:db8::1", ("2001:db9::5",), "2001:db9::5"),
        ("::ffff:10.0.0.1", ("192.0.2.1",), "192.0.2.1"),
    ],
)
def test_the_caller_behind_proxies(client: str, forwarded: tuple[str, ...], address: str) -> None:
    assert caller(request(client, *forwarded), TRUSTED.trusted_proxies) == ip_address(address)


def test_a_caller_that_is_not_known() -> None:
    assert caller({"client": None, "headers": []}, TRUSTED.trusted_proxies) is None  # type: ignore[typeddict-item]
    assert not within(None, TRUSTED.trusted_proxies)
    assert network_of(None) == "unknown"


def test_a_limit_counts_a_customer_and_not_each_of_their_addresses() -> None:
    one, two = ip_address("2001:db8:1:2::1"), ip_address("2001:db8:1:2:ffff::9")
    assert network_of(one) == network_of(two)
    assert network_of(ip_address("192.0.2.1")) == "192.0.2.1"


@pytest.mark.parametrize("forwarded", [(), ("",), ("nonsense",), ("192.0.2.1, unknown, 10.0.0.2",)])
def test_a_proxy_that_names_nobody_speaks_for_nobody(forwarded: tuple[str, ...]) -> None:
    """Else whoever comes through it would be taken for the proxy itself, and might purge."""
    assert caller(request("10.0.0.1", *forwarded), TRUSTED.trusted_proxies) is None


def test_long_headers_are_not_kept() -> None:
    agent = b"Mozilla/5.0 (Windows NT 10.0)".ljust(512)
    detect(b"", agent)
    kept = client._detect.cache_info().currsize
    for number in range(10):
        assert detect(b"", agent + str(number).encode() * 10_000) == System.WINDOWS
    assert client._detect.cache_info().currsize == kept
