"""Contracts, assets, exports, mails and vouchers in the staff admin."""

from __future__ import annotations

from services.sponsors.tests.stage import SIGNED, YEAR, asset, image, picture, sponsorship, upload

from servicekit.database import Database
from servicekit.testing import Api, Rows

RESOURCES = (
    *("contract", "asset", "asset-export", "notice-template", "notice", "clause", "voucher-kind"),
)


async def test_a_contract_in_the_admin(api: Api, rows: Rows, database: Database) -> None:
    stage = await sponsorship(database)
    path = f"/admin-api/contract/{stage.contract}"
    record = await api.read(path, as_=api.permissions)
    assert "send: possible" in record["values"]["moves"]
    texts = {"sponsor_contact": "Somebody else", "signed": None}
    answer = await api.put(path, record["values"] | texts, record["version"])
    assert answer.status_code == 200, answer.text
    assert await rows.one("SELECT sponsor_contact FROM contract") == "Somebody else"
    for action, status in (("send", "awaiting_signature"), ("nullify", "nullified")):
        done = await api.post(
            f"/admin-api/contract/actions/{action}", {"ids": [str(stage.contract)]}
        )
        assert done.status_code == 200, done.text
        assert await rows.one("SELECT status FROM contract") == status
    again = {"ids": [str(stage.contract)]}
    assert (await api.post("/admin-api/contract/actions/redraft", again)).status_code == 200
    path = "/admin-api/contract/2"
    record = await api.read(path, as_=api.permissions)
    signed = await api.put(path, record["values"] | {"signed": SIGNED}, record["version"])
    assert signed.status_code == 200, signed.text
    record = await api.read(path, as_=api.permissions)
    assert record["values"]["signed_document"].startswith("/media/private/")
    assert await rows.one("SELECT status FROM sponsorship") == "finalized"
    listed = await api.read(f"/admin-api/contract?year={YEAR}", as_=api.permissions)
    assert [row["title"] for row in listed["items"]]


async def test_assets_in_the_admin(api: Api, rows: Rows, database: Database) -> None:
    response = asset("required_response_asset", "attends")
    stage = await sponsorship(database, image(), response, asset("provided_text_asset", "code"))
    for name, value in (
        ("badge", {"file": upload("a.png", picture())}),
        ("attends", {"text": "Yes"}),
        ("code", {"text": "PY27"}),
    ):
        path = f"/admin-api/asset/{stage.features[name]}"
        record = await api.read(path, as_=api.permissions)
        answer = await api.put(path, record["values"] | value, record["version"])
        assert answer.status_code == 200, answer.text
    assert await rows.one("SELECT response FROM asset WHERE internal_name = 'attends'")
    ids = {"ids": [str(number) for number in stage.features.values()]}
    done = await api.post("/admin-api/asset/actions/export", ids)
    assert done.status_code == 200, done.text
    assert await rows.one("SELECT total FROM asset_export") == 3
    for resource in RESOURCES:
        listed = await api.read(f"/admin-api/{resource}", as_=api.permissions)
        assert "items" in listed or "rows" in listed
    read = await api.read("/admin-api/asset-export/1", as_=api.permissions)
    assert read["values"]["progress"] == "0 of 3"


async def test_a_mail_to_many_is_looked_at_before_it_is_sent(
    api: Api, rows: Rows, database: Database
) -> None:
    stage = await sponsorship(database, {"kind": "email_targetable"})
    other = await sponsorship(database, name="Bolt")
    body = {
        "sponsorship_ids": [stage.sponsorship, other.sponsorship],
        "contacts": ["primary"],
        "subject": "Hi {{ sponsor_name }}",
        "content": "Hello.",
    }
    refused = await api.post("/admin-api/notice", body | {"subject": "{{ nothing }}"})
    assert refused.status_code == 400
    made = await api.made("/admin-api/notice", body)
    path = f"/admin-api/notice/{made['id']}"
    seen = (await api.read(path, as_=api.permissions))["values"]
    assert seen["state"] == "a draft"
    assert "1 mails, to: Acme, Inc." in seen["preview"]
    assert "without a benefit for mails: Bolt" in seen["preview"]
    assert "Hi Acme, Inc." in seen["preview"]
    assert await rows.one("SELECT count(*) FROM mail") == 0
    sent = {"ids": [made["id"]]}
    assert (await api.post("/admin-api/notice/actions/send", sent)).status_code == 200
    assert await rows.one("SELECT count(*) FROM mail") == 1
    assert (await api.post("/admin-api/notice/actions/send", sent)).status_code in {400, 409}
    assert await rows.one("SELECT count(*) FROM mail") == 1
    assert "sent, 1 mails" in (await api.read(path, as_=api.permissions))["values"]["state"]
