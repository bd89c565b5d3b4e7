"""The lists of the reviewers: what waits, at /jobs/review/, and the rest, at /jobs/moderate/."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from contracts.base import Input
from contracts.jobs.dto import JobState
from contracts.jobs.inputs import ClaimInput, Id
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common
from gateway.pages.downloads.models import Option
from gateway.pages.heads import Head, Mark, Tab, windows
from gateway.pages.jobs import fetch, links, states
from gateway.pages.jobs import heads as parts
from gateway.pages.jobs.own import name_of
from gateway.pages.jobs.review_models import DeskRow, ModeratePage, QueuePage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import BadInput, NotFound, Page, PageContext, Redirect, page
from gateway.web.templating import clock, long_date

if TYPE_CHECKING:
    from contracts.jobs.review import JobClaim, ReviewItem

#: Jobs on a page of either list (as at python.org).
ROWS: Final = 20
_LAST: Final = 1000
#: Days after which a poster has waited for long.
_LATE: Final = 7
_DONE: Final = {
    "approve": "The job is on the board.",
    "reject": "The job was not listed. Its poster is told why.",
    "ask": "The poster was asked.",
    "archive": "The job is put away.",
    "remove": "The job is removed.",
    "release": "The job is free for others.",
}


def head_of(title: str, *above: tuple[str, str], current: str = "", text: str = "") -> Head:
    """Return the head of a page of the reviewers; `current` is one of its tabs."""
    ways = {"Queue": links.REVIEW, "All other jobs": links.MODERATE}
    return Head(
        title=title,
        description="The desk of those who review the job board",
        trail=(parts.PYTHON, parts.JOBS, *above),
        text=text,
        tabs=tuple(
            Tab(label=name, href=href, current=name == current) for name, href in ways.items()
        )
        if current
        else (),
        indexed=False,
    )


def held_by(claim: JobClaim | None) -> str:
    """Return who looks at a job, and until when; empty for nobody."""
    if claim is None or claim.until <= datetime.now(UTC):
        return ""
    until = f"until {clock(claim.until.astimezone(UTC))} UTC"
    return (
        f"You look at it {until}"
        if claim.mine
        else f"{claim.name or 'Somebody'} looks at it {until}"
    )


# --- what waits ---


class TakeForm(Input):
    """A job to look at, or to look at no longer."""

    job: Id
    action: Literal["take", "release"]


async def _queue(ctx: PageContext, form: FormState) -> Page:
    board = fetch.review(ctx)
    number = fetch.page_of(ctx, _LAST)
    found = await board.queue(ROWS, (number - 1) * ROWS)
    if number > 1 and not found.items:
        raise NotFound
    waiting = "Nothing waits." if not found.total else "The one that waits longest comes first."
    model = QueuePage(
        head=head_of("Jobs to review", current="Queue", text=waiting),
        form=form,
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        rows=tuple(_row(one) for one in found.items),
        pager=windows(ctx, found.total, ROWS, number, "Pages of the queue"),
    )
    return ctx.render("jobs/queue.html", model)


async def _take(ctx: PageContext, data: TakeForm) -> Redirect:
    board = fetch.review(ctx)
    try:
        if data.action == "release":
            await board.release(data.job)
            return Redirect(f"{links.REVIEW}?done=release")
        await board.claim(data.job, ClaimInput(name=name_of(ctx.visitor)))
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise FormErrors({"": "This job is not there any more."}) from error
        raise common.explained(error) from error
    return Redirect(links.desk_path(data.job))


queue = FormRoute(
    links.REVIEW,
    name="jobs.review",
    model=TakeForm,
    show=_queue,
    accept=_take,
    limit="600/hour",
    seconds=0,
    params=("done", "page"),
    personal=True,
)


# --- everything else ---


@page(
    links.MODERATE,
    name="jobs.moderate",
    cache=None,
    personal=True,
    params=("page", "q", "reported", "state"),
)
async def moderate(ctx: PageContext) -> Page:
    """List the jobs that do not wait, the latest change first; by words, state and reports."""
    board = fetch.review(ctx)
    number = fetch.page_of(ctx, _LAST)
    given = {name: value for name, value in ctx.params.items() if name != "page"}
    state = given.get("state", "")
    if state and state not in set(JobState):
        raise BadInput("state", f"must be one of {', '.join(JobState)}")
    if given.get("reported", "yes") != "yes":
        raise BadInput("reported", "must be yes, or be left out")
    found = await board.others(
        q=given.get("q"),
        state=state or None,
        reported=True if "reported" in given else None,
        limit=ROWS,
        offset=(number - 1) * ROWS,
    )
    if number > 1 and not found.items:
        raise NotFound
    offered = [one for one in JobState if one not in {JobState.REVIEW, JobState.DRAFT}]
    model = ModeratePage(
        head=head_of(
            "Jobs that do not wait",
            ("Review", links.REVIEW),
            current="All other jobs",
            text="The latest change first.",
        ),
        q=given.get("q", ""),
        states=(
            Option(value="", label="In any state", selected=not state),
            *(
                Option(value=one.value, label=states.name_of(one), selected=one.value == state)
                for one in offered
            ),
        ),
        reported="reported" in given,
        active=bool(given),
        rows=tuple(_row(one) for one in found.items),
        pager=windows(ctx, found.total, ROWS, number, "Pages of jobs", params=given),
    )
    return ctx.render("jobs/moderate.html", model)


def _row(one: ReviewItem) -> DeskRow:
    waits = one.state is JobState.REVIEW
    held = held_by(one.claim)
    return DeskRow(
        id=one.id,
        title=one.title,
        href=links.desk_path(one.id),
        company=one.company_name,
        location=one.location,
        category=one.category.name,
        marks=_marks(one),
        age=_age(one),
        late=waits and one.age_days >= _LATE,
        held=held,
        mine=bool(held) and one.claim is not None and one.claim.mine,
    )


def _marks(one: ReviewItem) -> tuple[Mark, ...]:
    made = []
    if one.state is not JobState.REVIEW or one.asked:
        made.append(states.mark_of(one, poster=False))
    if one.reports:
        count = "1 report" if one.reports == 1 else f"{one.reports} reports"
        made.append(Mark(label=count, kind="end-of-life"))
    if one.comments:
        made.append(Mark(label="1 comment" if one.comments == 1 else f"{one.comments} comments"))
    if one.sample:
        made.append(Mark(label="sample"))
    return tuple(made)


def _age(one: ReviewItem) -> str:
    if one.state is not JobState.REVIEW:
        return f"changed {long_date(one.updated.astimezone(UTC))}"
    if not one.age_days:
        return "came today"
    return "waits for a day" if one.age_days == 1 else f"waits for {one.age_days} days"
