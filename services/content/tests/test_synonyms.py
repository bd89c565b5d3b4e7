"""Synonyms: what is written, told and noted, what is refused, and what the search makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from content.synonyms import seed
from contracts.content.synonyms import MAX_WORDS

from .searching import document, found, put

if TYPE_CHECKING:
    from servicekit.database import Database
    from servicekit.service import TaskContext
    from servicekit.testing import Api, Rows


async def test_life_of_a_group(api: Api, rows: Rows, database: Database) -> None:
    await put(database, document("a", "Snakes"), document("b", "C++ and others"))
    made = await api.made("/synonyms", {"words": ["serpent", "snake"]})
    assert made["words"] == ["serpent", "snake"]
    path = f"/synonyms/{made['id']}"
    assert await found(api, "serpent") == ["Snakes"]
    changed = {"words": ["Serpent", "crawling snakes", "C++"]}
    assert (await api.put(path, changed, match=None)).status_code == 428
    assert (await api.put(path, changed, match=7)).status_code == 412
    assert (await api.put(path, changed, match=1)).status_code == 200
    # Nothing differs, so nothing is written.
    assert (await api.put(path, changed, match=2)).json()["version"] == 2
    assert await found(api, "serpent") == ["C++ and others"]
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path, as_=api.permissions)).status_code == 404
    assert await found(api, "serpent") == []
    number = str(made["id"])
    assert await rows.told() == [
        ("synonym_group.created", number, 1),
        ("synonym_group.updated", number, 2),
        ("synonym_group.deleted", number, 3),
    ]
    told = [event["data"]["synonym_group"] for event in await rows.events()]
    assert [one and one["words"] for one in told] == [made["words"], changed["words"], None]
    assert [(one["action"], one["label"]) for one in await rows.audit()] == [
        ("created", "serpent, snake"),
        ("updated", "Serpent, crawling snakes, C++"),
        ("deleted", "Serpent, crawling snakes, C++"),
    ]
    assert await rows.one("SELECT count(*) FROM synonym_group") == 0


async def test_words_together_may_be_one(api: Api, database: Database) -> None:
    await put(database, document("a", "A text for beginners"), document("b", "Python Foundation"))
    await api.made("/synonyms", {"words": ["getting started", "beginner"]})
    await api.made("/synonyms", {"words": ["pf", "python foundation"]})
    for q in ("getting started", "python getting started", "beginner", "getting started text"):
        assert await found(api, q) == ["A text for beginners"], q
    assert await found(api, "getting a text started elsewhere -beginner") == []
    # What nearly everything has is left out of both.
    assert await found(api, "pf") == await found(api, "python foundation") == ["Python Foundation"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (None, ["words"]),
        (["one"], ["words"]),
        ([f"word{number}" for number in range(MAX_WORDS + 1)], ["words"]),
        (["one", ""], ["words", 1]),
        (["one", "a" * 61], ["words", 1]),
        (["one", "a\x00b"], ["words", 1]),
        (["one", "!?"], ["words", 1]),
        (["one", "two", "ONE"], ["words", 2]),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, words: list[str] | None, field: list[str | int]
) -> None:
    answer = await api.post("/synonyms", {} if words is None else {"words": words})
    assert answer.status_code == 400, answer.text
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", *field]]
    assert await rows.one("SELECT count(*) FROM synonym_group") == 0


async def test_a_word_may_be_in_two_groups(api: Api, database: Database) -> None:
    await put(database, document("a", "Cats"), document("b", "Dogs"))
    await api.made("/synonyms", {"words": ["pet", "cat"]})
    headers = {"Idempotency-Key": "once"}
    body: dict[str, Any] = {"words": ["pet", "dog"]}
    first, second = [await api.post("/synonyms", body, headers=headers) for _ in range(2)]
    assert first.content == second.content
    assert sorted(await found(api, "pet")) == ["Cats", "Dogs"]
    listed = await api.read("/synonyms", as_=api.permissions)
    assert [one["words"] for one in listed["items"]] == [["pet", "cat"], ["pet", "dog"]]


async def test_the_seed_leaves_editors_alone(api: Api, rows: Rows, context: TaskContext) -> None:
    said = await seed.seed(context)
    assert "groups of synonyms" in said
    before = await rows.one("SELECT count(*) FROM synonym_group")
    assert before > 20
    await rows.do("DELETE FROM synonym_group WHERE id > 3")
    assert await seed.seed(context) == "added no synonyms"
    assert await rows.one("SELECT count(*) FROM synonym_group") == 3
    for number in (1, 2, 3):
        assert (await api.delete(f"/synonyms/{number}")).status_code == 204
    assert await seed.seed(context) == "added no synonyms"
