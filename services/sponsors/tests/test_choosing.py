"""What can be chosen, what it costs, and every rule of a choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.sponsors.tests.desk import YEAR, Catalogue, Person

from servicekit.testing import Api, Rows


async def test_rules_of_a_choice(  # noqa: PLR0915 - one catalogue
    api: Api, rows: Rows, statements: Callable[[], int]
) -> None:
    made = Catalogue(api)
    await made.begin()
    strict = await made.package("Partner", allow_a_la_carte=False)
    hidden = await made.package("Hidden", advertise=False)
    other_year = await made.package("Old", year=2025)
    one = await made.benefit()
    left = await made.benefit(name="Left")
    right = await made.benefit(name="Right", conflict_ids=[left])
    extra = await made.benefit(package_ids=[])
    alone = await made.benefit(standalone=True)
    alone_too = await made.benefit(standalone=True)
    only = await made.benefit(package_ids=[strict], package_only=True)
    tiered = await made.benefit(
        name="Passes",
        features=[{"kind": "tiered_benefit", "package_id": 1, "quantity": 10}],
    )
    gone = await made.benefit(unavailable=True, package_ids=[])
    none_left = await made.benefit(capacity=0, package_ids=[])
    soft = await made.benefit(capacity=0, soft_capacity=True, package_ids=[])
    whole = [one, left, tiered]

    async def quote(package: int | None, *ids: int) -> Any:
        sent = {"package_id": package, "benefit_ids": ids}
        answer = await api.call("POST", "/quotes", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    # All wrong ways, by what is wrong and about which benefits.
    wrong: list[tuple[int | None, list[int], dict[str, list[int]]]] = [
        (None, [], {"nothing": []}),
        (None, [one], {"needs_package": [one]}),
        (None, [extra], {"needs_package": [extra]}),
        (1, [*whole, alone], {"standalone_with_package": [alone]}),
        (strict, [only, extra], {"no_a_la_carte": [extra]}),
        (1, [one, left, right], {"conflict": [left, right]}),
        (1, [*whole, only], {"package_only": [only]}),
        (1, [*whole, gone], {"full": [gone]}),
        (1, [*whole, none_left], {"full": [none_left]}),
        (1, [*whole, 999], {"unknown": [999]}),
        (hidden, [], {"unknown": []}),
        (other_year, [], {"unknown": [], "nothing": []}),
        (
            1,
            [one, left, right, alone, gone],
            {
                "standalone_with_package": [alone],
                "conflict": [left, right],
                "full": [gone],
            },
        ),
    ]
    applicant, last = Person(api, 1), await rows.last()
    for package, ids, expected in wrong:
        found = await quote(package, *ids)
        told = {one["code"]: one["benefit_ids"] for one in found["wrong"]}
        assert told == expected, (package, ids)
        sent = tuple(ids)
        refused = await applicant.apply(package, sent, status=400)
        assert {error["code"] for error in refused["errors"]} >= set(expected)
        assert {error["loc"][1] for error in refused["errors"]} <= {"benefit_ids", "package_id"}
    assert await rows.last() == last
    # What is right, with what it costs.
    for package, ids, price, added, removed in (
        (1, whole, "60000.00", [], []),
        (1, [one, right, tiered], "60000.00", [], []),
        (1, [*whole, extra], None, [extra], []),
        (1, [*whole, soft], None, [soft], []),
        (1, [one, tiered], None, [], [left, right]),
        (1, [left, tiered], None, [], [one]),
        (strict, [only], "1000.00", [], []),
        (None, [alone, alone_too], None, [], []),
    ):
        found = await quote(package, *ids)
        assert found["wrong"] == [], found
        assert (found["price"], found["added_ids"], found["removed_ids"]) == (
            price,
            added,
            removed,
        ), (package, ids)
        assert found["customized"] == (price is None)
    assert "Passes (10)" in (await quote(1, *whole))["benefits"]
    # The catalogue says the same, in four statements (with the year).
    before = statements()
    catalogue = await api.read("/catalogue")
    assert statements() - before <= 4
    assert [one["name"] for one in catalogue["packages"]] == ["Maintaining", "Partner"]
    shown = {one["id"]: one for one in catalogue["programs"][0]["benefits"]}
    assert shown[right]["conflict_ids"] == [left]
    assert shown[tiered]["tiers"] == [{"package_id": 1, "label": "10"}]
    assert [shown[key]["available"] for key in (gone, none_left, soft)] == [False, False, True]
    assert [key for key, one in shown.items() if one["a_la_carte"]] == [
        extra,
        gone,
        none_left,
        soft,
    ]
    # Other years are for staff.
    assert catalogue["year"] == YEAR
    assert (await api.get("/catalogue?year=2025")).status_code == 401
    assert (await api.get("/catalogue?year=2025", as_=())).status_code == 403
    assert (await api.get("/catalogue?year=2021")).status_code == 400
    preview = await api.read("/catalogue?year=2025", as_=["sponsors.can_review_sponsorships"])
    assert (preview["is_current"], preview["packages"][0]["name"]) == (False, "Old")
