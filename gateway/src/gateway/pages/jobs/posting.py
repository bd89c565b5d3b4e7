"""Making a job, and changing it: /jobs/create/ and /jobs/<id>/edit/."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.jobs.review import Move
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common
from gateway.pages.jobs import fetch, heads, links, typed
from gateway.pages.jobs.own_models import FormPage
from gateway.pages.jobs.typed import JobForm
from gateway.web.forms import Fields, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect

if TYPE_CHECKING:
    from contracts.jobs.review import OwnJob

_PER_USER: Final = "20/hour"
_TOO_MANY: Final = "Many jobs were made from this account just now. Wait a while."
_INTRODUCTION: Final = (
    "Free of charge, for paid work with Python. A volunteer looks each job over before it is "
    "listed; recruiters name the company that they hire for."
)


async def _show_new(ctx: PageContext, form: FormState) -> Page:
    jobs = fetch.service(ctx)
    visitor = ctx.signed_in()
    categories, types, before = await asyncio.gather(jobs.categories(), jobs.types(), _before(ctx))
    values = form.values or (typed.filled(before) if before else Fields())
    model = FormPage(
        head=heads.private("Post a job", text=_INTRODUCTION),
        form=form,
        values=values,
        choices=typed.choices(values, categories, types),
        button="Preview",
        cancel=links.HOME,
        version=0,
        reviewing=False,
        no_email=not visitor.email,
    )
    return ctx.render("jobs/form.html", model)


async def _before(ctx: PageContext) -> OwnJob | None:
    """Return the visitor's job that is posted again, None where a new one is.

    Raises BadInput for what is no job, and NotFound for those of others.
    """
    if "again" not in ctx.params:
        return None
    found = await fetch.own(ctx).job(fetch.id_of(ctx, "again"))
    if found is None:
        raise NotFound
    return found


async def _make(ctx: PageContext, data: JobForm) -> Redirect:
    visitor = ctx.signed_in()
    sent = typed.of_poster(data, visitor)
    await common.within_limit(ctx, _PER_USER, "jobs", str(visitor.id), _TOO_MANY)
    try:
        made = await fetch.own(ctx).create(sent, f"{visitor.id}-{data.key}")
    except BackendRefused as error:
        raise common.explained(error, typed.NAMES) from error
    return Redirect(links.job_path(made.id, "preview"))


create = FormRoute(
    links.CREATE,
    name="jobs.create",
    model=JobForm,
    show=_show_new,
    accept=_make,
    limit="30/hour",
    params=("again",),
    personal=True,
    size=typed.SIZE,
)


async def _show(ctx: PageContext, form: FormState) -> Page:
    jobs = fetch.service(ctx)
    (job, reviewing), categories, types = await asyncio.gather(
        _editable(ctx), jobs.categories(), jobs.types()
    )
    values = form.values or typed.filled(job)
    model = FormPage(
        head=heads.private(f"Edit: {job.title}", ("Your jobs", links.MINE)),
        form=form,
        values=values,
        choices=typed.choices(values, categories, types, job),
        button="Save",
        cancel=_back(ctx, job.id, reviewing=reviewing),
        version=job.version,
        reviewing=reviewing,
        no_email=False,
    )
    return ctx.render("jobs/form.html", model)


async def _save(ctx: PageContext, data: JobForm) -> Redirect:
    job, reviewing = await _editable(ctx)
    try:
        if reviewing:
            await fetch.review(ctx).edit(job.id, typed.of_reviewer(data), data.version)
        else:
            sent = typed.of_poster(data, ctx.visitor)
            await fetch.own(ctx).edit(job.id, sent, data.version)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise common.explained(error, typed.NAMES) from error
    return Redirect(_back(ctx, job.id, reviewing=reviewing))


async def _editable(ctx: PageContext) -> tuple[OwnJob, bool]:
    """Return the job, and whether it is changed as a reviewer changes the jobs of others.

    Raises NotFound where it is not the visitor's, and Redirect where nobody may change it now.
    """
    number = fetch.number_of(ctx)
    job = await fetch.own(ctx).job(number)
    if job is not None and Move.EDIT in job.moves:
        return job, False
    if ctx.visitor.may(fetch.MODERATE):
        theirs = await fetch.review(ctx).job(number)
        if theirs is None:
            raise NotFound
        if Move.EDIT in theirs.moves:
            return theirs, True
        raise Redirect(links.desk_path(number), kept=False)
    if job is None:
        raise NotFound
    raise Redirect(links.job_path(number, "preview"), kept=False)


def _back(ctx: PageContext, number: int, *, reviewing: bool) -> str:
    """Return where one goes on after editing: where `next` says, if that is on this site."""
    usual = links.desk_path(number) if reviewing else links.job_path(number, "preview")
    return common.inside(ctx.params.get("next")) or usual


edit = FormRoute(
    "/jobs/{pk:str}/edit/",
    name="jobs.edit",
    model=JobForm,
    show=_show,
    accept=_save,
    limit="120/hour",
    seconds=0,
    params=("next",),
    personal=True,
    size=typed.SIZE,
)
