"""From an application to a logo that is shown: what each step writes and tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from services.sponsors.tests.desk import (
    APPROVAL,
    CONTACT,
    REVIEW,
    SPONSOR,
    Catalogue,
    Person,
    body,
    placement,
)

from servicekit.access import Principal
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows
from sponsors.placements import tasks
from sponsors.sponsorships import moving

TODAY = datetime.now(UTC).date()


async def executed(database: Database, sponsorship: int) -> None:
    """Do what the execution of its contract does."""
    async with database.write() as session:
        row = await moving.lock(session, sponsorship)
        await moving.finalize(session, row, Principal(subject="user:9"), "Signer")


async def test_from_application_to_logo(  # noqa: PLR0915 - one story
    api: Api, rows: Rows, database: Database, statements: Callable[[], int]
) -> None:
    made = Catalogue(api)
    await made.begin()
    shown = await made.benefit(
        features=[
            placement(describe_as_sponsor=True),
            placement(publisher="pypi", publish_when_approved=True),
            {"kind": "email_targetable"},
            {"kind": "tiered_benefit", "package_id": 1, "quantity": 3, "display_label": "three"},
        ]
    )
    limited = await made.benefit(capacity=1)
    applicant, staff = Person(api, 1), Person(api, 8, REVIEW)
    last = await rows.last()
    contacts = [CONTACT, CONTACT | {"name": "Me", "email": applicant.email.title()}]
    applied = await applicant.apply(1, (shown, limited), sponsor=SPONSOR | {"contacts": contacts})
    number = applied["id"]
    # Only addresses that are known to be somebody's get mail.
    assert [address.lower() for address in applied["notified"]] == [applicant.email]
    mails = await rows.all("SELECT recipient, subject FROM mail ORDER BY id")
    assert sorted(row["recipient"].lower() for row in mails) == [
        "psf-sponsors@python.org",
        applicant.email,
    ]
    assert [name for name, _, _ in await rows.told(last)] == [
        "sponsor.created",
        "sponsorship.applied",
    ]
    told = (await rows.events(last))[-1]["data"]
    assert (told["placements"], told["shown_in"]) == ([], [])
    assert "Greenhouse" not in str(told)
    assert (applied["status"], applied["agreed_fee"]) == ("applied", "60000.00")
    assert [one["display_name"] for one in applied["benefits"]] == [
        "Benefit 1 (three)",
        "Benefit 2",
    ]
    # It is there for the applicant and for staff, and for nobody else.
    before = statements()
    own = await applicant.get(f"/own/sponsorships/{number}")
    assert statements() - before <= 3
    assert own["sponsor"]["can_edit"]
    assert [one["linked"] for one in own["sponsor"]["contacts"]] == [False, True]
    await Person(api, 2).get(f"/own/sponsorships/{number}", 404)
    await Person(api, 2, REVIEW).get(f"/own/sponsorships/{number}")
    assert (await applicant.get("/own/sponsorships"))["total"] == 1
    assert (await Person(api, 2).get("/own/sponsorships"))["total"] == 0
    # Who has one that waits cannot apply again, neither with this sponsor nor with others'.
    sponsor = own["sponsor"]["id"]
    refused = await applicant.apply(1, (shown, limited), sponsor_id=sponsor, status=409)
    assert refused["errors"][0]["loc"] == ["body", "sponsor_id"]
    await Person(api, 2).apply(1, (shown, limited), sponsor_id=sponsor, status=404)
    before = statements()
    seen = await staff.get(f"/staff/sponsorships/{number}")
    assert statements() - before <= 7
    able = {one["move"] for one in seen["moves"] if not one["why_not"]}
    assert able == {"approve", "reject", "edit"}
    assert not seen["customized"]
    assert await api.read("/placements") == []
    # Approved: one of the two logos is shown before the contract is signed.
    for wrong in ({"end_date": "2019-01-01"}, {"sponsorship_fee": "1.001"}, {"package_id": 99}):
        await staff.do(f"/staff/sponsorships/{number}/approve", APPROVAL | wrong, 400)
    last = await rows.last()
    approved = await staff.do(f"/staff/sponsorships/{number}/approve", APPROVAL)
    assert (approved["status"], approved["locked"]) == ("approved", True)
    assert approved["agreed_fee"] == "1500.00"
    events = await rows.events(last)
    assert [row["subject"] for row in events] == [
        "sponsors.sponsorship.approved",
        "sponsors.benefit.updated",
        "sponsors.contract.created",
    ]
    assert events[0]["data"]["shown_in"] == ["pypi:sponsors"]
    assert events[1]["data"]["benefit"]["taken"] == 1
    assert [one["publisher"] for one in await api.read("/placements")] == ["pypi"]
    locked = await api.read(f"/staff/sponsorships/{number}", as_=REVIEW)
    assert {one["move"]: one["why_not"] for one in locked["moves"]}["edit"] == (
        "It is locked: unlock it first."
    )
    # Finalized: both are.
    await executed(database, number)
    before = statements()
    placements = await api.read("/placements")
    assert statements() - before == 1
    assert [one["publisher"] for one in placements] == ["psf", "pypi"]
    first = placements[0]
    assert first["description"] == (
        "Greenhouse, Inc. is a Maintaining sponsor of the Python Software Foundation."
    )
    assert (first["sponsor"]["slug"], first["level_name"]) == ("greenhouse-inc", "Maintaining")
    assert first["sponsor"]["web_logo"]["small_key"].endswith("-175.png")
    assert "contacts" not in str(placements)
    assert len(await api.read("/placements?publisher=pypi&flight=sponsors&year=2026")) == 1
    assert await api.read("/placements?flight=jobs") == []
    for query in ("publisher=x", "flight=x", "year=1", "publisher=x&flight=y"):
        assert (await api.get(f"/placements?{query}")).status_code == 400
    serve = ["sponsors.serve_visitors"]
    known = await api.read(f"/placements/contacts?sponsor_id={sponsor}", as_=serve)
    assert [one["email"] for one in known[0]["contacts"]] == [
        CONTACT["email"],
        applicant.email.title(),
    ]
    # Another name of the level, and another text of the sponsor, are told with all that is shown.
    last = await rows.last()
    record = await api.read("/packages/1")
    sent = {"name": "Sustaining", "amount": record["amount"], "year": record["year"]}
    assert (await api.put("/packages/1", sent)).status_code == 200
    edit = {**SPONSOR, "description": "It grows.", "web_logo": None, "contacts": contacts}
    await applicant.put(f"/own/sponsors/{sponsor}", {"person": applicant.person, "sponsor": edit})
    names = [name for name, _, _ in await rows.told(last)]
    assert names == [
        "package.updated",
        "sponsorship.updated",
        "sponsor.updated",
        "sponsorship.updated",
    ]
    told = (await rows.events(last))[-1]["data"]
    assert [one["level_name"] for one in told["placements"]] == ["Sustaining"] * 2
    assert told["placements"][1]["description"] == "It grows."
    mails = await rows.all("SELECT subject FROM mail ORDER BY id DESC LIMIT 1")
    assert mails[0]["subject"] == "Sponsor changed: Greenhouse, Inc."
    exported = await api.read("/internal/export/sponsorships", as_=["system.export"])
    assert "Greenhouse" in str(exported)


async def test_rejected_and_taken_back(api: Api, rows: Rows) -> None:
    made = Catalogue(api)
    await made.begin()
    limited = await made.benefit(capacity=1)
    applicant, staff = Person(api, 1), Person(api, 8, REVIEW)
    one = (await applicant.apply(1, (limited,)))["id"]
    two = (await Person(api, 2).apply(1, (limited,)))["id"]
    base = "/staff/sponsorships"
    await staff.do(f"{base}/{one}/approve", APPROVAL)
    full = await staff.do(f"{base}/{two}/approve", APPROVAL, 409)
    assert full["detail"] == "There is no room left: Benefit 1."
    rolled = await staff.do(f"{base}/{one}/rollback", {"text": "Not yet"})
    assert (rolled["status"], rolled["locked"], rolled["approved_on"]) == ("applied", False, None)
    await staff.do(f"{base}/{two}/approve", APPROVAL)
    rejected = await staff.do(f"{base}/{one}/reject", {"name": "Rev", "text": "Too many snakes."})
    assert rejected["rejected_on"]
    assert [step["move"] for step in rejected["steps"]] == [
        "apply",
        "approve",
        "rollback",
        "reject",
    ]
    mails = await rows.all("SELECT recipient, text FROM mail WHERE kind LIKE '%rejected'")
    assert {row["recipient"] for row in mails} == {"psf-sponsors@python.org", applicant.email}
    assert all("Too many snakes." in row["text"] for row in mails)
    # A rejection is not shown to the sponsor, who may apply anew.
    assert (await applicant.get("/own/sponsorships"))["total"] == 0
    sponsor = (await applicant.get("/own/sponsors"))["items"][0]
    assert sponsor["can_apply"]
    renewed = await applicant.apply(1, (limited,), sponsor_id=sponsor["id"], status=400)
    assert renewed["errors"][0]["code"] == "full"
    for move, status in (("approve", 409), ("unlock", 200), ("unlock", 409), ("rollback", 200)):
        sent: dict[str, Any] = APPROVAL if move == "approve" else {}
        await staff.do(f"{base}/{one}/{move}", sent, status)
    # Edited while it is open: another price, and benefits that are copied and dropped.
    other = await made.benefit(package_ids=[])
    record = await staff.get(f"{base}/{one}")
    sent = {"package_id": 1, "sponsorship_fee": "7.50", "benefit_ids": [other]}
    answer = await staff.call("PUT", f"{base}/{one}", sent, **{"If-Match": '"1"'})
    assert answer.status_code == 412
    edited = await staff.put(f"{base}/{one}", sent)
    assert edited["version"] > record["version"]
    assert (edited["added"], edited["removed"]) == (["Benefit 2"], ["Benefit 1"])
    assert edited["for_modified_package"]
    again = await staff.put(f"{base}/{one}", sent)
    assert again["version"] == edited["version"]
    await staff.put(f"{base}/{one}", sent | {"benefit_ids": [99]}, 400)
    listed = await staff.get(f"{base}?q=GREENHOUSE&year=2026&status=applied&benefit={other}")
    assert [row["id"] for row in listed["items"]] == [one]


async def test_days_begin_and_end(
    api: Api, rows: Rows, database: Database, context: TaskContext
) -> None:
    made = Catalogue(api)
    await made.begin()
    benefit = await made.benefit(features=[placement()])
    applicant, staff = Person(api, 1), Person(api, 8, REVIEW)
    first = (await applicant.apply(1, (benefit,)))["id"]
    sponsor = (await applicant.get("/own/sponsors"))["items"][0]["id"]
    dates = {
        "start_date": str(TODAY + timedelta(days=1)),
        "end_date": str(TODAY + timedelta(days=300)),
    }
    await staff.do(f"/staff/sponsorships/{first}/approve", APPROVAL | dates)
    await executed(database, first)
    assert await api.read("/placements") == []
    last = await rows.last()
    assert "0 sponsorships" in await tasks.refresh(context)

    async def shift(number: int, days: int) -> None:
        await rows.do(
            "UPDATE sponsorship SET start_date = start_date + cast(:days AS int),"
            " end_date = end_date + cast(:days AS int)"
            " WHERE id = :id",
            days=days,
            id=number,
        )

    await shift(first, -1)
    assert "1 sponsorships" in await tasks.refresh(context)
    assert "0 sponsorships" in await tasks.refresh(context)
    assert [name for name, _, _ in await rows.told(last)] == ["sponsorship.started"]
    # The next one is signed while the first runs: that is shown until the next one begins.
    second = (await applicant.apply(1, (benefit,), sponsor_id=sponsor))["id"]
    later = {"start_date": str(TODAY + timedelta(days=200)), "end_date": "2050-01-01"}
    await staff.do(f"/staff/sponsorships/{second}/approve", APPROVAL | later | {"renewal": True})
    await executed(database, second)
    whole = await staff.get(f"/staff/sponsorships/{second}")
    assert whole["renewal"]
    assert [one["sponsorship_id"] for one in await api.read("/placements")] == [first]
    await rows.do("UPDATE sponsorship SET start_date = :day WHERE id = :id", day=TODAY, id=second)
    last = await rows.last()
    assert "2 sponsorships" in await tasks.refresh(context)
    assert sorted(name for name, _, _ in await rows.told(last)) == [
        "sponsorship.ended",
        "sponsorship.started",
    ]
    assert [one["sponsorship_id"] for one in await api.read("/placements")] == [second]
    # Without a package there is no level, and no error.
    await rows.do("UPDATE sponsorship SET package_id = NULL")
    found = (await api.read("/placements"))[0]
    assert (found["level_name"], found["level_order"]) == ("", 0)


async def test_unfinished_and_closed(api: Api, rows: Rows) -> None:
    made = Catalogue(api)
    await made.begin()
    benefit, alone = await made.benefit(), await made.benefit(standalone=True)
    one = Person(api, 1)
    await one.get("/own/application", 404)
    sent = {
        "package_id": 1,
        "benefit_ids": [benefit],
        "sponsor": {"name": "Half a na"},
        "contacts": [{"name": "V", "primary": True}],
    }
    await one.put("/own/application", sent)
    version = (await one.put("/own/application", sent))["version"]
    assert version == 1
    kept = await one.get("/own/application")
    assert (kept["sponsor"], kept["contacts"]) == (sent["sponsor"], sent["contacts"])
    await Person(api, 2).get("/own/application", 404)
    assert "Half a na" not in str(await rows.events()) + str(await rows.audit())
    # Switched off: the service refuses, whatever a page shows.
    number = (await api.read("/admin-api/switch", as_=api.permissions))["items"][0]["id"]
    path = f"/admin-api/switch/{number}"

    async def switch(mode: str, **who: Any) -> None:
        version = (await api.read(path, as_=api.permissions))["version"]
        answer = await api.put(path, {"mode": mode, **who}, version)
        assert answer.status_code == 200, answer.text

    await switch("off")
    closed = await one.apply(None, (alone,), status=409)
    assert (closed["type"], closed["errors"]) == ("applications-closed", [])
    await switch("testers", users=["Vera"])
    await one.apply(None, (alone,), status=409)
    person = one.person | {"username": "vera"}
    made_ = await one.apply(None, (alone,), person=person)
    assert (made_["level_name"], made_["agreed_fee"]) == ("Standalone Only", None)
    # What was unfinished is sent in, and gone.
    await one.get("/own/application", 404)
    assert body(await one.call("DELETE", "/own/application"), 404)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"web_logo": None}, "web_logo"),
        ({"primary_phone": ""}, "primary_phone"),
        ({"mailing_address_line_1": ""}, "mailing_address_line_1"),
        ({"city": ""}, "city"),
        ({"postal_code": ""}, "postal_code"),
        ({"country": "Netherlands"}, "country"),
        ({"landing_page_url": "javascript:alert(1)"}, "landing_page_url"),
        ({"twitter_handle": "@x"}, "twitter_handle"),
        ({"contacts": []}, "contacts"),
        ({"contacts": [CONTACT] * 6}, "contacts"),
        ({"contacts": [CONTACT | {"primary": False}]}, "sponsor"),
        ({"contacts": [CONTACT | {"email": "x"}]}, "contacts"),
    ],
)
async def test_what_a_sponsor_needs(api: Api, change: dict[str, Any], field: str) -> None:
    await Catalogue(api).begin()
    refused = await Person(api, 1).apply(1, sponsor=SPONSOR | change, status=400)
    assert any(field in error["loc"] for error in refused["errors"]), refused
