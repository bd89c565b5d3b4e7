"""Comments of posters and reviewers: /jobs/create-review-comment/ (as at python.org).

The forms stand on other pages. What was not taken is shown here again.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import StringConstraints

from contracts.base import Input
from contracts.jobs.inputs import CommentInput, DecisionInput, DecisionMove, Id
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields
from gateway.pages.jobs import fetch, heads, links
from gateway.pages.jobs.own import name_of
from gateway.pages.jobs.own_models import CommentPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect

if TYPE_CHECKING:
    from collections.abc import Mapping

_EMPTY: Final = "Say something."
_NOT_YOURS: Final = "To approve and to reject jobs is for those who review the job board."


class CommentForm(Input):
    """A comment on a job. Reviewers may decide with it."""

    job: Id
    comment: Annotated[str, StringConstraints(max_length=6000)] = ""
    action: Literal["", "approve", "reject"] = ""


async def _show(ctx: PageContext, form: FormState) -> Page:
    """Show what was typed once more; whoever has typed nothing is led to where one does."""
    reviewer = ctx.signed_in().may(fetch.MODERATE)
    number = form.values.get("job", "")
    if not form.errors:
        raise Redirect(links.REVIEW if reviewer else links.MINE, kept=False)
    known = number.isascii() and number.isdecimal() and "job" not in form.errors
    model = CommentPage(
        head=heads.private("Comment", ("Your jobs", links.MINE)),
        form=form,
        job=number,
        cancel=links.job_path(int(number), "preview") if known else links.MINE,
    )
    return ctx.render("jobs/comment.html", model)


async def _say(ctx: PageContext, data: CommentForm) -> Redirect:
    reviewer = ctx.signed_in().may(fetch.MODERATE)
    if data.action and not reviewer:
        common.refuse(403, _NOT_YOURS)
    own = fetch.own(ctx)
    poster = not data.action and await own.job(data.job) is not None
    if not (poster or reviewer):
        raise NotFound
    try:
        if data.action:
            await _decide(ctx, data)
        elif poster:
            await own.comment(data.job, _comment(ctx, data))
        else:
            await fetch.review(ctx).comment(data.job, _comment(ctx, data))
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise common.explained(error, _NAMES) from error
    there = links.job_path(data.job, "preview") if poster else links.desk_path(data.job)
    return Redirect(f"{there}?done=comment")


_NAMES: Final[Mapping[str, str]] = {"text": "comment"}


def _comment(ctx: PageContext, data: CommentForm) -> CommentInput:
    if not data.comment:
        raise FormErrors({"comment": _EMPTY})
    values = {"text": data.comment, "name": name_of(ctx.visitor)}
    return _sending(CommentInput, values)


async def _decide(ctx: PageContext, data: CommentForm) -> None:
    values = {
        "move": DecisionMove(data.action),
        "text": data.comment,
        "name": name_of(ctx.visitor),
    }
    await fetch.review(ctx).decide(data.job, _sending(DecisionInput, values), 0)


def _sending[T: Input](model: type[T], values: Mapping[str, object]) -> T:
    try:
        return fields.sending(model, values)
    except FormErrors as error:
        raise FormErrors({_NAMES.get(n, n): said for n, said in error.errors.items()}) from error


comment = FormRoute(
    links.COMMENT,
    name="jobs.comment",
    model=CommentForm,
    show=_show,
    accept=_say,
    limit="120/hour",
    seconds=0,
    personal=True,
)
