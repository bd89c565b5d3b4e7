"""What a new installation begins with: the same however often it is run."""

from __future__ import annotations

from servicekit.service import TaskContext
from servicekit.testing import Api, Rows
from sponsors import seed


async def test_seed(api: Api, rows: Rows, context: TaskContext) -> None:
    assert await seed.seed(context) == "15 sponsors added, 0 begun anew"
    last = await rows.last()
    assert await seed.seed(context) == "0 sponsors added, 0 begun anew"
    assert await rows.last() == last
    assert await rows.one("SELECT count(*) FROM mail") == 0
    placements = await api.read("/placements?publisher=psf&flight=sponsors")
    assert len(placements) == 12
    assert [one["level_order"] for one in placements] == sorted(
        one["level_order"] for one in placements
    )
    assert all(one["sponsor"]["web_logo"]["width"] for one in placements)
    for query, least in (("download", 7), ("jobs", 9)):
        assert len(await api.read(f"/placements?publisher=psf&flight={query}")) >= least
    assert len(await api.read("/placements?publisher=pypi&flight=sponsors")) >= 9
    catalogue = await api.read("/catalogue")
    assert [one["name"] for one in catalogue["packages"]][:2] == ["Visionary", "Sustainability"]
    assert len(catalogue["packages"]) == 8
    statuses = await rows.all("SELECT status, count(*) AS n FROM sponsorship GROUP BY 1")
    assert {row["status"]: row["n"] for row in statuses} == {
        "finalized": 12,
        "applied": 1,
        "approved": 1,
        "rejected": 1,
    }
    assert await rows.one("SELECT status FROM contract") == "draft"
    # Samples whose time is over begin anew, and who was deleted stays away.
    await rows.do(
        "UPDATE sponsorship SET start_date = '2020-01-01', end_date = '2021-01-01'"
        " WHERE status = 'finalized'"
    )
    assert await seed.seed(context) == "0 sponsors added, 12 begun anew"
    assert len(await api.read("/placements?publisher=psf&flight=sponsors")) == 12
