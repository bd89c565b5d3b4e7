"""Blogs in the staff admin: feeds and what came of following them, groups of them, entries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.blogs import queries
from content.blogs.models import (
    AGGREGATE_FEED,
    BlogAggregate,
    BlogEntry,
    BlogFeed,
    FeedReport,
    RelatedBlog,
    RelatedReport,
)
from content.blogs.services import aggregates, entries, feeds, related
from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Input
from contracts.content.blogs import (
    BlogAggregateInput,
    BlogEntryInput,
    BlogFeedInput,
    RelatedBlogInput,
)
from servicekit import reading
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Suggest,
    Values,
)
from servicekit.imports import Reported
from servicekit.slugs import slugify

_FEED: Final = Permissions.of("content", "blogfeed")
_AGGREGATE: Final = Permissions.of("content", "blogaggregate")
_ENTRY: Final = Permissions.of("content", "blogentry")
_RELATED: Final = Permissions.of("content", "relatedblog")
_GROUP: Final = "Blogs"
_OUTCOMES: Final = (
    AdminChoice(value="done", label="Done"),
    AdminChoice(value="failed", label="Failed"),
)


class ReportView(Input):
    """What is shown of a report."""

    outcome: str
    created: int
    updated: int
    deleted: int
    unchanged: int
    skipped: int
    lines: str


async def _read_feed(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.feed(session, key)


def _advice(row: Values) -> str:
    """Say when the feed is asked, and where to look for what comes of it."""
    if not row["active"]:
        return "It is not active: nothing of it is read."
    return "Its feed is read within a minute. If that fails, the list says why, as its last error."


async def _read_aggregate(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.aggregate(session, BlogAggregate.id == key)
    return None if row is None else {**row, "feed_ids": [one["id"] for one in row["feeds"]]}


async def _read_entry(session: AsyncSession, key: int, _: Principal) -> Values | None:
    columns = (*BlogEntryInput.model_fields, "id", "version")
    statement = select(*(getattr(BlogEntry, name) for name in columns))
    return await reading.one(session, statement.where(BlogEntry.id == key))


async def _read_related(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.related_one(session, key)


def _looking(
    look: Callable[..., Awaitable[None]],
) -> Callable[[Call, Sequence[Any]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[Any]) -> str:
        for key in keys:
            await look(call.session, key, call.caller)
        return f"{len(keys)} {'is' if len(keys) == 1 else 'are'} looked at within a minute"

    return run


def _hiding(*, hidden: bool) -> Callable[[Call, Sequence[Any]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[Any]) -> str:
        for key in keys:
            await entries.set_hidden(call.session, key, call.caller, hidden=hidden)
        words = f"{len(keys)} {'entry' if len(keys) == 1 else 'entries'}"
        return f"{words} {'hidden' if hidden else 'shown again'}"

    return run


def _of_entry(statement: Statement) -> Statement:
    return statement.join(BlogFeed, BlogFeed.id == BlogEntry.feed_id)


FEEDS: Final = Resource(
    name="blog-feed",
    label="blog",
    plural="blogs",
    group=_GROUP,
    note="Blogs whose entries are shown here. Each is looked at once an hour; after failures "
    "less and less often.",
    model=BlogFeed,
    key=BlogFeed.id,
    title=BlogFeed.name,
    permissions=_FEED,
    columns=(
        Column("name", BlogFeed.name),
        Column("website_url", BlogFeed.website_url, "Website", sortable=False),
        Column("active", BlogFeed.active, format=Format.BOOL),
        Column("looked", BlogFeed.looked, "Last import", Format.TIME),
        Column("due", BlogFeed.due, "Next try", Format.TIME),
        Column("failures", BlogFeed.failures, format=Format.NUMBER),
        Column("error", BlogFeed.error, "Last error", sortable=False),
    ),
    order="name",
    search=(
        ("name", BlogFeed.name),
        ("website", BlogFeed.website_url),
        ("feed", BlogFeed.feed_url),
    ),
    filters=(Filter("active", BlogFeed.active, FilterKind.BOOL),),
    form=Form(
        read=_read_feed,
        input=BlogFeedInput,
        fieldsets=(Fieldset("", ("name", "website_url", "feed_url", "active")),),
        create=feeds.create,
        update=feeds.update,
        hints={
            "website_url": Hint(label="Website", help="Where people read it"),
            "feed_url": Hint(label="Feed", help="RSS or Atom: https://…"),
            "active": Hint(help="Its entries are imported"),
        },
        advice=_advice,
    ),
    delete=feeds.delete,
    actions=(
        Action(
            name="look",
            label="Look now",
            permission=_FEED.change,
            confirm="The blogs are read whole, changed or not.",
            run=_looking(feeds.look_now),
            applies=lambda row: bool(row["active"]),
        ),
    ),
)

AGGREGATES: Final = Resource(
    name="blog-aggregate",
    label="group of blogs",
    plural="groups of blogs",
    group=_GROUP,
    note="Blogs shown together at /blogs/<slug>/. The PSF's pages show the one called psf-news.",
    model=BlogAggregate,
    key=BlogAggregate.id,
    title=BlogAggregate.name,
    permissions=_AGGREGATE,
    columns=(
        Column("name", BlogAggregate.name),
        Column("slug", BlogAggregate.slug),
        Column(
            "feeds",
            select(func.count())
            .select_from(AGGREGATE_FEED)
            .where(AGGREGATE_FEED.c.aggregate_id == BlogAggregate.id)
            .scalar_subquery(),
            "Blogs",
            Format.NUMBER,
        ),
        Column("updated", BlogAggregate.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", BlogAggregate.name), ("slug", BlogAggregate.slug)),
    form=Form(
        read=_read_aggregate,
        input=BlogAggregateInput,
        fieldsets=(Fieldset("", ("name", "slug", "description", "feed_ids")),),
        create=aggregates.create,
        update=aggregates.update,
        hints={"feed_ids": Hint(label="Blogs", ref="blog-feed")},
    ),
    delete=aggregates.delete,
    suggest=Suggest(
        sources=("name",), fields=("slug",), make=lambda texts: {"slug": slugify(texts["name"])}
    ),
)

ENTRIES: Final = Resource(
    name="blog-entry",
    label="entry of a blog",
    plural="entries of blogs",
    group=_GROUP,
    note="What was imported. An entry that is deleted comes back while its blog still has it: "
    "hide it instead.",
    model=BlogEntry,
    key=BlogEntry.id,
    title=BlogEntry.title,
    permissions=_ENTRY,
    join=_of_entry,
    columns=(
        Column("title", BlogEntry.title),
        Column("pub_date", BlogEntry.pub_date, "Date", Format.TIME),
        Column("feed", BlogFeed.name, "Blog"),
        Column("hidden", BlogEntry.hidden, format=Format.BOOL),
        Column("sample", BlogEntry.sample, format=Format.BOOL),
    ),
    order="-pub_date",
    search=(("title", BlogEntry.title), ("address", BlogEntry.url)),
    filters=(
        Filter("feed", BlogEntry.feed_id, FilterKind.REF, "Blog", ref="blog-feed"),
        Filter("hidden", BlogEntry.hidden, FilterKind.BOOL),
    ),
    dates=Column("pub_date", BlogEntry.pub_date),
    form=Form(
        read=_read_entry,
        input=BlogEntryInput,
        fieldsets=(Fieldset("", ("title", "feed_id", "url", "pub_date", "summary", "hidden")),),
        create=entries.create,
        update=entries.update,
        hints={
            "feed_id": Hint(label="Blog", ref="blog-feed"),
            "url": Hint(label="Address"),
            "pub_date": Hint(label="Date"),
            "summary": Hint(widget=Widget.TEXTAREA, help="HTML; what is not safe is taken out"),
            "hidden": Hint(help="Shown to nobody"),
        },
    ),
    delete=entries.delete,
    actions=(
        Action(
            name="hide",
            label="Hide",
            permission=_ENTRY.change,
            confirm="The entries are shown nowhere, also after the next import.",
            run=_hiding(hidden=True),
            applies=lambda row: not row["hidden"],
        ),
        Action(
            name="show",
            label="Show again",
            permission=_ENTRY.change,
            confirm="The entries are shown to everybody.",
            run=_hiding(hidden=False),
            applies=lambda row: bool(row["hidden"]),
        ),
        deletion(
            entries.delete,
            _ENTRY.delete,
            "entry",
            "entries",
            confirm="Entries come back while their blog still has them: hide them instead?",
        ),
    ),
)

RELATED: Final = Resource(
    name="related-blog",
    label="related blog",
    plural="related blogs",
    group=_GROUP,
    note="Blogs that /blogs/ points to, each with its newest entry.",
    model=RelatedBlog,
    key=RelatedBlog.id,
    title=RelatedBlog.name,
    permissions=_RELATED,
    columns=(
        Column("name", RelatedBlog.name),
        Column("active", RelatedBlog.active, format=Format.BOOL),
        Column("last_entry_title", RelatedBlog.last_entry_title, "Newest entry", sortable=False),
        Column("last_entry_published", RelatedBlog.last_entry_published, "Of", Format.TIME),
        Column("looked", RelatedBlog.looked, "Last import", Format.TIME),
        Column("due", RelatedBlog.due, "Next try", Format.TIME),
        Column("error", RelatedBlog.error, "Last error", sortable=False),
    ),
    order="name",
    search=(("name", RelatedBlog.name), ("feed", RelatedBlog.feed_url)),
    filters=(Filter("active", RelatedBlog.active, FilterKind.BOOL),),
    form=Form(
        read=_read_related,
        input=RelatedBlogInput,
        fieldsets=(Fieldset("", ("name", "blog_name", "blog_url", "feed_url", "active")),),
        create=related.create,
        update=related.update,
        hints={
            "blog_name": Hint(help="As the blog calls itself"),
            "blog_url": Hint(label="Blog"),
            "feed_url": Hint(label="Feed", help="RSS or Atom: https://…"),
        },
        advice=_advice,
    ),
    delete=related.delete,
    actions=(
        Action(
            name="look",
            label="Look now",
            permission=_RELATED.change,
            confirm="The blogs are read whole, changed or not.",
            run=_looking(related.look_now),
            applies=lambda row: bool(row["active"]),
        ),
    ),
)


def _reports(
    source: type[BlogFeed | RelatedBlog],
    report: type[FeedReport | RelatedReport],
    name: str,
    words: str,
    permission: str,
) -> Resource:
    """Return the reports of what following one kind of source came to."""

    def join(statement: Statement) -> Statement:
        return statement.join(source, source.id == report.source_id)

    return Resource(
        name=f"{name}-report",
        label=f"report of a {words}",
        plural=f"reports of {words}s",
        group=_GROUP,
        note="Looks that found something: + new, ~ changed, - gone, ! left out.",
        model=report,
        key=report.id,
        title=source.name,
        permissions=Permissions.same(permission),
        join=join,
        columns=(
            Column("source", source.name, "Blog"),
            Column("time", report.time, "When", Format.TIME),
            Column("outcome", report.outcome),
            Column("created", report.created, "New", Format.NUMBER),
            Column("updated", report.updated, "Changed", Format.NUMBER),
            Column("deleted", report.deleted, "Gone", Format.NUMBER),
            Column("skipped", report.skipped, "Left out", Format.NUMBER),
        ),
        order="-time",
        filters=(
            Filter("source", report.source_id, FilterKind.REF, "Blog", ref=name),
            Filter("outcome", report.outcome, FilterKind.CHOICE, "Outcome", _OUTCOMES),
        ),
        dates=Column("time", report.time),
        form=Form(
            read=_reading(report),
            input=ReportView,
            fieldsets=(Fieldset("Report", tuple(ReportView.model_fields)),),
            hints={"lines": Hint(label="Each change", widget=Widget.TEXTAREA)},
        ),
        history=False,
    )


def _reading(
    report: type[Reported],
) -> Callable[[AsyncSession, int, Principal], Awaitable[Values | None]]:
    async def read(session: AsyncSession, key: int, _: Principal) -> Values | None:
        columns = (*ReportView.model_fields, "id")
        statement = select(*(getattr(report, name) for name in columns))
        row = await reading.one(session, statement.where(report.id == key))
        return None if row is None else {**row, "lines": "\n".join(row["lines"]), "version": 1}

    return read


RESOURCES: Final = (
    ENTRIES,
    FEEDS,
    _reports(BlogFeed, FeedReport, "blog-feed", "blog", _FEED.view),
    AGGREGATES,
    RELATED,
    _reports(RelatedBlog, RelatedReport, "related-blog", "related blog", _RELATED.view),
)
