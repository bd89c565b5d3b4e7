"""Putting what was sent into the row of a job, with all that follows from it."""

from __future__ import annotations

import asyncio
import textwrap
from typing import Final

from sqlalchemy import select

import markup
from contracts.jobs.dto import TELECOMMUTE
from contracts.jobs.inputs import JobInput
from jobs.categories.models import Category
from jobs.jobs import likeness
from jobs.jobs.models import Job
from jobs.types.models import JobType
from servicekit import slugs
from servicekit.database import WriteSession
from servicekit.problems import Invalid

#: Columns that follow from others, or that moves alone change.
FOLLOWING: Final = frozenset(
    {"company_description_html", "description_html", "requirements_html", "renderer", "summary"}
    | {"words", "search", "text_hash", "likeness", "link", "hosts", "reminded"}
    | {"location_slug", "country_slug"}
)
_TEXTS: Final = ("company_description", "description", "requirements")
_MAX_SUMMARY: Final = 300
_MAX_WORDS: Final = 20_000


async def fill(session: WriteSession, row: Job, sent: JobInput) -> None:
    """Put what was sent into a row.

    Category and types are locked against deletion. Those that new jobs can no longer have may stay
    where they were. Raises Invalid.
    """
    await _check(session, row, sent)
    row.category_id, row.type_ids = sent.category_id, sorted(set(sent.type_ids))
    for name in (
        *("title", "company_name", "other_type", "city", "region", "country"),
        *("remote", "agencies", "contact", "email", "email_public", "url"),
    ):
        setattr(row, name, getattr(sent, name))
    row.country_slug = slugs.slugify(row.country)[:100] or "other"
    place = slugs.slugify(" ".join(filter(None, (row.city, row.region, row.country)))) or "other"
    # The site has all jobs that can be done from elsewhere at that address.
    row.location_slug = f"{place}-place" if place == TELECOMMUTE else place
    kind = sent.markup_type.value
    texts = {name: getattr(sent, name) for name in _TEXTS}
    if row.markup_type != kind or any(getattr(row, name) != texts[name] for name in _TEXTS):
        row.markup_type = kind
        for name, value in texts.items():
            setattr(row, name, value)
        await render(row)
    _follow(row)


async def render(row: Job) -> None:
    """Render the texts of a row; in a thread, because it takes processor time."""
    for name in _TEXTS:
        html = await asyncio.to_thread(
            markup.render, getattr(row, name), row.markup_type, trust="visitor"
        )
        setattr(row, f"{name}_html", html)
    row.renderer = markup.RENDERER_VERSION
    plain = markup.to_text(row.description_html)
    row.summary = textwrap.shorten(plain, _MAX_SUMMARY, placeholder="…")
    others = (markup.to_text(row.requirements_html), markup.to_text(row.company_description_html))
    row.words = "\n".join((plain, *others))[:_MAX_WORDS]


def _follow(row: Job) -> None:
    texts = (row.company_description_html, row.description_html, row.requirements_html)
    row.text_hash = likeness.hash_of(row.words)
    row.likeness = likeness.beginning(row.title, row.words)
    row.link = likeness.link_of(row.url)
    row.hosts = likeness.hosts_of(row.url, *texts)


async def _check(session: WriteSession, row: Job, sent: JobInput) -> None:
    """Refuse a category and types that are not there, or that new jobs cannot have."""
    category = await session.scalar(
        select(Category).where(Category.id == sent.category_id).with_for_update(read=True)
    )
    if category is None or not (category.active or category.id == row.category_id):
        raise Invalid.field(["body", "category_id"], "There is no such category.", "unknown")
    wanted = select(JobType).where(JobType.id.in_(sent.type_ids)).order_by(JobType.id)
    types = list(await session.scalars(wanted.with_for_update(read=True)))
    there = {one.id for one in types if one.active or one.id in (row.type_ids or ())}
    if lacking := sorted(set(sent.type_ids) - there):
        said = f"There are no such types: {', '.join(map(str, lacking))}."
        raise Invalid.field(["body", "type_ids"], said, "unknown")
