"""The table of transitions: what documents say of it, and what random calls of all roles do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.jobs.tests.board import JOB, REVIEW, Person, sorts

from contracts.jobs.dto import JobState
from contracts.jobs.review import Move, Side
from jobs.jobs import letters, tasks, telling
from jobs.jobs.transitions import TRANSITIONS
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

DOCUMENT = Path(__file__).parents[3] / "docs" / "jobs.md"
BEGIN, END = "test_transitions.py -->\n", "<!-- end -->"


def rendered() -> str:
    """Return the table as the document has it: a row for each side, move, target and mails."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for (side, move, state), step in TRANSITIONS.items():
        stays = state is not None and state is step.to
        to = "stays" if stays and move is not Move.EXTEND else step.to.value
        mails = [name for name in ("poster", "board") if getattr(step, name)]
        row = (side.value, move.value, to, ", ".join(mails) or "nobody")
        rows.setdefault(row, []).append("nothing" if state is None else state.value)
    lines = ["| who | move | from | to | mail for |", "|---|---|---|---|---|"]
    lines += [
        f"| {who} | {move} | {', '.join(states)} | {to} | {mails} |"
        for (who, move, to, mails), states in rows.items()
    ]
    return "\n".join(lines) + "\n"


def test_the_document_shows_the_table() -> None:
    text = DOCUMENT.read_text()
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if shown.strip() != rendered().strip():
        DOCUMENT.write_text(f"{before}{BEGIN}\n{rendered()}\n{END}{after}")
    assert shown.strip() == rendered().strip(), "docs/jobs.md was written anew: look at it"


def test_the_table_holds_together() -> None:
    """Every state is reached, what is final is final, and every mail has words."""
    assert {step.to for step in TRANSITIONS.values()} == set(JobState)
    leaving = {
        state for (_, _, state), step in TRANSITIONS.items() if state and step.to is not state
    }
    assert leaving == set(JobState) - {JobState.REMOVED}
    # Only what was reviewed is shown: nothing but a reviewer, or an extension, leads there.
    ways = {
        (side, move, state)
        for (side, move, state), step in TRANSITIONS.items()
        if step.to is JobState.APPROVED and state is not JobState.APPROVED
    }
    assert {(side, move) for side, move, _ in ways} == {
        (Side.REVIEWER, Move.APPROVE),
        (Side.POSTER, Move.EXTEND),
    }
    assert ways & {(Side.POSTER, Move.EXTEND, state) for state in JobState} == {
        (Side.POSTER, Move.EXTEND, JobState.EXPIRED)
    }
    for (_, move, _), step in TRANSITIONS.items():
        assert not step.poster or move in letters.TO_POSTER, move
        assert not step.board or move in letters.TO_BOARD, move
        if step.poster or step.board:
            assert telling.kind_of(move)


#: Who calls, by name: the poster, another user, two reviewers, and nobody.
ROLES = ("poster", "stranger", "reviewer", "second reviewer", "anonymous")
POSTED = (Move.EDIT, Move.SUBMIT, Move.WITHDRAW, Move.EXTEND, Move.COMMENT)
DECIDED = (Move.ASK, Move.APPROVE, Move.REJECT, Move.ARCHIVE, Move.REMOVE, Move.REOPEN)
CALLS = [
    *((Side.POSTER, move) for move in POSTED),
    *((Side.REVIEWER, move) for move in (*DECIDED, Move.EDIT, Move.COMMENT)),
    (Side.SYSTEM, Move.EXPIRE),
]


def request(side: Side, move: Move, number: int, turn: int) -> tuple[str, str, dict[str, Any]]:
    """Return method, path and body of a move; texts differ at each turn."""
    path = f"/own/jobs/{number}" if side is Side.POSTER else f"/review/jobs/{number}"
    if move is Move.EDIT:
        return "PUT", path, JOB | {"title": f"Gardener {turn}"}
    if move is Move.COMMENT:
        return "POST", f"{path}/comments", {"text": f"Said {turn}"}
    if side is Side.REVIEWER:
        return "POST", f"{path}/decide", {"move": move.value, "text": "Because."}
    return "POST", f"{path}/{move.value}", {}


def allowed(role: str, side: Side) -> bool:
    if side is Side.POSTER:
        return role == "poster"
    return role.endswith("reviewer")


async def play(
    api: Api, rows: Rows, context: TaskContext, calls: list[tuple[str, tuple[Side, Move], bool]]
) -> None:
    """Make calls one after the other at one job, and compare each with the table.

    Each call says who makes it, what, and whether the job is near its end then.
    """
    people = {
        "poster": Person(api, 1),
        "stranger": Person(api, 2),
        "reviewer": Person(api, 8, REVIEW),
        "second reviewer": Person(api, 9, REVIEW),
    }
    number = await people["poster"].draft(poster_email="me@example.org")
    state, mails = JobState.DRAFT, 0
    for turn, (role, (side, move), near) in enumerate(calls):
        ends = "now() + interval '3 days'" if near else "now() + interval '60 days'"
        await rows.do(f"UPDATE job SET expires = {ends} WHERE expires IS NOT NULL")
        step = TRANSITIONS.get((side, move, state))
        if side is Side.SYSTEM:
            await rows.do("UPDATE job SET expires = now() WHERE expires IS NOT NULL")
            await tasks.expire(context)
            if step is not None:
                state, mails = step.to, mails + step.poster + step.board
            continue
        method, path, body = request(side, move, number, turn)
        if role == "anonymous":
            answer = await api.call(method, path, json=body, match="*")
        else:
            answer = await people[role].call(method, path, body, **{"If-Match": "*"})
        early = move is Move.EXTEND and not near
        if not allowed(role, side):
            refused = 401 if role == "anonymous" else 403 if side is Side.REVIEWER else 404
            assert answer.status_code == refused, (role, side, move, answer.text)
        elif step is None or early:
            assert answer.status_code == 409, (state, side, move, answer.text)
            assert answer.json()["detail"]
        else:
            assert answer.status_code == 200, (state, side, move, answer.text)
            state = step.to
            mails += step.poster + step.board
        now = await rows.all("SELECT state FROM job WHERE id = :id", id=number)
        assert now[0]["state"] == state.value
        shown = (await api.get(f"/jobs/{number}")).status_code
        assert shown == (200 if state is JobState.APPROVED else 404)
    told = await rows.all("SELECT recipient FROM mail")
    assert len(told) == mails
    assert {row["recipient"] for row in told} <= {"me@example.org", "jobs@python.org"}
    # What everybody counts is what there is.
    counted = await api.read("/jobs/facets")
    assert counted["jobs"] == (1 if state is JobState.APPROVED else 0)
    versions = await rows.all(
        "SELECT aggregate_version AS version FROM outbox WHERE aggregate_type = 'job' "
        "AND aggregate_id = :id ORDER BY sequence",
        id=str(number),
    )
    found = [row["version"] for row in versions]
    assert found == sorted(set(found))


#: Right callers are drawn often enough that sequences get somewhere.
CALL = st.tuples(st.sampled_from(ROLES), st.sampled_from(CALLS), st.booleans())
RIGHT = st.sampled_from(CALLS).flatmap(
    lambda call: st.tuples(
        st.sampled_from(["poster"] if call[0] is Side.POSTER else ["reviewer", "second reviewer"]),
        st.just(call),
        st.booleans(),
    )
)


@pytest.mark.parametrize("examples", [6, pytest.param(100, marks=pytest.mark.full)])
async def test_no_sequence_of_calls_reaches_what_it_may_not(
    api: Api, rows: Rows, context: TaskContext, examples: int
) -> None:
    """Whatever who calls in which order: states, mails and what is shown are those of the table."""
    await sorts(api)
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.one_of(RIGHT, RIGHT, CALL), min_size=3, max_size=10))
    def run(calls: list[tuple[str, tuple[Side, Move], bool]]) -> None:
        async def whole() -> None:
            for table in ("job", "mail", "board_count"):
                await rows.do(f"DELETE FROM {table}")
            await play(api, rows, context, [("poster", (Side.POSTER, Move.SUBMIT), False), *calls])

        asyncio.run_coroutine_threadsafe(whole(), loop).result()

    await asyncio.to_thread(run)
