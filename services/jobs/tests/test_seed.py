"""What a new installation begins with."""

from __future__ import annotations

import pytest

from jobs import seed
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows


async def test_seeding_again_changes_nothing(
    api: Api, rows: Rows, context: TaskContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = seed.shipped()
    few = facts.model_copy(update={"jobs": [*facts.jobs[:3], *facts.jobs[-11:]]})
    monkeypatch.setattr(seed, "shipped", lambda: few)
    assert await seed.seed(context) == "14 jobs added, 0 published anew"
    listed = (await api.read("/jobs"))["items"]
    assert len(listed) == 3
    assert all(one["sample"] for one in listed)
    assert (await api.read("/jobs/facets"))["jobs"] == 3
    states = await rows.all("SELECT DISTINCT state FROM job")
    assert len(states) == 7
    last = await rows.last()
    assert await seed.seed(context) == "0 jobs added, 0 published anew"
    assert await rows.last() == last
    # Their time is over: they come back, and what staff took away does not.
    await rows.do("UPDATE job SET expires = now() - interval '1 day' WHERE state = 'approved'")
    await rows.do("DELETE FROM job WHERE state = 'draft'")
    assert await seed.seed(context) == "1 jobs added, 3 published anew"
    assert (await api.read("/jobs"))["total"] == 3
    assert await rows.one("SELECT count(*) FROM mail") == 0


def test_all_that_is_shipped_fits() -> None:
    facts = seed.shipped()
    assert len({one.url for one in facts.jobs}) == len(facts.jobs) >= 60
    roles = {one.key: one for one in facts.roles}
    companies = {one.name: one for one in facts.companies}
    names = {one.name for one in facts.types}
    sorts = {one.name for one in facts.categories}
    for one in facts.jobs:
        assert set(roles[one.role].types) <= names
        assert roles[one.role].category in sorts
        assert companies[one.company].city
    shown = [one for one in facts.jobs if one.state == "approved"]
    assert max(one.days for one in shown) < 90
    assert len({companies[one.company].country for one in shown}) > 15
