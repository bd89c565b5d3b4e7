"""Mails that staff write to many sponsors, and clauses."""

from __future__ import annotations

from typing import Any

import pytest
from services.sponsors.tests.stage import YEAR, sponsorship

from servicekit.database import Database
from servicekit.testing import Api, Rows

TARGET = {"kind": "email_targetable"}
TEMPLATE: dict[str, Any] = {
    "internal_name": "booths",
    "subject": "Booths for {{ sponsor_name }}",
    "content": "Dear {{sponsor_name}},\nyour level is {{ sponsorship_level }}.\n\nBye {",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ password }}", "no placeholder password"),
        ("{{ sponsor_name.__class__ }}", "belongs to no placeholder"),
        ("{% for a in b %}", "belongs to no placeholder"),
        ("{{ sponsor_name", "belongs to no placeholder"),
        ("{# note #}", "belongs to no placeholder"),
    ],
)
async def test_placeholders(api: Api, text: str, said: str) -> None:
    for field in ("subject", "content"):
        answer = await api.post("/notice-templates", TEMPLATE | {field: text})
        assert answer.status_code == 400
        error = answer.json()["errors"][0]
        assert error["loc"] == ["body", field]
        assert said in error["msg"]


async def test_a_notice_to_many(api: Api, rows: Rows, database: Database) -> None:
    template = await api.made("/notice-templates", TEMPLATE)
    stages = [
        await sponsorship(database, TARGET, name="A {{ sponsorship_level }} <b>"),
        await sponsorship(database, TARGET, name="Bolt"),
        await sponsorship(database, name="Cog"),
    ]
    ids = [stage.sponsorship for stage in stages]
    body = {"sponsorship_ids": ids, "template_id": template["id"]}
    last = await rows.last()
    preview = (await api.post("/notices/preview", body)).json()
    assert preview["subject"] == "Booths for A {{ sponsorship_level }} <b>"
    assert preview["content"].startswith("Dear A {{ sponsorship_level }} <b>,\nyour level is Main")
    assert (preview["recipients"], preview["untargeted"]) == (2, ["Cog"])
    assert (await rows.last(), await rows.one("SELECT count(*) FROM mail")) == (last, 0)
    sent = await api.post("/notices", body, headers={"Idempotency-Key": "one-notice"})
    assert sent.status_code == 201, sent.text
    again = await api.post("/notices", body, headers={"Idempotency-Key": "one-notice"})
    assert again.json() == sent.json()
    mails = await rows.all("SELECT recipient, subject, html FROM mail ORDER BY id")
    assert [row["recipient"] for row in mails] == ["jo@acme.example"] * 2
    # What a sponsor is called is text, in whatever it is written.
    assert "A {{ sponsorship_level }} &lt;b&gt;" in mails[0]["html"]
    assert mails[1]["subject"] == "Booths for Bolt"
    assert [name for name, _, _ in await rows.told(last)] == ["notice.sent"]
    trail = [row["action"] for row in await rows.audit()]
    assert (trail.count("notified"), trail.count("sent")) == (2, 1)
    own = {
        "sponsorship_ids": ids,
        "subject": "Hi",
        "content": "Hello",
        "contacts": ["primary", "accounting"],
        "include_untargeted": True,
    }
    assert (await api.post("/notices", own)).json()["recipients"] == 6
    nobody = {**own, "contacts": ["manager"]}
    assert (await api.post("/notices", nobody)).status_code == 409
    for wrong in (
        own | {"template_id": template["id"]},
        {"sponsorship_ids": ids},
        {"sponsorship_ids": ids, "subject": "Hi"},
        {"sponsorship_ids": [], "template_id": 1},
        {"sponsorship_ids": ids, "template_id": 99},
    ):
        assert (await api.post("/notices/preview", wrong)).status_code == 400, wrong
    listed = await api.read("/notices", as_=api.permissions)
    assert [one["subject"] for one in listed["items"]] == ["Hi", TEMPLATE["subject"]]


async def test_lives_of_templates_and_clauses(api: Api, rows: Rows, database: Database) -> None:
    stage = await sponsorship(database)
    last = await rows.last()
    clause = {"internal_name": "new", "clause": "No.", "benefit_ids": [stage.benefit]}
    for path, body, other, named in (
        ("/notice-templates", TEMPLATE, {"subject": "Other"}, "notice_template"),
        ("/clauses", clause, {"benefit_ids": []}, "clause"),
    ):
        made = await api.made(path, body)
        where = f"{path}/{made['id']}"
        assert (await api.put(where, body | other, match=None)).status_code == 428
        assert (await api.put(where, body, match=1)).json()["version"] == 1
        assert (await api.put(where, body | other, match=1)).json()["version"] == 2
        assert (await api.put(where, body | other, match=1)).status_code == 412
        assert (await api.read(path, as_=api.permissions))["total"] >= 1
        assert (await api.delete(where)).status_code == 204
        assert (await api.get(where, as_=api.permissions)).status_code == 404
        told = await rows.told(last)
        assert [(name, version) for name, _, version in told] == [
            *((f"{named}.created", 1), (f"{named}.updated", 2), (f"{named}.deleted", 3)),
        ]
        last = await rows.last()
    wrong = await api.post("/clauses", clause | {"benefit_ids": [stage.benefit, 99]})
    assert wrong.json()["errors"][0]["loc"] == ["body", "benefit_ids", 1]


async def test_a_copied_year_has_the_clauses(api: Api, rows: Rows, database: Database) -> None:
    await sponsorship(database)
    last = await rows.last()
    year = {"from_year": YEAR, "to_year": YEAR + 1}
    for _ in range(2):
        assert (await api.post("/years/clone", year)).status_code in {200, 201}
    clauses = (await api.read("/clauses", as_=api.permissions))["items"]
    assert [len(one["benefit_ids"]) for one in clauses] == [4, 2]
    told = [(name, version) for name, _, version in await rows.told(last)]
    assert told.count(("clause.updated", 2)) == 2
