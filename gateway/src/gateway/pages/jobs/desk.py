"""One job on the desk of the reviewers: /jobs/review/<id>/.

Several reviewers work at once. Whoever takes a job keeps others from deciding about it for a
while; who decides about something that has changed meanwhile, or that another one holds, is told
and sees how it is now.
"""

from __future__ import annotations

import asyncio
from datetime import UTC
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import StringConstraints

from contracts.base import Input
from contracts.jobs.dto import JobState
from contracts.jobs.inputs import ClaimInput, CommentInput, DecisionInput, DecisionMove
from contracts.jobs.review import HintKind, Move
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields
from gateway.pages.heads import Mark
from gateway.pages.jobs import fetch, links, rows, states
from gateway.pages.jobs.asking import REASONS
from gateway.pages.jobs.own import name_of
from gateway.pages.jobs.own_models import Note
from gateway.pages.jobs.review_models import Decision, DeskPage, Hint, Reply, Written
from gateway.pages.jobs.reviewing import head_of, held_by
from gateway.pages.links import Link
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect
from gateway.web.templating import long_date

if TYPE_CHECKING:
    from contracts.jobs.review import CannedReply, JobHint, JobReport, ReviewJob
    from gateway.backends.jobs import Review

#: Red is what cannot be taken back.
_DECISIONS: Final = (
    (Move.APPROVE, "Approve", "primary"),
    (Move.ASK, "Ask the poster", ""),
    (Move.REJECT, "Reject", ""),
    (Move.REOPEN, "Review again", ""),
    (Move.ARCHIVE, "Put away", "quiet"),
    (Move.REMOVE, "Take off the board", "danger"),
)
_HINTS: Final = {
    HintKind.SAME_TEXT: "The same text",
    HintKind.SIMILAR_TEXT: "A text much like it",
    HintKind.SAME_LINK: "The same link",
    HintKind.LINK_HOST: "A link to the same host",
}
_STAYS: Final = {
    "comment": "Your comment was sent.",
    "take": "Nobody else decides about it while you look.",
    "dismiss": "The reports are closed.",
    "approve": "The job is on the board.",
    "archive": "The job is put away.",
    "remove": "The job is removed.",
    "reopen": "The job waits for review again.",
}
_EXPLAIN: Final = "Say why, or what you want to know: the poster reads it."
_FIRST: Final = "Another reviewer was first, or the job has changed. This is how it is now."


class DeskForm(Input):
    """What is to be done with the job of which `version` was shown. `reply` is a canned one."""

    action: Literal[
        "take", "release", "comment", "dismiss",
        "approve", "ask", "reject", "reopen", "archive", "remove",
    ]  # fmt: skip
    text: Annotated[str, StringConstraints(max_length=6000)] = ""
    reply: fields.Id = 0
    version: fields.Id = 0


async def _show(ctx: PageContext, form: FormState) -> Page:
    board, number = fetch.review(ctx), fetch.number_of(ctx)
    job, replies = await asyncio.gather(board.job(number), board.replies())
    if job is None:
        raise NotFound
    held = held_by(job.claim)
    mine = bool(held) and job.claim is not None and job.claim.mine
    conflict = form.errors.get("version", "")
    model = DeskPage(
        head=head_of(job.title, ("Review", links.REVIEW)),
        form=form,
        notice="" if form.errors else _STAYS.get(ctx.params.get("done", ""), ""),
        conflict=conflict,
        version=job.version,
        job=rows.text_of(job),
        mark=states.mark_of(job, poster=False),
        said=_said(job),
        held=held,
        mine=mine,
        facts=_facts(job),
        edit=links.job_path(job.id, "edit") if Move.EDIT in job.moves else "",
        page=links.job_path(job.id) if job.visible else "",
        markup=job.markup_type.value,
        texts=_texts(job),
        hints=tuple(map(_hint, job.hints)),
        reports=tuple(map(_report, job.reports)),
        open_reports=sum(not one.closed for one in job.reports),
        replies=tuple(_reply(one) for one in replies),
        decisions=_decisions(job),
        typed=form.values.get("text", ""),
        notes=states.notes_of(job, poster=False),
    )
    return ctx.render("jobs/desk.html", model)


async def _act(ctx: PageContext, data: DeskForm) -> Redirect:
    board, number = fetch.review(ctx), fetch.number_of(ctx)
    try:
        return await _done(ctx, board, number, data)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        if error.status in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}:
            why = (
                str(error.problem.get("detail") or "")
                if error.status == HTTPStatus.CONFLICT
                else ""
            )
            raise FormErrors({"version": why or _FIRST}, 409) from error
        raise common.explained(error) from error


async def _done(ctx: PageContext, board: Review, number: int, data: DeskForm) -> Redirect:
    here, who = links.desk_path(number), name_of(ctx.visitor)
    match data.action:
        case "take":
            await board.claim(number, ClaimInput(name=who))
        case "release":
            await board.release(number)
            return Redirect(f"{links.REVIEW}?done=release")
        case "dismiss":
            await board.dismiss(number)
        case "comment":
            text = await _text(board, data, needed=True)
            sent = fields.sending(CommentInput, {"text": text, "name": who})
            await board.comment(number, sent)
        case _:
            if not data.version:  # the service would take it for whichever version there is
                raise FormErrors({"version": _FIRST}, 409)
            move = DecisionMove(data.action)
            needed = move in {DecisionMove.ASK, DecisionMove.REJECT}
            text = await _text(board, data, needed=needed)
            values = {"move": move, "text": text, "name": who}
            await board.decide(number, fields.sending(DecisionInput, values), data.version)
            if move in {DecisionMove.APPROVE, DecisionMove.ASK, DecisionMove.REJECT}:
                # On to the next one.
                return Redirect(f"{links.REVIEW}?done={data.action}")
    return Redirect(f"{here}?done={data.action}")


async def _text(board: Review, data: DeskForm, *, needed: bool) -> str:
    """Return what is said: the canned reply that was chosen, then the reviewer's own words.

    Where a script has put the reply into the words already, it is not said twice.
    """
    said = data.text
    if data.reply:
        canned = next((one.text for one in await board.replies() if one.id == data.reply), "")
        if canned.strip() not in said:
            said = f"{canned}\n\n{said}".strip()
    if needed and not said:
        raise FormErrors({"text": _EXPLAIN})
    return said


def _said(job: ReviewJob) -> str:
    match job.state:
        case JobState.REVIEW if job.submitted is not None:
            return f"Sent in {long_date(job.submitted.astimezone(UTC))}."
        case JobState.APPROVED | JobState.EXPIRED if job.expires is not None:
            return f"Open until {long_date(job.expires.astimezone(UTC))}."
        case _:
            return f"Changed {long_date(job.updated.astimezone(UTC))}."


def _facts(job: ReviewJob) -> tuple[tuple[str, str], ...]:
    contact = ", ".join(filter(None, (job.contact, job.email)))
    shown = "shown on request" if job.email_public else "not shown"
    poster = ", ".join(filter(None, (job.poster_name, job.poster_email)))
    return (
        ("Poster", poster or "nobody: it came without one"),
        ("Contact", f"{contact} ({shown})"),
        ("Link", job.url),
        ("Made", long_date(job.created.astimezone(UTC))),
    )


def _texts(job: ReviewJob) -> tuple[Written, ...]:
    texts = (
        ("Description", job.description),
        ("Requirements", job.requirements),
        ("About the company", job.company_description),
    )
    return tuple(Written(title=title, text=text) for title, text in texts if text)


def _hint(one: JobHint) -> Hint:
    detail = f": {one.detail}" if one.detail else ""
    return Hint(
        text=f"{_HINTS[one.kind]}{detail}",
        job=Link(label=f"{one.title}, {one.company_name}", href=links.desk_path(one.job_id)),
        mark=Mark(label=states.name_of(one.state).lower()),
    )


def _report(one: JobReport) -> Note:
    return Note(
        time=one.time.date(),
        who="A visitor",
        what=REASONS[one.reason] + (" (seen to)" if one.closed else ""),
        text=one.text,
    )


def _reply(one: CannedReply) -> Reply:
    return Reply(id=one.id, name=one.name, text=one.text)


def _decisions(job: ReviewJob) -> tuple[Decision, ...]:
    return tuple(
        Decision(value=move.value, label=label, kind=kind)
        for move, label, kind in _DECISIONS
        if move in job.moves
    )


desk = FormRoute(
    f"{links.REVIEW}{{pk:str}}/",
    name="jobs.desk",
    model=DeskForm,
    show=_show,
    accept=_act,
    limit="600/hour",
    seconds=0,
    params=("done",),
    personal=True,
)
