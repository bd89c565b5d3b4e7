"""What posters and the board are told by mail of jobs."""

from __future__ import annotations

from typing import Final

from contracts.jobs.review import Move, Side
from jobs.jobs.models import Job
from jobs.settings import Settings
from servicekit.mail import Letter, letters

#: What the poster is told of a move: subject and sentence, about {job}, until {until}.
TO_POSTER: Final[dict[Move, tuple[str, str]]] = {
    Move.SUBMIT: (
        "Job received: {job}",
        (
            "thank you for “{job}”. A reviewer looks at it; you get a mail of what is decided, and "
            "can still change it until then."
        ),
    ),
    Move.ASK: (
        "Python Job Board: a question about: {job}",
        "before “{job}” can be shown, a reviewer asks:",
    ),
    Move.APPROVE: (
        "Python Job Board: approved: {job}",
        (
            "“{job}” was approved. It is on the board for {days} days, until {until}. You get a "
            "mail before that, and can then have it shown for longer."
        ),
    ),
    Move.REJECT: (
        "Python Job Board: could not be accepted: {job}",
        (
            "“{job}” could not be accepted as it is. The reason is below. Change what it says and "
            "send it in again: it is then looked at anew."
        ),
    ),
    Move.ARCHIVE: (
        "Python Job Board: archived: {job}",
        "“{job}” was archived by a reviewer and is not shown.",
    ),
    Move.REMOVE: (
        "Python Job Board: removed: {job}",
        "“{job}” was removed by a reviewer and is not shown.",
    ),
    Move.REOPEN: (
        "Python Job Board: reviewed again: {job}",
        "a reviewer looks at “{job}” again. Withdraw it if you no longer want it shown.",
    ),
    Move.COMMENT: (
        "Python Job Board: Review comment for: {job}",
        "a reviewer wrote about “{job}”:",
    ),
    Move.EXTEND: (
        "Python Job Board: extended: {job}",
        "“{job}” is on the board until {until} now.",
    ),
    Move.EXPIRE: (
        "Python Job Board: no longer shown: {job}",
        (
            "the {days} days of “{job}” on the board are over. If the job is still open, you can "
            "have it shown again until {extendable}."
        ),
    ),
}
TO_BOARD: Final[dict[Move, tuple[str, str]]] = {
    Move.SUBMIT: ("Job Submitted for Approval: {job}", "“{job}” waits for review."),
    Move.WITHDRAW: ("Job withdrawn: {job}", "“{job}” was withdrawn by its poster."),
    Move.COMMENT: ("Python Job Board: Review comment for: {job}", "Written about “{job}”:"),
    Move.ASK: ("Python Job Board: asked about: {job}", "The poster of “{job}” was asked:"),
    Move.APPROVE: ("Job approved: {job}", "“{job}” was approved. It is shown until {until}."),
    Move.REJECT: ("Job rejected: {job}", "“{job}” was rejected."),
    Move.ARCHIVE: ("Job archived: {job}", "“{job}” was archived."),
    Move.REMOVE: ("Job removed: {job}", "“{job}” was removed."),
    Move.REOPEN: ("Job reviewed again: {job}", "“{job}” waits for review again."),
}


def to_poster(settings: Settings, row: Job, move: Move, text: str) -> Letter:
    """Tell the poster of a move, or whom the job itself names where it came without one."""
    subject, sentence = (_filled(part, settings, row) for part in TO_POSTER[move])
    told = _page(row)
    return letters.write(
        settings.public_url,
        f"job-{move.value}",
        _line(subject),
        f"Hello {row.poster_name}," if row.poster_name else "Hello,",
        sentence,
        *_given(text),
        link=told,
        after=(f"Questions? Write to {settings.board_email}.",),
    )


def to_board(  # noqa: PLR0913, PLR0917 - what a move is
    settings: Settings, row: Job, move: Move, by: Side, name: str, text: str
) -> Letter:
    """Tell the board of a move."""
    subject, sentence = (_filled(part, settings, row) for part in TO_BOARD[move])
    who = f"By {name}, {by.value}." if name else f"By a {by.value}."
    return letters.write(
        settings.public_url,
        f"job-board-{move.value}",
        _line(subject),
        sentence,
        f"{who} Contact: {', '.join(filter(None, (row.contact, row.email)))}.",
        *_given(text),
        link=("Look at it", f"/jobs/{row.id}/"),
        after=(),
    )


def reminder(settings: Settings, row: Job) -> Letter:
    """Tell the poster that a job soon ends, and how to have it shown for longer."""
    return letters.write(
        settings.public_url,
        "job-reminder",
        _line(_filled("Python Job Board: ends soon: {job}", settings, row)),
        f"Hello {row.poster_name}," if row.poster_name else "Hello,",
        _filled(
            "“{job}” is on the board until {until}. If the job is still open by then, you can "
            "have it shown for {days} days more; the page of your job has a button for that.",
            settings,
            row,
        ),
        link=_page(row),
        after=("If the job is taken, withdraw it there, or let it end.",),
    )


def reported(settings: Settings, row: Job, reason: str, text: str) -> Letter:
    """Tell the board that a visitor reported a job."""
    return letters.write(
        settings.public_url,
        "job-board-report",
        _line(_filled("Job reported by a visitor: {job}", settings, row)),
        _filled("“{job}” was reported by a visitor: ", settings, row) + reason + ".",
        *_given(text),
        "Further reports of this job are in the list of the reviewers and not mailed.",
        link=("Look at it", f"/jobs/{row.id}/"),
        after=(),
    )


def _page(row: Job) -> tuple[str, str]:
    return ("Your job", f"/jobs/{row.id}/")


def _filled(pattern: str, settings: Settings, row: Job) -> str:
    ends = row.expires
    extendable = "" if ends is None else f"{ends + settings.extension:%d %B %Y}"
    return pattern.format(
        job=f"{row.title}, {row.company_name}",
        days=settings.job_days,
        until="" if ends is None else f"{ends:%d %B %Y}",
        extendable=extendable,
    )


def _line(subject: str) -> str:
    return subject[:200]


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
