"""What visitors do about a job: see whom to write to, and report it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import StringConstraints

from contracts.base import Input
from contracts.jobs.dto import TOO_MANY_REPORTS
from contracts.jobs.inputs import ReportInput
from contracts.jobs.review import ReportReason
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields
from gateway.pages.downloads.models import Option
from gateway.pages.jobs import fetch, heads, links
from gateway.pages.jobs.own_models import ContactPage, ReportPage
from gateway.pages.links import Link
from gateway.web.errors import Refusal
from gateway.web.forms import FormErrors, FormRoute, FormState, Refused
from gateway.web.pages import NotFound, Page, PageContext

if TYPE_CHECKING:
    from contracts.jobs.dto import JobDetail

REASONS: Final = {
    ReportReason.SPAM: "It is advertising, or was posted many times",
    ReportReason.FRAUD: "It asks for money or for data, or is not from the company that it names",
    ReportReason.FILLED: "The job is taken",
    ReportReason.NOT_PYTHON: "It has nothing to do with Python",
    ReportReason.LINK: "Its link does not work",
    ReportReason.OTHER: "Something else",
}
_CHOOSE: Final = "Choose what is wrong."
_TOO_MANY: Final = "You reported many jobs today. Thank you; the reviewers look at them first."


async def _job(ctx: PageContext) -> JobDetail:
    """Return the visible job that the address names. Raises NotFound."""
    found = await fetch.service(ctx).job(fetch.number_of(ctx))
    if found is None:
        raise NotFound
    return found


# --- whom to write to ---


class Asked(Input):
    """The button that shows the address."""


async def _show_contact(ctx: PageContext, form: FormState) -> Page:
    return _contact(ctx, form, await _job(ctx))


async def _tell(ctx: PageContext, _: Asked) -> Page:
    job = await _job(ctx)
    found = await fetch.service(ctx).contact(job.id)
    if found is None:
        raise NotFound
    return _contact(ctx, ctx.form, job, found.name, found.email)


def _contact(
    ctx: PageContext, form: FormState, job: JobDetail, name: str = "", email: str = ""
) -> Page:
    if not job.has_contact:
        raise NotFound
    model = ContactPage(
        head=heads.private("Contact", (job.title, links.job_path(job.id))),
        form=form,
        job=Link(label=job.title, href=links.job_path(job.id)),
        company=job.company_name,
        name=name,
        email=email,
    )
    return ctx.render("jobs/contact.html", model)


contact = FormRoute(
    "/jobs/{pk:str}/contact/",
    name="jobs.contact",
    model=Asked,
    show=_show_contact,
    accept=_tell,
    limit="60/hour",
    seconds=0,
)


# --- reports ---


class ReportForm(Input):
    """What is wrong with a job."""

    reason: Annotated[str, StringConstraints(max_length=40)] = ""
    text: Annotated[str, StringConstraints(max_length=2500)] = ""


async def _show_report(ctx: PageContext, form: FormState) -> Page:
    return _report(ctx, form, await _job(ctx))


async def _take_report(ctx: PageContext, data: ReportForm) -> Page:
    job = await _job(ctx)
    if data.reason not in set(ReportReason):
        raise FormErrors({"reason": _CHOOSE})
    visitor = ctx.visitor
    # Whoever has an account is counted by it wherever they are.
    reporter = ctx.form.sender if visitor.anonymous else f"user-{visitor.id:08}"
    values = {"reason": data.reason, "text": data.text, "reporter": reporter}
    try:
        await fetch.service(ctx).report(job.id, fields.sending(ReportInput, values))
    except BackendRefused as error:
        if common.named(error, TOO_MANY_REPORTS):
            raise Refused(Refusal(429, _TOO_MANY, retry_after=error.retry_after)) from error
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise common.explained(error) from error
    return _report(ctx, ctx.form, job, done=True)


def _report(ctx: PageContext, form: FormState, job: JobDetail, *, done: bool = False) -> Page:
    chosen = form.values.get("reason", "")
    model = ReportPage(
        head=heads.private(
            "Report sent" if done else "Report a job", (job.title, links.job_path(job.id))
        ),
        form=form,
        job=Link(label=f"{job.title}, {job.company_name}", href=links.job_path(job.id)),
        reasons=tuple(
            Option(value=reason.value, label=label, selected=reason.value == chosen)
            for reason, label in REASONS.items()
        ),
        done=done,
    )
    return ctx.render("jobs/report.html", model)


report = FormRoute(
    "/jobs/{pk:str}/report/",
    name="jobs.report",
    model=ReportForm,
    show=_show_report,
    accept=_take_report,
    limit="20/hour",
    personal=True,
)
