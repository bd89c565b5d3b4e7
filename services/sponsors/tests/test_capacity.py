"""Room for sponsors: never given away twice, whoever decides at the same time."""

from __future__ import annotations

import asyncio

from services.sponsors.tests.desk import APPROVAL, REVIEW, Catalogue, Person

from servicekit.testing import Api, Rows

COUNT = 50


async def test_fifty_approvals_at_once(api: Api, rows: Rows) -> None:
    """50 approvals want 3 benefits in different orders: the smallest room decides, none waits."""
    made = Catalogue(api)
    await made.begin()
    small = await made.benefit(name="Small", capacity=7)
    large = await made.benefit(name="Large", capacity=20)
    soft = await made.benefit(name="Soft", capacity=1, soft_capacity=True)
    applicant, staff = Person(api, 1), Person(api, 8, REVIEW)
    first = (await applicant.apply(1, (small, large, soft)))["id"]
    # The other 49 are copies of the first one's rows: what is tested is the approval.
    await rows.do(
        "INSERT INTO sponsorship (status, sponsor_id, package_id, year, applied_on)"
        " SELECT status, sponsor_id, package_id, year, applied_on FROM sponsorship,"
        " generate_series(2, cast(:n AS int))",
        n=COUNT,
    )
    await rows.do(
        "INSERT INTO sponsor_benefit (sponsorship_id, benefit_id, name)"
        " SELECT s.id, b.id, b.name FROM sponsorship s, benefit b WHERE s.id > :first"
        " ORDER BY s.id, CASE WHEN s.id % 2 = 0 THEN b.id ELSE -b.id END",
        first=first,
    )
    numbers = [row["id"] for row in await rows.all("SELECT id FROM sponsorship ORDER BY id")]
    assert len(numbers) == COUNT
    answers = await asyncio.gather(
        *(
            staff.call("POST", f"/staff/sponsorships/{number}/approve", APPROVAL)
            for number in numbers
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 7 + [409] * 43, {answer.text for answer in answers}
    refused = {answer.json()["detail"] for answer in answers if answer.status_code == 409}
    assert refused == {"There is no room left: Small."}
    taken = await rows.all(
        "SELECT b.name, count(*) AS n FROM benefit b JOIN sponsor_benefit c ON c.benefit_id = b.id"
        " JOIN sponsorship s ON s.id = c.sponsorship_id WHERE s.status = 'approved' GROUP BY 1"
    )
    assert {row["name"]: row["n"] for row in taken} == {"Small": 7, "Large": 7, "Soft": 7}
    shown = {one["name"]: one["taken"] for one in (await api.read("/benefits"))["items"]}
    assert shown == {"Small": 7, "Large": 7, "Soft": 7}
    # A place that is given back is taken by whoever comes next, once.
    approved = [n for n, a in zip(numbers, answers, strict=True) if a.status_code == 200]
    waiting = [n for n in numbers if n not in approved]
    await staff.do(f"/staff/sponsorships/{approved[0]}/rollback")
    again = await asyncio.gather(
        *(
            staff.call("POST", f"/staff/sponsorships/{number}/approve", APPROVAL)
            for number in waiting[:6]
        )
    )
    assert sorted(answer.status_code for answer in again) == [200] + [409] * 5
