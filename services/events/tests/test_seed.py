"""What a new installation begins with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events import seed
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows


@pytest.fixture(autouse=True)
def _some(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few of the conferences: all of them are checked without writing them."""
    facts = seed.shipped()
    few = facts.model_copy(
        update={"conferences": facts.conferences[-3:], "meetings": facts.meetings[:2]}
    )
    monkeypatch.setattr(seed, "shipped", lambda: few)


async def test_seeding_again_changes_nothing(api: Api, rows: Rows, context: TaskContext) -> None:
    assert await seed.seed(context) == "5 events added"
    coming = (await api.read("/occurrences?calendar=python-user-group"))["items"]
    assert coming
    assert all(one["sample"] and one["repeats"] for one in coming)
    last = await rows.last()
    assert await seed.seed(context) == "0 events added"
    assert (await api.delete("/events/1")).status_code == 204
    assert await seed.seed(context) == "0 events added"
    assert await rows.last() == last + 1


def test_all_that_is_shipped_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    facts = seed.shipped()
    places = {seed._place(one.venue, one.city): 1 for one in (*facts.conferences,)}
    places |= {seed._place("", one.city): 1 for one in facts.meetings}
    own = {"python-events": 1, "python-user-group": 2}
    found = seed._events(facts, own, {}, places)
    assert len(found) == len({uid for uid, _, _ in found}) > 200
    assert {one.city for one in facts.conferences} - {""} <= {one.name for one in facts.cities}
    assert max(sent.start for _, sent, _ in found).replace(tzinfo=UTC) > datetime(
        2027, 1, 1, tzinfo=UTC
    )
    for _, sent, sample in found:
        assert sent.end is not None
        assert sent.start < sent.end
        assert sample == ("(sample)" in sent.title)
