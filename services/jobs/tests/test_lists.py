"""Lists of visible jobs: filters that combine, what is beside a job, hints; bounded statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from services.jobs.tests.board import REVIEW, Person, sorts

from jobs.jobs import tasks
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

#: Five jobs, and which each filter lets through.
JOBS: list[dict[str, Any]] = [
    {"title": "Baker", "remote": True},
    {"title": "Miller", "type_ids": [2], "city": "Lyon", "country": "France"},
    {"title": "Baker of cakes", "type_ids": [1, 2], "agencies": True},
    {"title": "Farmer", "category_id": 2, "remote": True, "country": "France", "city": "Lyon"},
    {"title": "Smith", "type_ids": [], "region": "South Holland"},
]
FILTERS: dict[tuple[str, str], set[int]] = {
    ("q", "bakers"): {1, 3},
    ("category", "gardener"): {1, 2, 3, 5},
    ("type", "cloud"): {2, 3},
    ("country", "netherlands"): {1, 3, 5},
    ("location", "lyon-france"): {2, 4},
    ("remote", "true"): {1, 4},
    ("remote", "false"): {2, 3, 5},
    ("agencies", "true"): {3},
    ("featured", "true"): set(),
    ("location", "delft-france"): set(),
    ("q", "wheat -wheat"): set(),
}


@pytest.fixture
async def _board(api: Api, rows: Rows) -> None:
    await sorts(api)
    await api.made("/categories", {"name": "Farmer"})
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    for fields in JOBS:
        await reviewer.decide(await poster.submitted(**fields), "approve")
    await poster.submitted(title="Baker who waits")
    for number in range(1, 6):
        await rows.do(
            f"UPDATE job SET published = now() - interval '{10 * (5 - number)} days' "
            f"WHERE id = {number}"
        )


@pytest.mark.usefixtures("_board")
async def test_filters_combine(api: Api, statements: Callable[[], int]) -> None:
    several = [pairs for length in (1, 2, 3) for pairs in combinations(FILTERS, length)]
    for pairs in several:
        if len({name for name, _ in pairs}) < len(pairs):
            continue
        before = statements()
        answer = await api.read(f"/jobs?{urlencode(pairs)}")
        assert statements() - before <= 3
        expected = set.intersection(*(FILTERS[pair] for pair in pairs))
        assert [one["id"] for one in answer["items"]] == sorted(expected, reverse=True), pairs
        assert (answer["total"], answer["more"]) == (len(expected), False)
    since = (datetime.now(UTC) - timedelta(days=15)).isoformat()
    answer = await api.read(f"/jobs?since={quote(since)}&sort=ending&limit=1&offset=1")
    assert [one["id"] for one in answer["items"]] == [5]
    assert answer["total"] == 2
    wrong = ("remote=perhaps", "since=soon", "limit=0", "limit=101", "offset=1001", "x=1")
    for query in (*wrong, "category=nothing", "type=nothing&country=france"):
        refused = await api.get(f"/jobs?{query}")
        assert refused.status_code == 400, query
        named = refused.json()["errors"][0]["loc"]
        assert named == ["query", query.partition("=")[0]], query
    for strange in ("'", "a & | b", "\\", "(((", "<->", "a" * 200):
        assert (await api.get("/jobs", params={"q": strange})).status_code == 200, strange


@pytest.mark.usefixtures("_board")
async def test_texts_and_places(
    api: Api, context: TaskContext, statements: Callable[[], int]
) -> None:
    before = statements()
    texts = await api.read("/jobs/texts?remote=true&limit=1")
    assert statements() - before <= 2
    assert [one["title"] for one in texts] == ["Farmer"]
    assert "<em>care</em>" in texts[0]["description_html"]
    assert "vera" not in str(texts).lower()
    assert (await api.get("/jobs/texts?category=nothing")).status_code == 400
    # What had a job once is known, and what nobody saw is not.
    await Person(api, 1).do("/own/jobs/2/withdraw")
    await Person(api, 8, REVIEW).decide(4, "remove")
    hidden = await Person(api, 1).submitted(city="Oslo", country="Norway")
    for recounted in (False, True):
        if recounted:
            await tasks.recount(context)
        place = await api.read("/jobs/locations/lyon-france")
        assert (place["name"], place["jobs"]) == ("Lyon, France", 0)
        assert place["country_slug"] == "france"
        country = await api.read("/jobs/countries/netherlands")
        assert (country["name"], country["jobs"]) == ("Netherlands", 3)
        for unknown in ("countries/norway", "locations/oslo-norway", "countries/nothing"):
            assert (await api.get(f"/jobs/{unknown}")).status_code == 404, unknown
        found = (await api.read("/jobs/facets"))["countries"]
        assert [one["slug"] for one in found] == ["netherlands"]
    await Person(api, 8, REVIEW).decide(hidden, "approve")
    assert (await api.read("/jobs/countries/norway"))["jobs"] == 1


@pytest.mark.usefixtures("_board")
async def test_facets_and_what_is_beside(
    api: Api, rows: Rows, statements: Callable[[], int]
) -> None:
    before = statements()
    facets = await api.read("/jobs/facets")
    assert statements() - before == 3
    assert (facets["jobs"], facets["remote"], facets["featured"]) == (5, 2, 0)
    assert [(one["slug"], one["jobs"]) for one in facets["categories"]] == [
        ("farmer", 1),
        ("gardener", 4),
    ]
    assert [(one["name"], one["jobs"]) for one in facets["types"]] == [("Cloud", 2), ("Web", 3)]
    assert [(one["name"], one["jobs"]) for one in facets["countries"]] == [
        ("France", 2),
        ("Netherlands", 3),
    ]
    assert [one["name"] for one in facets["locations"]] == [
        "Lyon, France",
        "Delft, Netherlands",
        "Delft, South Holland, Netherlands",
    ]
    await rows.do("DELETE FROM board_count")
    assert (await api.post("/jobs/facets")).status_code == 405
    before = statements()
    around = await api.read("/jobs/3/around")
    assert statements() - before == 4
    assert (around["previous"]["id"], around["next"]["id"]) == (2, 4)
    assert around["similar"][0]["id"] == 1
    assert {one["id"] for one in around["similar"]} == {1, 2, 5}
    assert [one["id"] for one in await api.read("/jobs/addresses?after=2&limit=2")] == [3, 4]
    assert (await api.get("/jobs/6/around")).status_code == 404


async def test_hints_inform(api: Api, rows: Rows) -> None:
    await sorts(api)
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    text = "You look after forty sorts of snakes, feed them, and write down what they did. " * 3
    other = text.replace("forty", "fifty")
    bad = await poster.submitted(description="Quick money.", url="https://www.bad.example/a")
    await reviewer.decide(bad, "remove")
    numbers = [
        await poster.submitted(description=text, url="https://garden.example/x/?from=board"),
        await poster.submitted(description=text.upper(), url="http://www.garden.example/x"),
        await poster.submitted(
            description=f"{other} See [us](https://bad.example/b).", url="https://c.example/"
        ),
    ]
    await poster.draft(description=text)

    async def hints(number: int) -> set[tuple[str, int]]:
        found = (await reviewer.get(f"/review/jobs/{number}"))["hints"]
        return {(one["kind"], one["job_id"]) for one in found}

    first, second, third = numbers
    assert await hints(first) == {
        ("same-text", second),
        ("same-link", second),
        ("similar-text", third),
    }
    assert ("link-host", bad) in await hints(third)
    details = (await reviewer.get(f"/review/jobs/{third}"))["hints"]
    assert {one["detail"] for one in details if one["kind"] == "link-host"} == {"bad.example"}
    # What a poster took back says nothing against anybody.
    await rows.do("UPDATE job SET state_by = 'poster' WHERE id = :id", id=bad)
    assert ("link-host", bad) not in await hints(third)


async def test_texts_of_strangers_are_harmless(api: Api) -> None:
    await sorts(api)
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    for kind in ("markdown", "restructuredtext", "html", "plain"):
        number = await poster.submitted(
            markup_type=kind,
            description="<script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:b)",
        )
        await reviewer.decide(number, "approve")
        shown = await api.read(f"/jobs/{number}")
        html = shown["description_html"].lower()
        assert "<script" not in html
        assert "<img" not in html or "onerror" not in html
        assert 'href="javascript' not in html
    for field, value in (
        ("url", "javascript:alert(1)"),
        ("url", "//evil.example"),
        ("email", "a@b.example\r\nBcc: c@d.example"),
        ("title", "a\x00b"),
        ("category_id", 987),
        ("type_ids", [987]),
    ):
        body = {"title": "a"} | {field: value}
        answer = await poster.call("POST", "/own/jobs", {**_valid(), **body})
        assert answer.status_code == 400, field
        assert answer.json()["errors"][0]["loc"][1] == field


def _valid() -> dict[str, Any]:
    from services.jobs.tests.board import JOB

    return dict(JOB)
