"""How words are spelt, the seed, and rebuilds while the search is used."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from services.content.tests.searching import (
    document,
    found,
    hear,
    of_release,
    page,
    put,
    release,
    told,
)

from content.app import service
from content.search import analysis, rebuilding
from content.search.sources import fixed
from contracts.content.pages import (
    PagePublished,
    PageUnpublished,
    PageUpdated,
)
from servicekit.service import NotDone

if TYPE_CHECKING:
    from servicekit.database import Database
    from servicekit.service import TaskContext
    from servicekit.testing import Api, Rows


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Python 3.14.1", "v3x14x1"),
        ("python3.14", "v3x14"),
        ("python", "python"),
        ("Python 3", "v3"),
        ("PEP-0008", "pep pep8"),
        ("pep8 style", "pep pep8 style"),
        ("C++ vs C#", "cplusplus vs csharp"),
        ('"with statement" -async', '"with statement" -async'),
        ("f-strings", "fstring f strings"),
        ("os.path/join", "os path join"),
        ("Besançon", "besancon"),
        ("\ud800x\x07", "x"),
    ],
)
def test_how_questions_are_spelt(typed: str, asked: str) -> None:
    assert analysis.question(typed) == asked


def test_versions_come_back_as_they_were() -> None:
    text = "From 3.14.0rc1 to 3.14.1, and 10.5; not v1 nor 1.2.3.4.5."
    assert analysis.versions_shown(analysis.versions_marked(text)) == text


async def test_the_seed_is_once(context: TaskContext, rows: Rows) -> None:
    assert service.seed is not None
    await service.seed(context)
    before = await rows.all("SELECT key, xmin::text FROM search_document ORDER BY key")
    assert len(before) > 300
    await service.seed(context)
    assert await rows.all("SELECT key, xmin::text FROM search_document ORDER BY key") == before


async def test_a_rebuild_keeps_what_is_found(
    api: Api, database: Database, context: TaskContext, rows: Rows
) -> None:
    await hear(database, told(PagePublished, page()), of_release(release(1, "3.14.1")))
    await rows.do("UPDATE search_document SET words = ''::tsvector")
    assert await found(api, "newcomers") == []
    told_ = await service.task("search-rebuild").run(context)
    assert "indexed anew" in told_
    assert await found(api, "newcomers") == ["Getting started"]
    assert (await found(api, "3.14.1"))[0] == "Python 3.14.1"
    assert (await found(api, "asyncio"))[0].startswith("asyncio")
    [generation] = await rows.all("SELECT * FROM search_generation")
    assert generation["active"] is True
    assert await rows.one("SELECT count(DISTINCT generation) FROM search_document") == 1


async def test_changes_during_a_rebuild_are_not_lost(
    api: Api, database: Database, context: TaskContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are published, changed and withdrawn while a rebuild goes row by row."""
    monkeypatch.setattr(rebuilding, "_BATCH", 1)
    monkeypatch.setattr(fixed, "documents", list)
    for number in range(1, 13):
        await hear(database, told(PagePublished, page(number), number=number))
    seen: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None = None, note: str = "") -> None:  # noqa: ARG001 - as tasks call it
        seen.append((done, total))

    async def meanwhile() -> None:
        for number in range(1, 13):
            change = (
                told(PageUpdated, page(number, title=f"Changed {number}"), 2, number=number)
                if number % 2
                else told(PageUnpublished, None, 2, number=number)
            )
            added = told(PagePublished, page(100 + number), 1, number=100 + number)
            await hear(database, change, added)
            assert f"Changed {number}" in await found(api, "newcomers", size=100) or not number % 2

    anew = replace(context, progress=progress)
    await asyncio.gather(rebuilding.rebuild(anew, None), meanwhile())
    titles = await found(api, "newcomers", size=100)
    assert sorted(titles) == sorted(
        [f"Changed {number}" for number in range(1, 13, 2)] + ["Getting started"] * 12
    )
    assert seen
    assert seen[-1][0] == seen[-1][1]


async def test_two_rebuilds_do_not_run_at_once(context: TaskContext) -> None:
    said = await asyncio.gather(*(rebuilding.rebuild(context, None) for _ in range(2)))
    assert sorted(isinstance(one, NotDone) for one in said) == [False, True]


async def test_a_rebuild_that_broke_off_leaves_the_search_alone(
    api: Api, database: Database, context: TaskContext, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    await put(database, document("a", "A thing"))
    with monkeypatch.context() as broken:
        broken.setattr(fixed, "documents", lambda: [document("b", "x", kind=None)])
        with pytest.raises(Exception, match="null"):
            await rebuilding.rebuild(context, None)
    assert await found(api, "thing") == ["A thing"]
    await rebuilding.rebuild(context, None)
    assert (await found(api, "thing"))[0] == "A thing"
    assert await rows.one("SELECT count(*) FROM search_generation") == 1


async def test_a_dry_run_changes_nothing(
    database: Database, context: TaskContext, rows: Rows
) -> None:
    await put(database, document("a", "A thing"))
    said = await rebuilding.rebuild(replace(context, dry_run=True), None)
    assert said.startswith("1 documents")
    assert await rows.one("SELECT count(*) FROM search_document") == 1
