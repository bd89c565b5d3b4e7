"""The monthly report as a mail."""

from __future__ import annotations

from contracts.jobs.review import MonthCounts, MonthlyReport
from jobs.settings import Settings
from servicekit.mail import Letter, letters


def monthly(settings: Settings, report: MonthlyReport) -> Letter:
    """Tell the board what happened in a month."""
    name = f"{report.current.month:%B %Y}"
    return letters.write(
        settings.public_url,
        "job-monthly",
        f"Job board: report for {name}",
        *_sentences(report.current),
        f"The month before ({report.previous.month:%B %Y}): {report.previous.created} made, "
        f"{report.previous.submitted} sent in, {report.previous.approved} approved, "
        f"{report.previous.rejected} rejected.",
        f"Now {report.visible} jobs are shown and {report.waiting} wait for review.",
        link=("To the review desk", "/jobs/review/"),
        after=(),
    )


def _sentences(counts: MonthCounts) -> tuple[str, ...]:
    states = ", ".join(f"{one.jobs} {one.state.value}" for one in counts.states if one.jobs)
    hours = (
        "" if counts.review_hours is None else f" Half of them within {counts.review_hours} hours."
    )
    decided = f"{counts.approved} were approved and {counts.rejected} rejected.{hours}"
    ended = f"{counts.expired} expired, {counts.extended} were extended"
    taken = f"{counts.withdrawn} withdrawn and {counts.removed} removed"
    return (
        f"In {counts.month:%B %Y}, {counts.created} jobs were made ({states or 'none'}).",
        f"{counts.submitted} times a job was sent in; {decided}",
        f"{ended}, {taken}. Visitors made {counts.reports} reports.",
    )
