"""Nothing of other sites runs in pages, unless a setting lets it in."""

from __future__ import annotations

import re

import httpx
import pytest

from gateway.pages.routes import PAGES

from .conftest import Start

pytestmark = pytest.mark.asyncio

ANALYTICS = "https://visits.example/js/script.js"
STATUS = "https://status.python.org"


def policy(headers: httpx.Headers) -> dict[str, list[str]]:
    """The content security policy, by directive."""
    text = headers["content-security-policy"]
    return {name: rest for name, *rest in (part.split() for part in text.split(";"))}


def scripts(text: str) -> list[str]:
    """Addresses of the scripts of a page that come from elsewhere."""
    return [src for src in re.findall(r'<script[^>]* src="([^"]+)"', text) if "://" in src]


async def test_nobody_is_let_in_unless_told(start: Start) -> None:
    site, _ = await start(PAGES)
    answer = await site.get("/shell/")
    assert answer.status_code == 200
    assert scripts(answer.text) == []
    assert "data-status" not in answer.text
    assert "data-ea-publisher" not in answer.text
    assert not [one for hosts in policy(answer.headers).values() for one in hosts if "://" in one]


@pytest.mark.parametrize(
    ("setting", "script", "allowed", "mark"),
    [
        (
            {"analytics_url": ANALYTICS},
            [ANALYTICS],
            {"script-src": ["https://visits.example"], "connect-src": ["https://visits.example"]},
            'data-domain="www.python.org"',
        ),
        (
            {"ads_publisher": "python"},
            ["https://media.ethicalads.io/media/client/ethicalads.min.js"],
            {
                "script-src": ["https://media.ethicalads.io"],
                "img-src": ["https://media.ethicalads.io", "https://server.ethicalads.io"],
                "connect-src": ["https://server.ethicalads.io"],
            },
            'data-ea-publisher="python"',
        ),
        (
            {"status_url": STATUS},
            [],
            {"connect-src": [STATUS]},
            'data-status="https://status.python.org/"',
        ),
    ],
    ids=["analytics", "ads", "status"],
)
async def test_each_guest_gets_its_hosts_and_no_more(
    start: Start,
    setting: dict[str, str],
    script: list[str],
    allowed: dict[str, list[str]],
    mark: str,
) -> None:
    site, _ = await start(PAGES, public_url="https://www.python.org", **setting)
    answer = await site.get("/shell/")
    assert scripts(answer.text) == script
    assert answer.text.count(mark) == 1
    told = policy(answer.headers)
    assert {
        name: hosts
        for name, every in told.items()
        if (hosts := [one for one in every if "://" in one])
    } == allowed
    private = await site.get("/accounts/inactive/")
    assert scripts(private.text) == []
    assert mark not in private.text
