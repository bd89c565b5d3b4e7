"""What is found, in which order, and what is suggested."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from services.content.tests.searching import (
    NOW,
    document,
    event,
    found,
    hear,
    of_release,
    put,
    release,
)

from content.search import index, words
from content.search.sources.feed import text_of
from contracts.downloads.dto import OperatingSystem
from contracts.downloads.events import OperatingSystemCreated

if TYPE_CHECKING:
    from servicekit.database import Database
    from servicekit.testing import Api, Rows


async def test_versions_are_words_of_their_own(api: Api, database: Database) -> None:
    for number, version in enumerate(("3.14.0", "3.14.1", "3.14.10", "3.1.4", "3.14.0rc1"), 1):
        await hear(database, of_release(release(number, version)))
    assert await found(api, "3.14.1") == ["Python 3.14.1"]
    assert await found(api, "python3.14.10") == ["Python 3.14.10"]
    assert await found(api, "Python v3.14.0rc1") == ["Python 3.14.0rc1"]
    assert set(await found(api, "3.14")) == {
        *("Python 3.14.0", "Python 3.14.1", "Python 3.14.10", "Python 3.14.0rc1"),
    }
    [first] = (await api.read("/search", params={"q": "3.1.4"}))["items"]
    assert first["title_html"] == "Python <mark>3.1.4</mark>"


async def test_newer_and_latest_releases_come_first(api: Api, database: Database) -> None:
    old, middle, new = (NOW - timedelta(days=days) for days in (1000, 400, 10))
    await hear(
        database,
        of_release(release(1, "3.14.0", release_date=old)),
        of_release(release(2, "3.14.1", release_date=middle)),
        of_release(release(3, "3.14.2", release_date=new)),
        of_release(release(4, "3.14.3rc1", release_date=NOW)),
        of_release(release(5, "3.13.9", release_date=old, is_latest=True)),
    )
    assert await found(api, "3.14") == [
        *("Python 3.14.2", "Python 3.14.1", "Python 3.14.0", "Python 3.14.3rc1"),
    ]
    assert (await found(api, "release"))[:2] == ["Python 3.13.9", "Python 3.14.2"]


async def test_a_name_that_is_typed_whole_comes_first(api: Api, database: Database) -> None:
    system = OperatingSystem(
        id=1, name="Windows", slug="windows", version=1, created=NOW, updated=NOW
    )
    await hear(
        database,
        event(OperatingSystemCreated(id=1, slug="windows", operating_system=system), 1),
    )
    many = "windows download windows download " * 30
    await put(database, document("x", "Windows, a download story", text=many, boost=1.2))
    for q in ("download windows", "Windows", "install python windows", "python for windows"):
        assert (await found(api, q))[0] == "Python for Windows", q


async def test_synonyms_accents_and_forms_of_words(api: Api, database: Database) -> None:
    await put(
        database,
        document("a", "Réunions of macOS users", text="We met in Besançon."),
        document("b", "Regular expressions", text="Patterns, c++ and async/await."),
    )
    for group in (["macOS", "mac", "osx"], ["regex", "regexp", "regular expression"]):
        await api.made("/synonyms", {"words": group})
    for q in ("osx", "mac", "reunion", "besancon"):
        assert await found(api, q) == ["Réunions of macOS users"], q
    for q in ("regex", "regexp", "C++", "async await", "pattern"):
        assert await found(api, q) == ["Regular expressions"], q


async def test_a_title_that_has_it_all_is_before_a_text(api: Api, database: Database) -> None:
    """Even where the other one has some of the words in its title, and is wanted more."""
    await put(
        database,
        document("a", "Release of 3.13", text="Its schedule is a schedule. " * 9, boost=1.1),
        document("b", "PEP 719: 3.13 release schedule", kind="pep", boost=0.9),
    )
    assert (await found(api, "3.13 release schedule"))[0].startswith("PEP")


async def test_words_that_say_little_are_found_in_titles(api: Api, database: Database) -> None:
    await put(database, document("a", "About"), document("b", "Else", text="what it is about"))
    assert await found(api, "about") == ["About"]


async def test_slips_are_set_right(api: Api, database: Database) -> None:
    await put(database, document("a", "Download Python"), document("b", "The tutorial"))
    for q, meant in (
        ("donwload", "download"),
        ("pyhton downlod", "python download"),
        ("tutorail", "tutorial"),
    ):
        answer = await api.read("/search", params={"q": q})
        assert answer["did_you_mean"] == answer["searched"] == meant
        assert answer["query"] == q
        assert answer["total"] == 1, q
    answer = await api.read("/search", params={"q": "zzzzzz"})
    assert (answer["total"], answer["did_you_mean"], answer["loose"]) == (0, "", False)


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [("abcd", "abcd", 0), ("pyhton", "python", 1), ("abcd", "xbcdy", 2), ("abcd", "dcba", None)],
)
def test_slips_are_counted(one: str, other: str, away: int | None) -> None:
    assert words.slips(one, other, most=2) == away


async def test_words_of_what_is_gone_are_meant_no_more(
    api: Api, database: Database, rows: Rows
) -> None:
    await put(database, document("a", "Elephants", text="gray"), document("b", "Gray elephant"))
    await put(database, document("a", "Elephants", text="gray and large"))
    counts = "SELECT word, documents FROM search_word ORDER BY word"
    assert {row["word"]: row["documents"] for row in await rows.all(counts)} == {
        "and": 1,
        "elephant": 1,
        "elephants": 1,
        "gray": 2,
        "large": 1,
    }
    answer = await api.read("/search", params={"q": "elefants"})
    assert answer["searched"] == "elephants"
    async with database.write() as session:
        await index.remove(session, "test:thing:a")
    assert {row["word"]: row["documents"] for row in await rows.all(counts)} == {
        "elephant": 1,
        "gray": 1,
    }
    assert (await api.read("/search", params={"q": "lerge"}))["did_you_mean"] == ""


def test_tags_within_a_sentence_part_no_words() -> None:
    html = (
        "<p>A <b>word</b>, <code>a</code><em>b</em>.</p><p>C<br>D &lt;</p><abbr title='x'>E</abbr>F"
    )
    assert text_of(html) == "A word, ab. C D < EF"


async def test_some_words_are_better_than_nothing(api: Api, database: Database) -> None:
    await put(database, document("a", "Sorting lists"), document("b", "Other things"))
    answer = await api.read("/search", params={"q": "sorting elephants"})
    assert answer["loose"] is True
    assert [item["title"] for item in answer["items"]] == ["Sorting lists"]


async def test_operators(api: Api, database: Database) -> None:
    await put(
        database, document("a", "Red house"), document("b", "House red"), document("c", "Blue sea")
    )
    assert await found(api, '"red house"') == ["Red house"]
    assert await found(api, "house -blue") == ["Red house", "House red"]
    assert await found(api, "house or sea", type="page") != []
    assert await found(api, "-house red") == []


async def test_kinds_pages_and_counts(api: Api, database: Database) -> None:
    await put(
        database,
        *(document(f"p{n}", f"Thing {n}", kind="pep") for n in range(5)),
        *(document(f"q{n}", f"Thing of page {n}") for n in range(3)),
    )
    answer = await api.read("/search", params={"q": "thing", "size": 3, "page": 2})
    assert (answer["total"], answer["page"], answer["size"], len(answer["items"])) == (8, 2, 3, 3)
    assert answer["kinds"] == [
        {"kind": "page", "label": "Pages", "count": 3},
        {"kind": "pep", "label": "PEPs", "count": 5},
    ]
    narrowed = await api.read("/search", params={"q": "thing", "type": "page"})
    assert narrowed["total"] == 3
    assert narrowed["kinds"] == answer["kinds"]
    beyond = await api.read("/search", params={"q": "thing", "page": 9})
    assert (beyond["total"], beyond["items"]) == (8, [])
    all_ = [title for n in (1, 2, 3) for title in await found(api, "thing", size=3, page=n)]
    assert len(set(all_)) == 8


async def test_nothing_but_marks_comes_through(api: Api, database: Database) -> None:
    hostile = '<script>alert(1)</script> & "quoted" \ue000fake\ue001 <img src=x onerror=alert(1)>'
    await put(
        database, document("a", f"Evil {hostile}", summary=hostile, text=hostile + " evil word")
    )
    [item] = (await api.read("/search", params={"q": "evil"}))["items"]
    for shown in (item["title_html"], item["snippet_html"]):
        assert set(re.findall("<[^>]*>", shown)) <= {"<mark>", "</mark>"}
        assert "fake</mark>" not in shown
    assert "<mark>Evil</mark> &lt;script&gt;" in item["title_html"]


HOSTILE: Sequence[str] = (
    *("'", '"', '""', "-", "--", "- -", "!", "&", "|", "( ) <-> :*", "a:*", "\\", "%", "_", "or"),
    *("or or", "-or", '" or "', "''''", "a' & 'b", "'; DROP TABLE search_document; --", "\u202e"),
    *("\ufffd", "🐍", "e\u0301\u0301\u0301", "\t\n", "ﬁ", "İ", "x" * 200, "a " * 100, '"' * 200),
    *("-a " * 60, "3." * 99, "v3x", "3.14.1.1.1.1", "pep " * 50, "\ue000\ue001", "١٢٣"),
)


@pytest.mark.parametrize("path", ["/search", "/search/suggestions"])
async def test_hostile_questions(api: Api, database: Database, path: str) -> None:
    await put(database, document("a", "A thing", text="or a x 3.14.1"))
    for q in HOSTILE:
        answer = await api.get(path, params={"q": q})
        assert answer.status_code == 200, (q, answer.text)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"q": "x" * 201}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"type": "nonsense"}, "type"),
        ({"page": "0"}, "page"),
        ({"page": "51"}, "page"),
        ({"page": "x"}, "page"),
        ({"size": "101"}, "size"),
        ({"models": "x"}, "models"),
    ],
)
async def test_bad_input_names_the_field(api: Api, params: dict[str, str], field: str) -> None:
    answer = await api.get("/search", params=params)
    assert answer.status_code == 400
    assert field in {error["loc"][-1] for error in answer.json()["errors"]}


async def test_a_search_asks_few_questions(
    api: Api, database: Database, statements: Callable[[], int]
) -> None:
    await put(database, *(document(str(n), f"Thing {n}") for n in range(30)))
    before = statements()
    await found(api, "thing")
    assert statements() - before == 3
    await found(api, "elephents thing")
    assert statements() - before <= 10


async def test_suggestions(api: Api, database: Database) -> None:
    await put(
        database,
        document("a", "Download Python", boost=2.0),
        document("b", "Downloads of old"),
        document("c", "Other", text="download"),
        document("d", "Python 3.14.1", kind="release", names=("3.14.1",)),
    )

    async def suggested(q: str) -> list[str]:
        answer = await api.read("/search/suggestions", params={"q": q})
        return [item["text"] for item in answer["items"]]

    assert await suggested("dow") == ["Download Python", "Downloads of old"]
    assert await suggested("python dow") == ["Download Python", "Downloads of old"]
    assert await suggested("3.14") == ["Python 3.14.1"]
    assert await suggested("donwload") == ["Download Python", "Downloads of old"]
    assert await suggested("d") == await suggested("") == await suggested("zzz") == []
    [item] = (await api.read("/search/suggestions", params={"q": "3.14"}))["items"]
    assert item == {
        "text": "Python 3.14.1",
        "kind": "release",
        "label": "Release",
        "url": "/d/",
    }
