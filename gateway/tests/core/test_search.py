"""The search page before a content service that answers, refuses, hangs or is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gateway.pages import search
from gateway.web.pages import Page, PageContext, page

if TYPE_CHECKING:
    from gateway.tests.core.conftest import FaultServer, Start

PAGES = (search.search, search.suggestions, search.description)
RESULT = {
    "kind": "release",
    "label": "Release",
    "title": "Python 3.14.1",
    "title_html": "Python <mark>3.14.1</mark>",
    "snippet_html": "&lt;b&gt; and <mark>3.14.1</mark>",
    "url": "/downloads/release/python-3141/",
    "date": "2025-12-02T12:00:00Z",
    "facts": ["Latest"],
}
FOUND: dict[str, Any] = {
    "query": "3.14.1",
    "searched": "3.14.1",
    "did_you_mean": "",
    "loose": False,
    "total": 45,
    "page": 1,
    "size": 20,
    "kinds": [
        {"kind": "release", "label": "Releases", "count": 40},
        {"kind": "pep", "label": "PEPs", "count": 5},
    ],
    "items": [RESULT],
}


@page("/limited/", name="limited", cache=None, limit="2/minute")
async def limited(ctx: PageContext) -> Page:
    return ctx.respond("here", "text/plain")


def searches(faults: FaultServer) -> list[str]:
    """Return the first lines of the searches; the gateway asks for the menus, too."""
    lines = [request.split("\r\n")[0] for request in faults.requests]
    return [line for line in lines if "/search?" in line]


async def test_results(start: Start, faults: FaultServer) -> None:
    site, _ = await start(PAGES, content_url=faults.url)
    faults.says_only("/search", FOUND)
    answer = await site.get("/search/", params={"q": " 3.14.1 ", "models": "x", "page": "1"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    [sent] = searches(faults)
    assert "q=3.14.1" in sent
    assert "models" not in sent
    for shown in (
        "45 results for “3.14.1”",
        "Python <mark>3.14.1</mark></a>",
        "&lt;b&gt; and <mark>3.14.1</mark>",
        'href="/search/?q=3.14.1&amp;type=pep"',
        'href="/search/?q=3.14.1&amp;page=3"',
        'href="https://docs.python.org/3/search.html?q=3.14.1"',
    ):
        assert shown in answer.text, shown
    # It is asked each time: what was withdrawn is gone.
    await site.get("/search/", params={"q": "3.14.1"})
    assert len(searches(faults)) == 2


@pytest.mark.parametrize("typed", ["pep 8", "PEP-0008", "pep8 naming", "What is PEP 8?"])
async def test_a_pep_is_linked_to_by_its_number(
    start: Start, faults: FaultServer, typed: str
) -> None:
    site, _ = await start(PAGES, content_url=faults.url)
    faults.says_only("/search", FOUND)
    text = (await site.get("/search/", params={"q": typed})).text
    assert 'href="https://peps.python.org/pep-0008/"' in text
    asked = typed.replace(" ", "+").replace("?", "%3F")
    assert f'href="https://docs.python.org/3/search.html?q={asked}"' in text


async def test_other_words(start: Start, faults: FaultServer) -> None:
    site, _ = await start(PAGES, content_url=faults.url)
    meant = {"query": "3.41", "searched": "3.14", "did_you_mean": "3.14"}
    faults.says_only("/search", {**FOUND, **meant})
    text = (await site.get("/search/", params={"q": "3.41"})).text
    assert "Nothing matches “3.41”" in text
    assert 'href="/search/?q=3.14"' in text
    faults.says_only("/search", {**FOUND, "did_you_mean": "<i>other"})
    text = (await site.get("/search/", params={"q": "3.14.1"})).text
    assert "Did you mean" in text
    assert "&lt;i&gt;other</a>" in text
    faults.says_only("/search", {**FOUND, "loose": True})
    assert "has some of them" in (await site.get("/search/", params={"q": "a b"})).text


@pytest.mark.parametrize("number", ["0", "-1", "51", "x", "4", "1" * 100, "\uff11"])
async def test_pages_that_are_not_there(start: Start, faults: FaultServer, number: str) -> None:
    site, _ = await start(PAGES, content_url=faults.url)
    faults.says_only("/search", {**FOUND, "items": []})
    assert (await site.get("/search/", params={"q": "a", "page": number})).status_code == 404


async def test_a_kind_that_there_is_not(start: Start, faults: FaultServer, answer: Any) -> None:
    site, _ = await start(PAGES, content_url=faults.url)
    problem = b'{"status": 400, "detail": "The request is not valid."}'
    faults.says(answer(problem, status="400 Bad Request", media="application/problem+json"))
    refused = await site.get("/search/", params={"q": "a", "type": "x"})
    assert refused.status_code == 400
    assert "“type” names no kind of result" in refused.text


@pytest.mark.parametrize("how", ["away", "hangs", "lies", "fails"])
async def test_without_an_answer_the_page_says_where_else(
    start: Start, faults: FaultServer, answer: Any, how: str
) -> None:
    url = "http://127.0.0.1:9" if how == "away" else faults.url
    site, _ = await start(PAGES, content_url=url, backend_timeout=0.3)
    if how == "hangs":
        faults.hangs()
    elif how == "lies":
        faults.says_only("/search", {"items": "none"})
    else:
        faults.says(answer(b"{}", status="500 Internal Server Error"))
    shown = await site.get("/search/", params={"q": "walrus"})
    assert shown.status_code == 503
    assert int(shown.headers["retry-after"]) > 0
    assert "The search is away" in shown.text
    assert 'href="https://docs.python.org/3/search.html?q=walrus"' in shown.text
    # The form still tells where to look, and nobody is asked.
    assert (await site.get("/search/")).status_code == 200


async def test_suggestions_are_as_browsers_want_them(start: Start, faults: FaultServer) -> None:
    site, _ = await start(PAGES, content_url=faults.url)
    faults.says_only("/search",
        {
            "query": "as",
            "items": [
                {"text": "asyncio", "kind": "documentation", "label": "Documentation",
                 "url": "https://docs.python.org/3/library/asyncio.html"},
                {"text": "As", "kind": "page", "label": "Page", "url": "/as/"},
            ],
        }
    )  # fmt: skip
    answer = await site.get("/search/suggestions/", params={"q": "as"})
    assert answer.json() == [
        "as",
        ["asyncio", "As"],
        ["Documentation", "Page"],
        ["https://docs.python.org/3/library/asyncio.html", "https://www.python.org/as/"],
    ]
    assert (await site.get("/search/suggestions/")).json() == ["", [], [], []]


async def test_an_address_may_ask_so_often(start: Start, valkey_url: str) -> None:
    (one, _), (two, _) = [await start((limited,), valkey_url=valkey_url) for _ in range(2)]
    answers = [await site.get("/limited/") for site in (one, two, one)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    # Where nobody can count, reading does no harm.
    alone, _ = await start((limited,), valkey_url="redis://127.0.0.1:9", limits_timeout=0.2)
    assert {(await alone.get("/limited/")).status_code for _ in range(4)} == {200}


def test_what_is_kept_is_not_limited() -> None:
    with pytest.raises(ValueError, match="limited too"):
        page("/x/", name="limited too", limit="2/minute")(limited.compose)
