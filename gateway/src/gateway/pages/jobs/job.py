"""The page of one job: /jobs/<id>/."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import TYPE_CHECKING, Final

from gateway.pages.jobs import fetch, heads, links, rows
from gateway.pages.jobs.models import JobPage, Posting
from gateway.pages.links import Link
from gateway.web.pages import SIGNED_IN, NotFound, Page, PageContext, Redirect, page

if TYPE_CHECKING:
    from contracts.jobs.dto import JobAround, JobDetail, JobNeighbour
    from gateway.pages.heads import Head

_DESCRIPTION: Final = 200


async def _own(ctx: PageContext) -> Page:
    """Lead poster and reviewers to the preview of what is not visible. Raises NotFound."""
    number = fetch.number_of(ctx)
    there = Redirect(links.job_path(number, "preview"), kept=False)
    if ctx.visitor.may(fetch.MODERATE):
        if await fetch.review(ctx).job(number) is not None:
            raise there
    elif await fetch.own(ctx).job(number) is not None:
        raise there
    raise NotFound


@page("/jobs/{pk:str}/", name="jobs.job", cache=fetch.policy(), draft=_own, drafts_for=SIGNED_IN)
async def job(ctx: PageContext) -> Page:
    """Show a visible job with its neighbours. Two calls, at once."""
    number = fetch.number_of(ctx)
    # What it is beside of changes with every other job.
    ctx.use(fetch.job_key(number), fetch.JOBS, fetch.NAMES)
    jobs = fetch.service(ctx)
    found, around = await asyncio.gather(
        jobs.job(number),
        ctx.block(
            "jobs:around",
            lambda: jobs.around(number),
            keys=(),
            fallback=None,
            shared=False,
        ),
    )
    if found is None:
        raise NotFound
    return ctx.render("jobs/job.html", _model(ctx, found, around))


def _model(ctx: PageContext, found: JobDetail, around: JobAround | None) -> JobPage:
    similar = around.similar if around else []
    return JobPage(
        head=_head(found),
        job=rows.text_of(found),
        sample=found.sample,
        posting=Posting(
            url=ctx.absolute(links.job_path(found.id)),
            posted=found.published.astimezone(UTC).date().isoformat(),
            until=found.expires.astimezone(UTC).isoformat(timespec="seconds"),
            city=found.city,
            region=found.region,
            country=found.country,
        ),
        contact=links.job_path(found.id, "contact") if found.has_contact else "",
        report=links.job_path(found.id, "report"),
        similar=tuple(rows.row(one, brief=True) for one in similar),
        previous=_beside(around.previous if around else None),
        next=_beside(around.next if around else None),
    )


def _head(found: JobDetail) -> Head:
    about = f"{found.title}, {found.company_name}, {found.location}. {found.summary}"
    return heads.public(
        found.title,
        about if len(about) <= _DESCRIPTION else f"{about[:_DESCRIPTION].rsplit(' ', 1)[0]} …",
        (found.category.name, links.category_path(found.category.slug)),
        indexed=not found.sample,
    )


def _beside(one: JobNeighbour | None) -> Link | None:
    if one is None:
        return None
    return Link(label=f"{one.title}, {one.company_name}", href=links.job_path(one.id))
