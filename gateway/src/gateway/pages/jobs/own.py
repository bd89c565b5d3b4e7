"""One's own jobs: the preview, what can be done with each, and the list (as at python.org)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from contracts.base import Input
from contracts.jobs.dto import PAGE_SIZE
from contracts.jobs.inputs import SignedInput
from contracts.jobs.review import Move
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common
from gateway.pages.heads import windows
from gateway.pages.jobs import fetch, heads, links, rows, states
from gateway.pages.jobs.own_models import (
    ConfirmPage,
    MinePage,
    OwnRow,
    PreviewPage,
    Step,
    ThanksPage,
)
from gateway.pages.links import Link
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

if TYPE_CHECKING:
    from contracts.jobs.review import OwnJob, OwnSummary
    from gateway.auth.visitor import Visitor

_LAST: Final = 1000
_YOURS: Final = ("Your jobs", links.MINE)
_DONE: Final = {
    "withdraw": "The job is withdrawn.",
    "extend": "The job is extended.",
    "comment": "Your comment was sent.",
}
_NOT_NOW: Final = "This cannot be done with the job as it is now."


class Pressed(Input):
    """The one button of a page; `action` is what people have always sent (as at python.org)."""

    action: Literal["review"] = "review"


def name_of(visitor: Visitor) -> str:
    """Return what a visitor is called where others read it."""
    return visitor.name or visitor.username


async def _job(ctx: PageContext) -> OwnJob:
    """Return the visitor's job that the address names. Raises NotFound for those of others."""
    found = await fetch.own(ctx).job(fetch.number_of(ctx))
    if found is None:
        raise NotFound
    return found


async def _move(ctx: PageContext, move: Move) -> None:
    """Do something with the visitor's job. Raises FormErrors where that cannot be done now."""
    own, number = fetch.own(ctx), fetch.number_of(ctx)
    sent = SignedInput(name=name_of(ctx.visitor))
    try:
        await own.move(number, move.value, sent)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        if error.status == HTTPStatus.CONFLICT:
            raise FormErrors({"": _NOT_NOW}) from error
        raise common.explained(error) from error


# --- preview ---


async def _preview(ctx: PageContext, form: FormState) -> Page:
    job = await _seen(ctx)
    model = PreviewPage(
        head=heads.private(job.title, _YOURS),
        form=form,
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        number=job.id,
        version=job.version,
        job=rows.text_of(job),
        mark=states.mark_of(job, poster=True),
        said=states.said_of(job),
        can_submit=Move.SUBMIT in job.moves,
        can_comment=Move.COMMENT in job.moves,
        comment=links.COMMENT,
        steps=states.steps_of(job, without=frozenset({Move.SUBMIT})),
        contact=_contact(job),
        notes=states.notes_of(job, poster=True),
    )
    return ctx.render("jobs/preview.html", model)


async def _seen(ctx: PageContext) -> OwnJob:
    """Return the job to preview: the visitor's own. Reviewers are led to their desk.

    Raises NotFound for what is somebody else's.
    """
    number = fetch.number_of(ctx)
    found = await fetch.own(ctx).job(number)
    if found is not None:
        return found
    if ctx.visitor.may(fetch.MODERATE):
        raise Redirect(links.desk_path(number), kept=False)
    raise NotFound


def _contact(job: OwnJob) -> tuple[tuple[str, str], ...]:
    """Return what visitors see of the contact, and what only the reviewers do."""
    shown = "shown to visitors who ask for it" if job.email_public else "for the reviewers only"
    who = f"{job.contact}, {job.email}" if job.contact else job.email
    return (("Contact", who), ("", f"{shown}."))


async def _send(ctx: PageContext, _: Pressed) -> Redirect:
    await _seen(ctx)
    await _move(ctx, Move.SUBMIT)
    return Redirect(links.THANKS)


preview = FormRoute(
    "/jobs/{pk:str}/preview/",
    name="jobs.preview",
    model=Pressed,
    show=_preview,
    accept=_send,
    limit="60/hour",
    seconds=0,
    params=("done",),
    personal=True,
    beside=("jobs.comment",),
)


@page(links.THANKS, name="jobs.thanks", cache=fetch.policy())
async def thanks(ctx: PageContext) -> Page:
    """Thank for a job, and say what happens next."""
    fetch.service(ctx)
    model = ThanksPage(
        head=heads.private("Thank you", ("Post a job", links.CREATE)),
        links=(
            Link(label="Your jobs", href=links.MINE),
            Link(label="Post another job", href=links.CREATE),
            Link(label="All jobs", href=links.HOME),
        ),
    )
    return ctx.render("jobs/thanks.html", model)


# --- one button ---


@dataclass(frozen=True, slots=True)
class Button:
    """What is asked before something is done with a job.

    Attributes:
        move: What it does.
        title: Of the page, before that of the job.
        text: What it means.
        label: Of the button.
        kind: Colours it.
    """

    move: Move
    title: str
    text: str
    label: str
    kind: str


_WITHDRAW: Final = Button(
    Move.WITHDRAW,
    "Withdraw",
    "It leaves the board, and cannot be sent again. You keep the text among your jobs.",
    "Withdraw it",
    "danger",
)
_EXTEND: Final = Button(
    Move.EXTEND,
    "Extend",
    "It stays open as long again as a job that is listed today.",
    "Extend it",
    "primary",
)


async def _confirm(ctx: PageContext, form: FormState, button: Button) -> Page:
    job = await _job(ctx)
    can = button.move in job.moves
    model = ConfirmPage(
        head=heads.private(f"{button.title}: {job.title}", _YOURS),
        form=form,
        text=button.text if can else f"{_NOT_NOW} {states.said_of(job)}",
        label=button.label if can else "",
        kind=button.kind,
        cancel=links.job_path(job.id, "preview"),
    )
    return ctx.render("jobs/confirm.html", model)


async def _show_removal(ctx: PageContext, form: FormState) -> Page:
    return await _confirm(ctx, form, _WITHDRAW)


async def _remove(ctx: PageContext, _: Pressed) -> Redirect:
    await _move(ctx, Move.WITHDRAW)
    return Redirect(f"{links.MINE}?done=withdraw")


async def _show_extension(ctx: PageContext, form: FormState) -> Page:
    return await _confirm(ctx, form, _EXTEND)


async def _extend(ctx: PageContext, _: Pressed) -> Redirect:
    await _move(ctx, Move.EXTEND)
    return Redirect(f"{links.job_path(fetch.number_of(ctx), 'preview')}?done=extend")


remove = FormRoute(
    "/jobs/{pk:str}/remove/",
    name="jobs.remove",
    model=Pressed,
    show=_show_removal,
    accept=_remove,
    limit="60/hour",
    seconds=0,
    personal=True,
)
extend = FormRoute(
    "/jobs/{pk:str}/extend/",
    name="jobs.extend",
    model=Pressed,
    show=_show_extension,
    accept=_extend,
    limit="60/hour",
    seconds=0,
    personal=True,
)


# --- all of them ---


@page(links.MINE, name="jobs.mine", cache=None, personal=True, params=("done", "page"))
async def mine(ctx: PageContext) -> Page:
    """List the visitor's jobs, newest first, each with what to do next."""
    jobs = fetch.own(ctx)
    number = fetch.page_of(ctx, _LAST)
    found = await jobs.jobs(PAGE_SIZE, (number - 1) * PAGE_SIZE)
    if number > 1 and not found.items:
        raise NotFound
    model = MinePage(
        head=heads.private("Your jobs"),
        notice=_DONE.get(ctx.params.get("done", ""), ""),
        rows=tuple(map(_row, found.items)),
        pager=windows(ctx, found.total, PAGE_SIZE, number, "Pages of your jobs"),
        create=links.CREATE,
    )
    return ctx.render("jobs/mine.html", model)


def _row(job: OwnSummary) -> OwnRow:
    href = links.job_path(job.id, "preview")
    steps = states.steps_of(job)
    return OwnRow(
        title=job.title,
        href=href,
        mark=states.mark_of(job, poster=True),
        company=job.company_name,
        location=job.location,
        said=states.said_of(job),
        steps=(Step(label="Answer", href=f"{href}#comment", kind="primary"), *steps)
        if job.asked and Move.COMMENT in job.moves
        else steps,
    )


OWN = (preview, thanks, remove, extend, mine)
