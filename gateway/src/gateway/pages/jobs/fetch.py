"""What pages of jobs ask for, how they are kept, and what their addresses mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from gateway.backends.jobs import OwnJobs, Review
from gateway.cache.policy import CachePolicy
from gateway.pages.accounts import common
from gateway.pages.downloads.fetch import is_slug
from gateway.web.pages import BadInput, NotFound

if TYPE_CHECKING:
    from contracts.jobs.dto import Facets
    from gateway.backends import Jobs
    from gateway.web.pages import PageContext

#: Dropped with every change of what is visible: lists, counts, the newest.
JOBS = "jobs"
#: Dropped with every category and type, whose names are everywhere.
NAMES = "job-names"
#: Who may look at what waits, and decide.
MODERATE = "jobs.can_moderate_jobs"

_LONGEST = 19
_NOT_A_REVIEWER = "This page is for those who review the job board."


def policy(*params: str) -> CachePolicy:
    """Return how pages of jobs are kept; what a day is called moves on without an event."""
    return CachePolicy(params=params, fresh=300)


def service(ctx: PageContext) -> Jobs:
    """Return the jobs service. Raises NotFound where the site has none."""
    if ctx.backends.jobs is None:
        raise NotFound
    return ctx.backends.jobs


def own(ctx: PageContext) -> OwnJobs:
    """Return what the visitor posted. Raises Redirect where nobody is signed in."""
    jobs = service(ctx)
    return OwnJobs(jobs.client, ctx.speak("jobs"))


def review(ctx: PageContext) -> Review:
    """Return the board as the visitor reviews it.

    Raises Redirect where nobody is signed in, and Refused (403) where somebody is no reviewer.
    """
    jobs = service(ctx)
    if not ctx.signed_in().may(MODERATE):
        common.refuse(403, _NOT_A_REVIEWER)
    return Review(jobs.client, ctx.speak("jobs"))


async def facets(ctx: PageContext) -> Facets | None:
    """Return how many jobs there are of what; None where that cannot be had."""
    jobs = service(ctx)
    keys = {JOBS, NAMES}
    return await ctx.block("jobs:facets", jobs.facets, keys=keys, fallback=None)


def job_key(number: int) -> str:
    """Return the surrogate key of the page of a job."""
    return f"job:{number}"


def number_of(ctx: PageContext) -> int:
    """Return the id of the job in the address. Raises NotFound for what is none."""
    text = ctx.path_params["pk"]
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST and int(text)):
        raise NotFound
    return int(text)


def id_of(ctx: PageContext, name: str) -> int:
    """Return the id in a parameter. Raises BadInput for what is none."""
    text = ctx.params[name]
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST and int(text)):
        raise BadInput(name, "must be the number of a job")
    return int(text)


def slug_of(ctx: PageContext) -> str:
    """Return the slug in the address. Raises NotFound for what is none."""
    slug = ctx.path_params["slug"]
    if not is_slug(slug):
        raise NotFound
    return slug


def page_of(ctx: PageContext, last: int) -> int:
    """Return the number of the page of a list that is asked for. Raises BadInput."""
    text = ctx.params.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST and int(text)):
        raise BadInput("page", "must be a number from 1")
    if int(text) > last:
        raise NotFound
    return int(text)


def today() -> date:
    """Return the day that it is in UTC."""
    return datetime.now(UTC).date()
