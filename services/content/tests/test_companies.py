"""Companies: what everybody may know of them, what staff alone may, and their logos."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

import markup
from content.companies import seed, tasks
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

COMPANY: dict[str, Any] = {
    "name": "Tansy Maps",
    "about": "Maps with *benches*.",
    "url": "https://tansy.example/",
    "contact": "Ada",
    "email": "ada@tansy.example",
}
SECRET = ("ada@tansy.example", "Ada")


def picture() -> dict[str, str]:
    to = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(to, "PNG")
    return {"name": "logo.png", "data": b64encode(to.getvalue()).decode()}


async def test_life_of_a_company(api: Api, rows: Rows) -> None:
    made = await api.made("/companies", COMPANY)
    assert (made["slug"], made["logo"], made["email"]) == ("tansy-maps", None, SECRET[0])
    path = f"/companies/{made['id']}"
    assert (await api.put(path, COMPANY, match=None)).status_code == 428
    assert (await api.put(path, COMPANY, match=7)).status_code == 412
    assert (await api.put(path, COMPANY)).json()["version"] == 1
    with_logo = (await api.put(path, {**COMPANY, "slug": "tansy", "logo_file": picture()})).json()
    assert with_logo["logo"]["key"].startswith("pages/companies/logo-")
    assert (with_logo["logo"]["width"], with_logo["logo"]["height"]) == (40, 20)
    shown = await api.read("/companies/by-slug/tansy")
    assert "<em>benches</em>" in shown["about_html"]
    # The picture of a logo cannot go from under it.
    assert (await api.delete(f"/media-files/{with_logo['logo_id']}")).status_code == 409
    kept = {**COMPANY, "slug": "tansy", "logo_id": with_logo["logo_id"]}
    assert (await api.put(path, kept)).json()["version"] == 2
    assert (await api.delete(path)).status_code == 204
    assert (await api.get("/companies/by-slug/tansy")).status_code == 404
    told = await rows.events()
    ours = [row for row in told if row["aggregate_type"] == "company"]
    assert [(row["subject"], row["aggregate_version"]) for row in ours] == [
        ("content.company.created", 1), ("content.company.updated", 2),
        ("content.company.deleted", 3),
    ]  # fmt: skip
    assert ours[1]["data"]["previous_slugs"] == ["tansy-maps"]
    assert [row["action"] for row in await rows.audit() if row["entity"] == "company"] == [
        "created", "updated", "deleted",
    ]  # fmt: skip


async def test_whom_to_write_to_is_for_staff(api: Api, rows: Rows) -> None:
    made = await api.made("/companies", COMPANY)
    public = [
        await api.get("/companies"),
        await api.get("/companies/by-slug/tansy-maps"),
        await api.get("/companies?q=tansy"),
        await api.get("/internal/export/companies", as_=["system.export"]),
    ]
    texts = [answer.text for answer in public] + [str(dict(row)) for row in await rows.events()]
    assert not [text for text in texts for word in SECRET if word in text]
    assert all("Tansy Maps" in text for text in texts)
    assert (await api.get(f"/companies/{made['id']}")).status_code == 401
    staff = await api.read(f"/companies/{made['id']}", as_=["content.view_company"])
    assert (staff["contact"], staff["email"]) == ("Ada", "ada@tansy.example")


async def test_the_directory_goes_by_letters(api: Api, statements: Callable[[], int]) -> None:
    for slug, name in enumerate(("beta", "Alpha", "9 Pebbles", "Ätna", "bravo_x")):
        await api.made("/companies", {"name": name, "slug": str(slug)})
    before = statements()
    listed = await api.read("/companies")
    assert statements() - before <= 2
    assert [one["name"] for one in listed["items"]] == [
        "9 Pebbles", "Alpha", "beta", "bravo_x", "Ätna",
    ]  # fmt: skip
    assert await api.read("/companies/letters") == [
        {"letter": "0", "count": 2}, {"letter": "A", "count": 1}, {"letter": "B", "count": 2},
    ]  # fmt: skip
    for query, names in {
        "letter=B": ["beta", "bravo_x"], "letter=0": ["9 Pebbles", "Ätna"], "letter=Z": [],
        "q=ALPHA": ["Alpha"], "q=_x": ["bravo_x"], "q=%25": [], "limit=1&offset=1": ["Alpha"],
    }.items():  # fmt: skip
        found = await api.read(f"/companies?{query}")
        assert [one["name"] for one in found["items"]] == names, query
    assert (await api.get("/companies?letter=b")).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "…"}, "slug"),
        ({"slug": "a/b"}, "slug"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"email": "ada"}, "email"),
        ({"email": "a@b\n.example"}, "email"),
        ({"logo_id": 77}, "logo_id"),
        ({"logo_file": {"name": "a.txt", "data": "YQ=="}}, "logo_file"),
        ({"about_markup_type": "word"}, "about_markup_type"),
        ({"sample": True}, "sample"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/companies", {**COMPANY, **body})
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"][:2] == ["body", field]
    assert await rows.last() == 0


async def test_a_slug_is_there_once(api: Api) -> None:
    await api.made("/companies", COMPANY)
    assert (await api.post("/companies", COMPANY)).status_code == 409


async def test_seed_brings_back_nothing(
    api: Api, rows: Rows, context: TaskContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await seed.seed(context) == "added 6 companies"
    assert await rows.one("SELECT bool_and(sample) FROM company")
    # Some have a logo, small enough for any page, and others their initials.
    sizes = "SELECT count(*) FROM media_file WHERE folder = 'companies' AND size < 10000"
    assert await rows.one(sizes) == await rows.one("SELECT count(logo_id) FROM company") == 4
    first = (await api.read("/companies"))["items"][0]
    assert (await api.delete(f"/companies/{first['id']}")).status_code == 204
    assert await seed.seed(context) == "added 0 companies"
    # A new renderer renders all of them again, and tells what came out otherwise.
    last = await rows.last()
    monkeypatch.setattr(markup, "RENDERER_VERSION", markup.RENDERER_VERSION + 1)
    await rows.do("UPDATE company SET about_html = 'old' WHERE slug = 'tansy-maps'")
    assert await tasks.TASKS[0].run(context) == "5 companies rendered, 1 came out otherwise"
    assert [row["subject"] for row in await rows.events(last)] == ["content.company.updated"]


async def test_staff_edit_companies(api: Api) -> None:
    body = {**COMPANY, "logo_file": picture()}
    assert (await api.post("/admin-api/company", body)).status_code == 201
    found = await api.read("/admin-api/company?q=tansy", as_=api.permissions)
    assert found["items"][0]["values"]["email"] == "ada@tansy.example", found
    done = await api.post("/admin-api/company/actions/delete", {"ids": ["1"]})
    assert done.status_code == 200, done.text
