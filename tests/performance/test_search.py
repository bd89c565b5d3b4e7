"""How long a question takes among 20,000 documents. `make bench`; the figures are printed.

Documents are those of the seed and made ones of some hundred words each, a third of them about
Python. Words are as frequent as in a language without the fifty that say nothing and are not
searched: the n-th one is there 1 / (n + 50) as often.
"""

from __future__ import annotations

import itertools
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import structlog
from pydantic import SecretStr
from running import say
from search_judged import JUDGED
from sqlalchemy import text

from content.app import create_app, service
from content.search import index
from content.search.documents import KINDS, Document
from content.search.sources import fixed
from content.settings import Settings
from content.synonyms import seed as synonyms
from servicekit.service import TaskContext
from servicekit.testing import client_of, started

if TYPE_CHECKING:
    from devstack.testing import DatabaseFactory

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

DOCUMENTS = 20_000
#: The place of the most frequent word that is searched, among all of a language.
RANK = 51
ROUNDS = 3
#: Seconds that 95 of 100 questions may take.
AIM = 0.050
#: Words that are in nearly every made document.
COMMON = [
    *("python", "release", "documentation", "module", "function", "class", "list", "string"),
    *("file", "code", "version", "type", "object", "error", "test", "package", "install"),
]
FREQUENT = ("python", "release", "documentation", "the", "list", "python documentation release")


def made(count: int) -> Iterator[Document]:
    dice = random.Random(20261123)
    syllables = ["".join(pair) for pair in itertools.product("bdfgklmnprstvz", "aeiou")]
    words = ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(30_000)]
    words[: len(COMMON)] = COMMON
    weights = [1 / rank for rank in range(RANK, RANK + len(words))]
    totals = list(itertools.accumulate(weights))
    for number in range(count):
        title = dice.choices(words, cum_weights=totals, k=dice.randint(2, 6))
        body = dice.choices(words, cum_weights=totals, k=dice.randint(80, 500))
        if number % 3 == 0:
            title.insert(0, "Python")
        yield Document(
            key=f"made:thing:{number}",
            kind=dice.choice(list(KINDS)),
            title=" ".join(title).capitalize(),
            url=f"/made/{number}/",
            summary=" ".join(body[:20]),
            text=" ".join(body),
            date=datetime.now(UTC) - timedelta(days=dice.randint(0, 3000)),
            boost=dice.choice((0.8, 1.0, 1.2)),
            ages=number % 2 == 0,
        )


async def test_a_question_among_many_documents(
    database_factory: DatabaseFactory, jwks: str
) -> None:
    settings = Settings(
        environment="test",
        database_url=SecretStr(database_factory("content", service)),
        jwks=jwks,
        role="web",
    )
    async with started(create_app(settings)) as app, client_of(app) as client:
        database = app.state.runtime.database
        await synonyms.seed(
            TaskContext(database=database, settings=settings, log=structlog.get_logger())
        )
        known = fixed.documents()
        began = time.perf_counter()
        for batch in itertools.batched(itertools.chain(known, made(DOCUMENTS - len(known))), 500):
            async with database.write() as session:
                await index.put(session, *batch)
        say(f"{DOCUMENTS} documents indexed in {time.perf_counter() - began:.0f} s")
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE search_document, search_word"))
        asked = {
            "judged questions": ("/search", [question for question, _ in JUDGED]),
            "frequent words": ("/search", list(FREQUENT)),
            "suggestions": (
                "/search/suggestions",
                [question[: at + 2] for question, _ in JUDGED for at in (1, 3, 5)],
            ),
        }
        for what, (path, questions) in asked.items():
            times = []
            for turn in range(ROUNDS + 1):
                for question in questions:
                    began = time.perf_counter()
                    answer = await client.get(path, params={"q": question})
                    assert answer.status_code == 200
                    if turn:  # the first round warms up
                        times.append((time.perf_counter() - began, question))
            took = sorted(one for one, _ in times)
            cuts = statistics.quantiles(took, n=100)
            slowest = max(times)
            say(
                f"{what}: p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms, "
                f"p99 {cuts[98] * 1000:.1f} ms (aim: p95 below {AIM * 1000:.0f} ms); "
                f"slowest: {slowest[1]!r}, {slowest[0] * 1000:.0f} ms"
            )
