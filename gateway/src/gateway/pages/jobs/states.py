"""What the states of a job are called, and what they mean to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from contracts.jobs.dto import JobState
from contracts.jobs.review import Move, Side
from gateway.pages.heads import Mark
from gateway.pages.jobs import links
from gateway.pages.jobs.own_models import Note, Step
from gateway.web.templating import long_date

if TYPE_CHECKING:
    from contracts.jobs.review import OwnJob, OwnSummary, ReviewItem

_MARKS: Final = {
    JobState.DRAFT: Mark(label="draft"),
    JobState.REVIEW: Mark(label="waiting for review", kind="feature"),
    JobState.APPROVED: Mark(label="on the board", kind="bugfix"),
    JobState.REJECTED: Mark(label="not listed", kind="end-of-life"),
    JobState.ARCHIVED: Mark(label="put away"),
    JobState.REMOVED: Mark(label="withdrawn"),
    JobState.EXPIRED: Mark(label="expired", kind="security"),
}
#: What they mean to a poster.
_SAID: Final = {
    JobState.DRAFT: "Nobody sees it but you, until you send it to review.",
    JobState.REVIEW: "A volunteer looks at it, usually within a few days. You are told by mail.",
    JobState.APPROVED: "It is open until {until}.",
    JobState.REJECTED: "The reviewers did not list it, and say why. Change it and send it again.",
    JobState.ARCHIVED: "It was put away and is no longer on the board.",
    JobState.REMOVED: "The reviewers took it off the board.",
    JobState.EXPIRED: "Its time was over on {until}.",
}
_ASKED: Final = Mark(label="question for you", kind="security")
#: What happened, by the move that it was.
DONE: Final = {
    Move.CREATE: "made it",
    Move.EDIT: "changed it",
    Move.SUBMIT: "sent it to review",
    Move.WITHDRAW: "withdrew it",
    Move.EXTEND: "extended it",
    Move.COMMENT: "said",
    Move.ASK: "asked",
    Move.APPROVE: "put it on the board",
    Move.REJECT: "did not list it",
    Move.ARCHIVE: "put it away",
    Move.REMOVE: "took it off the board",
    Move.REOPEN: "took it back into review",
    Move.EXPIRE: "ended it: its time was over",
}
#: What the moves of a poster are called on buttons, the most wanted first.
_STEPS: Final = (
    (Move.SUBMIT, "Look it over and send it", "preview", "primary"),
    (Move.EXTEND, "Extend", "extend", "primary"),
    (Move.EDIT, "Edit", "edit", ""),
    (Move.WITHDRAW, "Withdraw", "remove", ""),
)


#: Where a job is that does not come back by itself; the same is posted as a new one.
_OVER: Final = frozenset({JobState.ARCHIVED, JobState.EXPIRED, JobState.REMOVED})


def name_of(state: JobState) -> str:
    """Return what a state is called, as a title."""
    return _MARKS[state].label.capitalize()


def mark_of(job: OwnSummary | ReviewItem, *, poster: bool) -> Mark:
    """Return the badge of a job, for its poster or for reviewers."""
    if job.state is JobState.REVIEW and job.asked:
        return _ASKED if poster else Mark(label="asked the poster", kind="security")
    if job.state is JobState.REMOVED and job.state_by is not Side.POSTER:
        return Mark(label="removed", kind="end-of-life")
    if poster or job.state is not JobState.APPROVED or _is_open(job):
        return _MARKS[job.state]
    return _MARKS[JobState.EXPIRED]


def _is_open(job: OwnSummary | ReviewItem) -> bool:
    return job.expires is not None and job.expires > datetime.now(UTC)


def said_of(job: OwnSummary) -> str:
    """Return how a job of one's own stands, and what that means."""
    if job.state is JobState.REVIEW and job.asked:
        return "The reviewers want to know something. Answer them, or change the job."
    if job.state is JobState.REMOVED and job.state_by is Side.POSTER:
        return "You withdrew it."
    until = long_date(job.expires.astimezone(UTC)) if job.expires else "some day"
    said = _SAID[job.state].format(until=until)
    return f"{said} {_when_extendable(job)}".strip()


def _when_extendable(job: OwnSummary) -> str:
    if Move.EXTEND in job.moves and job.extendable_until is not None:
        last = long_date(job.extendable_until.astimezone(UTC))
        return f"You can extend it until {last}."
    if job.extendable_from is not None and job.extendable_from > datetime.now(UTC):
        return f"You can extend it from {long_date(job.extendable_from.astimezone(UTC))} on."
    return ""


def steps_of(job: OwnSummary, *, without: frozenset[Move] = frozenset()) -> tuple[Step, ...]:
    """Return what the poster can do with a job now, the most wanted first."""
    page = Step(label="See it on the board", href=links.job_path(job.id))
    return (
        *(
            Step(label=label, href=links.job_path(job.id, what), kind=kind)
            for move, label, what, kind in _STEPS
            if move in job.moves and move not in without
        ),
        *((page,) if job.visible else ()),
        *((_again(job),) if _is_over(job) else ()),
    )


def _is_over(job: OwnSummary) -> bool:
    """Tell whether nothing but a new job like it can be on the board."""
    theirs = job.state is not JobState.REMOVED or job.state_by is Side.POSTER
    return job.state in _OVER and theirs and Move.EXTEND not in job.moves


def _again(job: OwnSummary) -> Step:
    return Step(label="Post it again", href=links.again_path(job.id), kind="primary")


def notes_of(job: OwnJob, *, poster: bool) -> tuple[Note, ...]:
    """Return what was done and said, oldest first. Who it was is told as far as it is known."""

    def who(side: Side, name: str) -> str:
        if side is Side.SYSTEM:
            return "The board"
        if poster:
            return "You" if side is Side.POSTER else "Reviewers"
        return f"{name or 'somebody'} ({side.value})"

    done = [
        (step.time, Note(time=step.time.date(), who=who(step.by, step.name), what=DONE[step.move]))
        for step in job.history
        if step.move not in {Move.COMMENT, Move.ASK}
    ]
    told = [
        (
            one.time,
            Note(
                time=one.time.date(),
                who=who(one.by, one.name),
                what=DONE[Move.ASK if one.question else Move.COMMENT],
                text=one.text,
                question=one.question,
            ),
        )
        for one in job.comments
    ]
    # A step before the words that it was explained with: sorting is stable.
    return tuple(note for _, note in sorted([*done, *told], key=lambda pair: pair[0]))
