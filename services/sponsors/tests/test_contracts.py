"""Contracts: papers, their life, and what random calls of all roles do to it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis
import pypdf
import pytest
from docx import Document
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from services.sponsors.tests.stage import (
    CONTACT,
    SIGNED,
    YEAR,
    Stage,
    asset,
    call,
    picture,
    sponsorship,
    upload,
)

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.papers import ContractMove
from servicekit.database import Database
from servicekit.files import FileStore
from servicekit.testing import Api, Rows, emptied
from sponsors.contracts import agreement, docx, pdf
from sponsors.contracts.agreement import Facts
from sponsors.contracts.transitions import OFFERED, TRANSITIONS, Situation, why_not
from sponsors.settings import Settings

DOCUMENT = Path(__file__).parents[3] / "docs" / "sponsors.md"
BEGIN, END = "test_contracts.py -->\n", "<!-- end -->"
TIER = {"kind": "tiered_benefit", "quantity": 20, "display_label": "20 passes"}
#: What a sponsor could call itself that a typesetter might take for something else.
ODD = "Acme #panic() $x$ \\input{a} *b* <Söhne> & {{ c }} {% d %}, Inc."


def facts(**more: object) -> Facts:
    values: dict[str, object] = {
        "sponsor": ODD,
        "incorporated": "Germany",
        "info": f"{ODD}\n1 Main St\nSpringfield",
        "contact": "Jo Doe\njo@acme.example",
        "year": 2027,
        "level": "Maintaining",
        "fee": Decimal("60000.50"),
        "start": date(2027, 1, 1),
        "end": date(2027, 12, 31),
        "renewal": False,
        "previous": date(2026, 1, 2),
        "benefits": "- Logo on python.org [^1]\n- Booth, *large* [^1][^2]\n- Tickets",
        "clauses": "[^1]: Logos as sent.\n\n[^2]: First come.\nThen the others.",
        "revision": 1,
        "draft": False,
        **more,
    }
    return Facts(**values)  # type: ignore[arg-type]


def of_pdf(data: bytes) -> str:
    read = pypdf.PdfReader(io.BytesIO(data))
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def of_docx(data: bytes) -> str:
    read = Document(io.BytesIO(data))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    words = " ".join([*(part.text for part in read.paragraphs), *cells])
    return " ".join(words.split())


async def both(known: Facts) -> tuple[str, str]:
    made = agreement.compose(known, agreement.CURRENT)
    now = datetime.now(UTC)
    return of_pdf(await pdf.render(made, now)), of_docx(await docx.render(made, now))


async def test_both_papers_say_the_same() -> None:
    for text in await both(facts()):
        for part in (
            *("Sponsorship agreement", ODD, ", incorporated in Germany", "1 January 2027"),
            *("sixty thousand US dollars and fifty cents", "USD 60,000.50", "31 December 2027"),
            *("Logo on python.org1", "Booth, *large*1, 2", "Tickets", "jo@acme.example"),
            *("1. Logos as sent.", "2. First come. Then the others.", "Maintaining, 2027"),
            "Ending early",
        ):
            assert part in text, part
        assert "UNKNOWN" not in text
        assert "DRAFT" not in text
    for text in await both(facts(renewal=True, draft=True)):
        assert "Renewal of a sponsorship agreement" in text
        assert "began on 2 January 2026" in text
        assert "Ending early" not in text
        assert "Logo on python.org1" in text
    for text in await both(facts(renewal=True, previous=None, benefits="", clauses="", fee=None)):
        assert "began on UNKNOWN" in text
        assert "There are no benefits" in text
        assert "Conditions" not in text


@pytest.mark.parametrize(
    ("fee", "words", "digits"),
    [
        ("150000", "one hundred and fifty thousand US dollars", "150,000.00"),
        ("1", "one US dollar", "1.00"),
        ("0.01", "zero US dollars and one cent", "0.01"),
    ],
)
def test_money_in_words(fee: str, words: str, digits: str) -> None:
    assert agreement.in_words(Decimal(fee)) == words
    assert agreement.in_digits(Decimal(fee)) == digits


def test_control_characters_are_left_out() -> None:
    made = agreement.compose(facts(sponsor="A\x00c\x0bme\ud800"), agreement.CURRENT)
    assert made.subtitle == "Acme"


def test_the_table_holds_together() -> None:
    leaving = {
        state for (_, state), to in TRANSITIONS.items() if state is not None and to is not state
    }
    # What is executed or outdated stays so, and everything else leads on.
    assert set(ContractStatus) - leaving == {ContractStatus.EXECUTED, ContractStatus.OUTDATED}
    assert set(TRANSITIONS.values()) == set(ContractStatus)
    assert {move for move, _ in TRANSITIONS} == set(ContractMove)


async def test_a_draft_is_a_snapshot(
    api: Api, database: Database, statements: Callable[[], int]
) -> None:
    stage = await sponsorship(database, TIER)
    before = statements()
    row = await api.read(f"/contracts/{stage.contract}", as_=api.permissions)
    assert statements() - before == 1
    assert row["sponsor_info"] == (
        "Acme, Inc.\n1 Main St\nSpringfield, Oregon 97000\nUnited States"
    )
    assert row["sponsor_contact"] == "Jo Doe\njo@acme.example\n+1 555 0101"
    assert row["benefits_list"] == (
        "- Foundation: Logo on python.org Acme, Inc. (20 passes) [^1]\n"
        "- Foundation: Booth at PyCon US Acme, Inc. [^1][^2]"
    )
    assert row["legal_clauses"] == (
        "[^1]: Logos are shown as they were sent.\n\n[^2]: Booths: first come, first served."
    )
    assert {one["move"]: one["why_not"] for one in row["moves"]} == {
        "edit": "",
        "send": "",
        "execute": "",
        "redraft": "",
        "nullify": "This contract is a draft.",
    }
    for paper, read in (("pdf", of_pdf), ("docx", of_docx)):
        path = f"/contracts/{stage.contract}/preview?paper={paper}"
        answer = await api.get(path, as_=api.permissions)
        text = read(answer.content)
        assert "Booth at PyCon US Acme, Inc." in text
        assert f"sponsorship-contract-acme-inc.{paper}" in answer.headers["content-disposition"]
        assert "fifteen thousand US dollars" in text
    assert (await api.get("/contracts/99/preview", as_=api.permissions)).status_code == 404


async def test_send_nullify_and_draft_anew(
    api: Api, rows: Rows, database: Database, settings: Settings
) -> None:
    stage = await sponsorship(database, asset("required_text_asset", "blurb"))
    path = f"/contracts/{stage.contract}"
    row = await api.read(path, as_=api.permissions)
    texts = ("sponsor_info", "sponsor_contact", "benefits_list", "legal_clauses")
    sent = {name: row[name] for name in texts} | {"sponsor_contact": "Somebody else"}
    assert (await api.put(path, sent, match=None)).status_code == 428
    edited = (await api.put(path, sent, match=1)).json()
    assert (edited["revision"], edited["version"]) == (2, 2)
    assert (await api.put(path, sent, match=2)).json()["revision"] == 2
    assert (await api.put(path, sent, match=1)).status_code == 412
    last = await rows.last()
    answer = await api.post(f"{path}/send", {"name": "Betty"})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["status"], made["sent_by"]) == ("awaiting_signature", "Betty")
    assert made["sent_on"]
    assert [name for name, _, _ in await rows.told(last)] == ["contract.sent"]
    for name in ("document", "document_docx"):
        assert made[name]["url"].startswith("/media/private/sponsors/contracts/")
    kept = await rows.one("SELECT document ->> 'key' FROM contract")
    found = await FileStore(str(settings.files_url)).get(kept)
    assert found is not None
    data = b"".join([chunk async for chunk in found.chunks])
    assert "Somebody else" in of_pdf(data)
    assert "DRAFT" not in of_pdf(data)
    mails = await rows.all("SELECT recipient, text FROM mail ORDER BY recipient")
    assert [one["recipient"] for one in mails] == [
        *("applicant@acme.example", "jo@acme.example", "psf-sponsors@python.org"),
    ]
    # No mail has a link that opens the papers without a sign-in.
    assert not any("/media/" in one["text"] for one in mails)
    assert (await api.put(path, sent)).status_code == 409
    assert (await api.post(f"{path}/send", {})).status_code == 409
    nullified = (await api.post(f"{path}/nullify", {"text": "Wrong address"})).json()
    assert nullified["status"] == "nullified"
    assert nullified["nullified_on"]
    assert await rows.one("SELECT count(*) FROM mail WHERE text LIKE '%Wrong address%'") == 3
    # Not a dead end: another draft, with what is known now.
    await rows.do("UPDATE sponsor SET city = 'Shelbyville'")
    fresh = await api.post(f"{path}/redraft", None)
    assert fresh.status_code == 201, fresh.text
    assert "Shelbyville" in fresh.json()["sponsor_info"]
    assert (await api.post(f"{path}/redraft", None)).status_code == 409
    of = await api.read(f"/contracts/of/{stage.sponsorship}", as_=api.permissions)
    assert [one["status"] for one in of] == ["draft", "outdated"]
    assert of[1]["nullified_on"]
    listed = await api.read(f"/contracts?year={YEAR}&status=draft", as_=api.permissions)
    assert listed["total"] == 1


async def test_execution(api: Api, rows: Rows, database: Database) -> None:
    stage = await sponsorship(database)
    path = f"/contracts/{stage.contract}/execute"
    for wrong, said in (
        (upload("a.png", picture()), "no PDF"),
        (upload("a.pdf", b"MZ"), "is none"),
        (upload("a.pdf", b""), ""),
    ):
        answer = await api.post(path, {"signed_document": wrong})
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"][0]["loc"][:2] == ["body", "signed_document"]
        assert said in answer.text
    last = await rows.last()
    done = await api.post(path, {"name": "Deb", "signed_document": SIGNED})
    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["executed_by"]) == ("executed", "Deb")
    told = [name for name, _, _ in await rows.told(last)]
    assert told == ["contract.executed", "sponsorship.finalized"]
    assert await rows.one("SELECT status FROM sponsorship") == "finalized"
    own = f"/own/sponsorships/{stage.sponsorship}/handover"
    seen = (await call(api, CONTACT, "GET", own)).json()["contract"]
    assert seen["status"] == "executed"
    assert seen["signed_document"]["url"].startswith("/media/private/sponsors/contracts/signed/")
    assert (await api.post(path, {"signed_document": SIGNED})).status_code == 409
    moves = (await api.read(f"/contracts/{stage.contract}", as_=api.permissions))["moves"]
    assert {one["why_not"] for one in moves} == {"This contract is executed."}


def test_two_people_are_needed_where_a_setting_says_so() -> None:
    at = Situation(
        status=ContractStatus.AWAITING_SIGNATURE,
        sponsorship=SponsorshipStatus.APPROVED,
        complete=True,
        newest=True,
        sent_by=7,
        caller=7,
        two_people=False,
    )
    execute = ContractMove.EXECUTE
    assert why_not(execute, at) == ""
    assert "may not execute" in why_not(execute, replace(at, two_people=True))
    assert "may not execute" in why_not(execute, replace(at, two_people=True, caller=None))
    assert why_not(execute, replace(at, two_people=True, caller=8)) == ""
    draft = replace(at, two_people=True, caller=8, status=ContractStatus.DRAFT)
    assert "one sends it" in why_not(execute, draft)
    assert "lacks its dates" in why_not(execute, replace(at, complete=False))
    applied = replace(at, sponsorship=SponsorshipStatus.APPLIED)
    assert "not approved" in why_not(execute, applied)


async def test_what_was_signed_already(api: Api, rows: Rows, database: Database) -> None:
    stage = await sponsorship(database, status="applied", contract=False)
    approval = {
        "start_date": "2027-01-01",
        "end_date": "2027-12-31",
        "sponsorship_fee": "900.00",
        "name": "Deb",
        "signed_document": SIGNED,
    }
    path = f"/contracts/of/{stage.sponsorship}/approve"
    # Where the file is wrong, nothing is approved either.
    wrong = approval | {"signed_document": upload("a.pdf", b"MZ")}
    assert (await api.post(path, wrong)).status_code == 400
    assert await rows.one("SELECT status FROM sponsorship") == "applied"
    done = await api.post(path, approval)
    assert done.status_code == 200, done.text
    assert done.json()["status"] == "executed"
    assert await rows.one("SELECT status FROM sponsorship") == "finalized"
    assert (await api.post(path, approval)).status_code == 409


#: Who calls, by name, and what they hold.
ROLES: dict[str, tuple[str, ...]] = {
    "executor": ("sponsors.view_contract", "sponsors.change_contract"),
    "reviewer": ("sponsors.can_review_sponsorships", "sponsors.view_contract"),
    "sponsor": (),
}
CALLED = (ContractMove.EDIT, *(move for move in OFFERED if move is not ContractMove.EDIT))
TEXTS = {"sponsor_info": "Acme", "sponsor_contact": "Jo"}


async def play(
    api: Api, rows: Rows, stage: Stage, calls: list[tuple[str, ContractMove | str]]
) -> None:
    """Make calls one after the other, and compare each with the two tables."""
    approved, number, status = True, stage.contract, ContractStatus.DRAFT
    for turn, (role, move) in enumerate(calls):
        if move == "rollback":
            if not approved or role != "reviewer":
                continue
            path = f"/staff/sponsorships/{stage.sponsorship}/rollback"
            answer = await api.post(path, {}, as_=ROLES[role])
            keeps = status in {ContractStatus.AWAITING_SIGNATURE, ContractStatus.EXECUTED}
            assert answer.status_code == (409 if keeps else 200), answer.text
            if not keeps:
                approved, status = False, ContractStatus.OUTDATED
            continue
        body: dict[str, Any] = {}
        method, path = "POST", f"/contracts/{number}/{move}"
        if move is ContractMove.EDIT:
            method, path = "PUT", f"/contracts/{number}"
            body = TEXTS | {"benefits_list": f"- Benefit {turn}"}
        elif move is ContractMove.EXECUTE:
            body = {"signed_document": SIGNED}
        answer = await api.call(method, path, as_=ROLES[role], json=body, match="*")
        to = TRANSITIONS.get((ContractMove(move), status))
        if role != "executor":
            assert answer.status_code == 403, (role, move)
        elif to is None or not (approved or move in {ContractMove.EDIT, ContractMove.NULLIFY}):
            assert answer.status_code == 409, (status, move, answer.text)
            assert answer.json()["detail"]
        elif move is ContractMove.REDRAFT:
            assert answer.status_code == 201, answer.text
            old, number, status = number, answer.json()["id"], ContractStatus.DRAFT
            assert await rows.one("SELECT status FROM contract WHERE id = :id", id=old) == to
        else:
            assert answer.status_code == 200, (status, move, answer.text)
            status = to
        kept = await rows.one("SELECT status FROM contract WHERE id = :id", id=number)
        assert kept == status.value
    expected = "finalized" if status is ContractStatus.EXECUTED else "approved"
    assert await rows.one("SELECT status FROM sponsorship") == (expected if approved else "applied")
    await hold_together(rows)


async def hold_together(rows: Rows) -> None:
    """At most one contract lives, and what is told of each grows."""
    living = "status IN ('draft', 'awaiting_signature', 'executed')"
    assert await rows.one(f"SELECT count(*) FROM contract WHERE {living}") <= 1
    versions = await rows.all(
        "SELECT aggregate_id, aggregate_version AS version FROM outbox "
        "WHERE aggregate_type = 'contract' ORDER BY sequence"
    )
    by_contract: dict[str, list[int]] = {}
    for row in versions:
        by_contract.setdefault(row["aggregate_id"], []).append(row["version"])
    assert all(found == sorted(set(found)) for found in by_contract.values())


RIGHT = st.tuples(st.just("executor"), st.sampled_from(CALLED))
CALL = st.tuples(st.sampled_from(list(ROLES)), st.sampled_from([*CALLED, "rollback"]))


@pytest.mark.parametrize("examples", [4, pytest.param(80, marks=pytest.mark.full)])
async def test_no_sequence_of_calls_reaches_what_it_may_not(
    api: Api, rows: Rows, database: Database, examples: int
) -> None:
    loop = asyncio.get_running_loop()

    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.one_of(RIGHT, RIGHT, CALL), min_size=3, max_size=8))
    def run(calls: list[tuple[str, ContractMove | str]]) -> None:
        async def whole() -> None:
            await emptied(database)
            await play(api, rows, await sponsorship(database), calls)

        asyncio.run_coroutine_threadsafe(whole(), loop).result()

    await asyncio.to_thread(run)


def rendered() -> str:
    """Return the table as the document has it: a row for each move and target."""
    rows: dict[tuple[str, str], list[str]] = {}
    for (move, state), to in TRANSITIONS.items():
        target = "stays" if to is state else to.value
        rows.setdefault((move.value, target), []).append(state.value if state else "nothing")
    lines = ["| move | from | to |", "|---|---|---|"]
    lines += [f"| {move} | {', '.join(states)} | {to} |" for (move, to), states in rows.items()]
    return "\n".join(lines) + "\n"


def test_the_document_shows_the_table() -> None:
    text = DOCUMENT.read_text()
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if shown.strip() != rendered().strip():
        DOCUMENT.write_text(f"{before}{BEGIN}\n{rendered()}\n{END}{after}")
    assert shown.strip() == rendered().strip(), "docs/sponsors.md was written anew: look at it"
