"""Landings and the files at the root, on a site without the content service: its own words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

type Site = Any

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["Get Started", "Docs", "Use Python for…", "Python Software Foundation"]),
        ("/about/", ["Getting started", "Applications", "Open source", "Need help?"]),
        ("/doc/", ["Beginner", "Moderate", "Advanced", "General", "Python needs you"]),
        ("/psf-landing/", ["Become a member", "Donate", "Sponsor", "Volunteer", "Grants"]),
        ("/community/", ["Talk", "Meet", "Take part", "Chat"]),
    ],
)
async def test_a_landing_keeps_its_shape_without_boxes(
    site: Site, path: str, words: list[str]
) -> None:
    text = await site.text(path)
    titles = [re.sub(r"<svg.*?</svg>", "", one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", text)]
    for word in words:
        assert word in titles


async def test_the_documentation_names_the_latest_release(site: Site) -> None:
    assert "Python 3.15.0 documentation" in await site.text("/doc/")


async def test_programs_find_who_signs_in_the_table(site: Site) -> None:
    text = await site.text("/downloads/metadata/sigstore/")
    rows = {
        cells[0]: cells[-2:]
        for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
        if (
            cells := [
                re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
            ]
        )
    }
    assert rows["3.14"] == ["hugo@python.org", "https://github.com/login/oauth"]
    assert rows["3.11"] == ["pablogsal@python.org", "https://accounts.google.com"]
    assert list(rows)[1:] == [f"3.{minor}" for minor in range(16, 6, -1)]


async def test_funders_are_told_how(site: Site) -> None:
    answer = await site.get("/funding.json")
    assert answer.headers["content-type"] == "application/json"
    told = json.loads(answer.content)
    channels = {channel["guid"] for channel in told["funding"]["channels"]}
    assert all(set(plan["channels"]) <= channels for plan in told["funding"]["plans"])
    assert told["entity"]["name"] == "Python Software Foundation"


async def test_a_page_describes_itself_to_machines(site: Site) -> None:
    text = await site.text("/downloads/metadata/sigstore/")
    assert '<html lang="en" itemscope itemtype="https://schema.org/WebPage">' in text
    assert 'href="https://www.python.org/downloads/metadata/sigstore/" itemprop="url"' in text
    assert 'content="https://www.python.org/search/?q={q}"' in text
    assert text.count('itemprop="itemListElement"') == 2
    for name in ("title", "description", "url", "image", "type", "site_name"):
        assert text.count(f'<meta property="og:{name}"') == 1


async def test_the_console_of_another_host_is_linked_and_not_framed(site: Site) -> None:
    text = await site.text("/shell/")
    assert 'href="https://console.python.org/' in text
    assert "<iframe" not in text
