"""The table of transitions: what documents say of it, and what random calls of all roles do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.sponsors.tests.desk import APPROVAL, REVIEW, Catalogue, Person, placement

from contracts.sponsors.applications import ContractStatus, Move, Side
from contracts.sponsors.dto import SponsorshipStatus
from servicekit.access import Principal
from servicekit.problems import Conflict
from servicekit.testing import Api, Rows
from sponsors.sponsorships import moving
from sponsors.sponsorships.transitions import TRANSITIONS, Facts, why_not

DOCUMENT = Path(__file__).parents[3] / "docs" / "sponsors.md"
BEGIN, END = (
    "<!-- sponsorships: written by services/sponsors/tests/test_transitions.py -->",
    "<!-- end -->",
)
_APPLIED, _APPROVED = SponsorshipStatus.APPLIED, SponsorshipStatus.APPROVED
_FINALIZED, _REJECTED = SponsorshipStatus.FINALIZED, SponsorshipStatus.REJECTED


def rendered() -> str:
    """Return the table as the document has it: a row for each side, move and target."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for (side, move, status), to in TRANSITIONS.items():
        row = (side.value, move.value, "stays" if status is to else to.value)
        rows.setdefault(row, []).append("nothing" if status is None else status.value)
    lines = ["| who | move | from | to |", "|---|---|---|---|"]
    lines += [
        f"| {who} | {move} | {', '.join(found)} | {to} |" for (who, move, to), found in rows.items()
    ]
    return "\n".join(lines) + "\n"


def test_the_document_shows_the_table() -> None:
    text = DOCUMENT.read_text()
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if shown.strip() != rendered().strip():
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{rendered()}\n{END}{after}")
    assert shown.strip() == rendered().strip(), "docs/sponsors.md was written anew: look at it"


def test_the_table_holds_together() -> None:
    """Every status is reached, what is finalized stays so, and each refusal says why."""
    assert set(TRANSITIONS.values()) == set(SponsorshipStatus)
    leaving = {status for (_, _, status), to in TRANSITIONS.items() if status and to is not status}
    assert leaving == set(SponsorshipStatus) - {_FINALIZED}
    # Only the contract finalizes, and only what was approved.
    assert [key for key, to in TRANSITIONS.items() if to is _FINALIZED and key[2] is not to] == [
        (Side.CONTRACT, Move.FINALIZE, _APPROVED)
    ]
    for side in Side:
        for move in Move:
            for status in (None, *SponsorshipStatus):
                for locked in (False, True):
                    for contract in (None, *ContractStatus):
                        facts = Facts(status=status, locked=locked, contract=contract)
                        able = not why_not(side, move, facts)
                        assert not able or (side, move, status) in TRANSITIONS


#: Who calls, by name.
ROLES = ("applicant", "stranger", "publisher", "staff", "second staff", "anonymous")
STAFF: Final = (Move.APPROVE, Move.REJECT, Move.ROLLBACK, Move.EDIT, Move.LOCK, Move.UNLOCK)
#: What happens beside calls: the contract is sent, nullified, or finalizes the sponsorship.
HAPPENS: Final = ("send", "nullify", Move.FINALIZE)


class Model:
    """What the sponsorship must be, by the table alone."""

    def __init__(self) -> None:
        self.status, self.locked = _APPLIED, False
        self.contract: ContractStatus | None = None

    @property
    def facts(self) -> Facts:
        return Facts(status=self.status, locked=self.locked, contract=self.contract)

    def do(self, side: Side, move: Move) -> bool:
        if why_not(side, move, self.facts):
            return False
        self.status = TRANSITIONS[side, move, self.status]
        if move in {Move.APPROVE, Move.REJECT, Move.FINALIZE, Move.LOCK}:
            self.locked = True
        if move in {Move.ROLLBACK, Move.UNLOCK}:
            self.locked = False
        if move is Move.APPROVE:
            self.contract = ContractStatus.DRAFT
        if move is Move.ROLLBACK:
            self.contract = None
        return True


async def happen(rows: Rows, number: int, what: object, model: Model) -> None:
    """Have the contract do something, past its own rules, and compare what becomes of it."""
    if what == "send" and model.contract is ContractStatus.DRAFT:
        model.contract = ContractStatus.AWAITING_SIGNATURE
        await rows.do(
            "UPDATE contract SET status = 'awaiting_signature', sent_on = now(), document = '{}'"
            " WHERE status = 'draft'"
        )
    elif what == "nullify" and model.contract is ContractStatus.AWAITING_SIGNATURE:
        model.contract = ContractStatus.NULLIFIED
        await rows.do("UPDATE contract SET status = 'nullified' WHERE status <> 'outdated'")
    elif what is Move.FINALIZE:
        able = model.do(Side.CONTRACT, Move.FINALIZE)
        try:
            async with rows.database.write() as session:
                row = await moving.lock(session, number)
                await moving.finalize(session, row, Principal(subject="user:9"), "Signer")
        except Conflict:
            assert not able
        else:
            assert able


async def play(api: Api, rows: Rows, calls: list[tuple[str, object]]) -> None:
    """Make calls one after the other at one sponsorship, and compare each with the table."""
    people = {
        "applicant": Person(api, 1),
        "stranger": Person(api, 2),
        "publisher": Person(api, 3, ("sponsors.sponsor_publisher",)),
        "staff": Person(api, 8, REVIEW),
        "second staff": Person(api, 9, REVIEW),
    }
    number = (await people["applicant"].apply(1, (1,)))["id"]
    base, model = f"/staff/sponsorships/{number}", Model()
    for turn, (role, what) in enumerate(calls):
        if what in HAPPENS:
            await happen(rows, number, what, model)
            continue
        move = Move(str(what))
        sent: dict[str, Any] = APPROVAL if move is Move.APPROVE else {}
        method, path = "POST", f"{base}/{move.value}"
        if move is Move.EDIT:
            dates = {name: APPROVAL[name] for name in ("start_date", "end_date")}
            fee = {"sponsorship_fee": f"{turn + 1}.00", "package_id": 1, "benefit_ids": [1]}
            method, path, sent = "PUT", base, dates | fee
        if role == "anonymous":
            answer = await api.call(method, path, json=sent, match="*")
        else:
            answer = await people[role].call(method, path, sent, **{"If-Match": "*"})
        if not role.endswith("staff"):
            assert answer.status_code == (401 if role == "anonymous" else 403), (role, move)
            continue
        before = model.facts
        able = model.do(Side.STAFF, move)
        assert answer.status_code == (200 if able else 409), (before, move, answer.text)
        if not able:
            assert answer.json()["detail"] == why_not(Side.STAFF, move, before)
    found = (await rows.all("SELECT * FROM sponsorship WHERE id = :id", id=number))[0]
    assert (found["status"], found["locked"]) == (model.status.value, model.locked)
    shown = await api.read("/placements")
    assert bool(shown) is (model.status is _FINALIZED)
    # What everybody hears is no more than what is shown, and in order.
    events = await rows.all(
        "SELECT aggregate_version AS version, event::jsonb -> 'data' AS data FROM outbox"
        " WHERE aggregate_type = 'sponsorship' AND aggregate_id = :id ORDER BY sequence",
        id=str(number),
    )
    versions = [row["version"] for row in events]
    assert versions == sorted(set(versions))
    assert events[-1]["data"]["status"] == model.status.value
    assert bool(events[-1]["data"]["placements"]) is bool(shown)
    if model.status in {_APPLIED, _REJECTED}:
        assert "Greenhouse" not in str([row["data"] for row in events])
    rejections = await rows.one("SELECT count(*) FROM mail WHERE kind = 'sponsorship-rejected'")
    steps = "SELECT count(*) FROM sponsorship_step WHERE move = 'reject'"
    assert rejections == await rows.one(steps)


#: Right callers are drawn often enough that sequences get somewhere.
RIGHT = st.tuples(st.sampled_from(("staff", "second staff")), st.sampled_from(STAFF))
OTHER = st.tuples(st.sampled_from(ROLES), st.sampled_from(STAFF))
PAPER = st.tuples(st.just("contract"), st.sampled_from(HAPPENS))


@pytest.mark.parametrize("examples", [6, pytest.param(100, marks=pytest.mark.full)])
async def test_no_sequence_of_calls_reaches_what_it_may_not(
    api: Api, rows: Rows, examples: int
) -> None:
    """Whatever who calls in which order: status, lock, events and what is shown are the table's."""
    made = Catalogue(api)
    await made.begin()
    await made.benefit(features=[placement()])
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.one_of(RIGHT, RIGHT, PAPER, OTHER), min_size=3, max_size=10))
    def run(calls: list[tuple[str, object]]) -> None:
        async def whole() -> None:
            for table in ("contract", "sponsorship", "sponsor", "mail"):
                await rows.do(f"DELETE FROM {table}")
            await play(api, rows, [("staff", Move.APPROVE), *calls])

        asyncio.run_coroutine_threadsafe(whole(), loop).result()

    await asyncio.to_thread(run)
