"""Programs, packages, benefits and years: what staff keep, here and in the admin."""

from __future__ import annotations

from typing import Any

from services.sponsors.tests.desk import APPROVAL, REVIEW, YEAR, Catalogue, Person, placement

from servicekit.testing import Api, Rows


def required(name: str, due: str | None) -> dict[str, Any]:
    return {
        "kind": "required_text_asset",
        "related_to": "sponsorship",
        "internal_name": name,
        "label": "Text",
        "due_date": due,
    }


async def test_clone_of_a_year(api: Api, rows: Rows) -> None:
    made = Catalogue(api)
    await api.put("/current-year", {"year": 2024}, None)
    await api.made("/programs", {"name": "Foundation"})
    package = await made.package("Partner", year=2024, allow_a_la_carte=False, position=3)
    one = await made.benefit(
        name="One",
        year=2024,
        package_ids=[package],
        capacity=3,
        features=[
            required("blog_2024", "2024-02-29"),
            required("plain", None),
            placement(),
            {"kind": "tiered_benefit", "package_id": package, "quantity": 5},
        ],
    )
    await made.benefit(name="Two", year=2024, package_ids=[package], conflict_ids=[one])
    sent = {"from_year": 2024, "to_year": 2025}
    assert await api.made("/years/clone", sent) == {"packages": 1, "benefits": 2, "conflicts": 1}
    last = await rows.last()
    assert await api.made("/years/clone", sent) == {"packages": 0, "benefits": 0, "conflicts": 0}
    assert await rows.last() == last
    copy = (await api.read("/packages?year=2025"))["items"][0]
    assert (copy["slug"], copy["allow_a_la_carte"], copy["position"]) == ("partner", False, 3)
    first, second = (await api.read("/benefits?year=2025"))["items"]
    assert (first["name"], first["capacity"], first["conflict_ids"]) == ("One", 3, [second["id"]])
    assert first["package_ids"] == [copy["id"]]
    specs = await rows.all(
        "SELECT spec FROM benefit_configuration WHERE benefit_id = :id ORDER BY id", id=first["id"]
    )
    found = [row["spec"] for row in specs]
    assert [(one.get("internal_name"), one.get("due_date")) for one in found[:2]] == [
        ("blog_2025", "2025-02-28"),
        ("plain_2025", None),
    ]
    assert found[3]["package_id"] == copy["id"]
    # One that is added later is copied with its conflicts, and nothing else is.
    await made.benefit(name="Three", year=2024, package_ids=[package], conflict_ids=[one])
    assert await api.made("/years/clone", sent) == {"packages": 0, "benefits": 1, "conflicts": 1}
    for wrong in (
        {"from_year": 2025, "to_year": 2024},
        {"from_year": 2024, "to_year": 2051},
        {"from_year": 2030, "to_year": 2031},
    ):
        assert (await api.post("/years/clone", wrong)).status_code == 400
    assert (await api.put("/current-year", {"year": 2021}, '"1"')).status_code == 400
    assert (await api.put("/current-year", {"year": 2025}, '"9"')).status_code == 412


async def test_what_a_benefit_may_be(api: Api, rows: Rows) -> None:
    made = Catalogue(api)
    await made.begin()
    other = await made.package("Old", year=2025)
    last = await rows.last()
    base = {"name": "B", "program_id": 1, "year": YEAR}
    image = {
        "kind": "required_img_asset",
        "related_to": "sponsor",
        "internal_name": "x",
        "label": "X",
        **dict.fromkeys(("min_width", "min_height"), 10),
        **dict.fromkeys(("max_width", "max_height"), 20),
    }
    for wrong, field in (
        ({"standalone": True, "package_ids": [1]}, "body"),
        ({"package_ids": [other]}, "package_ids"),
        ({"conflict_ids": [99]}, "conflict_ids"),
        ({"program_id": 99}, "program_id"),
        ({"internal_value": "1.005"}, "internal_value"),
        ({"features": [image | {"max_width": 5}]}, "features"),
        ({"features": [image | {"kind": "provided_text_asset"}]}, "features"),
        ({"features": [placement(logo_place="moon")]}, "features"),
        (
            {"features": [{"kind": "tiered_benefit", "package_id": other, "quantity": 1}]},
            "features",
        ),
    ):
        answer = await api.post("/benefits", base | wrong)
        assert answer.status_code == 400, wrong
        assert any(field in error["loc"] for error in answer.json()["errors"]), answer.text
    assert await rows.last() == last
    first = await made.benefit(features=[image])
    taken = await api.post("/benefits", base | {"features": [image]})
    assert taken.status_code == 409, taken.text
    # The same name in another year, or of another kind, is another thing.
    await made.benefit(year=2025, package_ids=[], features=[image])
    second = await made.benefit(features=[required("x", None)], conflict_ids=[first])
    last = await rows.last()
    record = (await api.read(f"/benefits/{first}")) | {"conflict_ids": []}
    names = ("name", "program_id", "year", "package_ids", "conflict_ids")
    sent = {name: record[name] for name in names}
    changed = await api.put(f"/benefits/{first}", sent)
    assert changed.json()["features"][0]["internal_name"] == "x"
    assert [number for _, number, _ in await rows.told(last)] == [str(first), str(second)]
    last = await rows.last()
    await api.put(f"/benefits/{first}", sent)
    assert await rows.last() == last


async def test_the_admin(api: Api, rows: Rows) -> None:  # noqa: PLR0915 - one story
    made = Catalogue(api)
    await made.begin()
    cheap = await made.package("Partner", position=5)
    benefit = await made.benefit(internal_value="30.00", features=[placement()])
    await made.benefit(internal_value="10.00", capacity=1)
    path = f"/admin-api/benefit/{benefit}"
    held = api.permissions
    record = await api.read(path, as_=held)
    rows_of = [
        {**record["inlines"]["features"][0]["values"], "id": "1", "version": 1},
        {"kind": "tiered_benefit", "package_id": "1", "quantity": 4},
    ]
    lacking = [*rows_of, {"kind": "required_text_asset", "label": "X"}]
    answer = await api.put(path, record["values"] | {"features": lacking}, record["version"])
    assert answer.status_code == 400
    assert "internal_name" in answer.text
    answer = await api.put(path, record["values"] | {"features": rows_of}, record["version"])
    assert answer.status_code == 200, answer.text
    specs = await rows.all("SELECT spec FROM benefit_configuration ORDER BY id")
    assert [row["spec"]["kind"] for row in specs] == ["logo_placement", "tiered_benefit"]
    shown = await api.read("/admin-api/package/1", as_=held)
    assert shown["values"]["revenue"] == "100.000 % Foundation"
    moved = await api.post("/admin-api/package/actions/up", {"ids": [str(cheap)]})
    assert moved.status_code == 200, moved.text
    assert [one["id"] for one in (await api.read("/packages"))["items"]] == [cheap, 1]
    year = await api.read("/admin-api/year/1", as_=held)
    sent = {"year": YEAR, "copy_into": YEAR + 1}
    assert (await api.put("/admin-api/year/1", sent, year["version"])).status_code == 200
    assert (await api.read(f"/packages?year={YEAR + 1}"))["total"] == 2
    # One sponsorship, from the list to its approval.
    applied = (await Person(api, 1).apply(1, (benefit, 2)))["id"]
    path = f"/admin-api/sponsorship/{applied}"
    one = {"ids": [str(applied)]}
    for action, fields in (("reject", {"text": "Not this year."}), ("rollback", {})):
        doing = f"/admin-api/sponsorship/actions/{action}"
        answer = await api.post(doing, {**one, "fields": fields}, as_=REVIEW)
        assert answer.status_code == 200, answer.text
    assert "Not this year." in (await api.read(path, as_=REVIEW))["values"]["steps"]
    assert await rows.one("SELECT count(*) FROM mail WHERE text LIKE '%Not this year.%'") > 0
    desk = await api.read(path, as_=REVIEW)
    assert desk["can"]["actions"] == ["reject", "reset"]
    assert "approve: possible" in desk["values"]["moves"]
    values = desk["values"] | {"approve": True, "benefit_ids": ["1", "2"], "package_id": "1"}
    lacking_dates = await api.put(path, values, desk["version"], as_=REVIEW)
    assert (lacking_dates.status_code, "start_date" in lacking_dates.text) == (400, True)
    values |= {name: APPROVAL[name] for name in ("start_date", "end_date", "sponsorship_fee")}
    done = await api.put(path, values, desk["version"], as_=REVIEW)
    assert done.status_code == 200, done.text
    for action, status in (("unlock", 200), ("reset", 200), ("lock", 200), ("reset", 409)):
        body = {"ids": [str(applied)]}
        answer = await api.post(f"/admin-api/sponsorship/actions/{action}", body, as_=REVIEW)
        assert answer.status_code == status, (action, answer.text)
    updated = await api.post("/admin-api/benefit/actions/reset", {"ids": [str(benefit)]})
    assert "1 copies" in updated.text
    table = await api.get("/admin-api/sponsorship-table/export.csv", as_=held)
    assert table.text.splitlines()[0].startswith("id,Company Name,Contact Name(s),Contact Email(s)")
    assert "vera@greenhouse.example" in table.text
    refused = await api.get("/admin-api/sponsorship-table/export.csv", as_=REVIEW)
    assert refused.status_code == 403
    sponsor = await api.read("/admin-api/sponsor/1", as_=held)
    assert sponsor["inlines"]["contacts"][0]["values"]["name"] == "Vera"
    bare = ["sponsors.view_sponsor", "sponsors.change_sponsor"]
    hidden = await api.read("/admin-api/sponsor/1", as_=bare)
    assert hidden["inlines"] == {}
    changed = {**hidden["values"], "city": "Leiden"}
    answer = await api.put("/admin-api/sponsor/1", changed, hidden["version"], as_=bare)
    assert answer.status_code == 200, answer.text
    assert await rows.one("SELECT count(*) FROM sponsor_contact WHERE name = 'Vera'") == 1
