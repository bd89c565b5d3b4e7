"""Following blogs that are due, and rendering their entries again."""

from __future__ import annotations

from typing import Final

from content import rendering
from content.blogs import parsing
from content.blogs.following import follow, follow_related
from content.blogs.models import BlogEntry, BlogFeed, FeedReport, RelatedBlog, RelatedReport
from content.blogs.parsing import Parsed
from content.blogs.services import entries
from servicekit.database import WriteSession
from servicekit.imports import Fetched, Following, Report, follow_due, prune_reports
from servicekit.service import Idle, Task, TaskContext, Tick

_AGENT: Final = "python.org-blogs/1.0 (+https://www.python.org/blogs/)"
_ACCEPT: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1"


def _read(fetched: Fetched, _: BlogFeed | RelatedBlog) -> Parsed:
    return parsing.read(fetched.body, fetched.media_type)


async def _write(session: WriteSession, feed: BlogFeed, parsed: Parsed) -> Report:
    return await follow(session, feed, parsed)


async def _write_related(session: WriteSession, blog: RelatedBlog, parsed: Parsed) -> Report:
    return await follow_related(session, blog, parsed)


FEEDS: Final = Following(
    what="feeds",
    model=BlogFeed,
    report=FeedReport,
    agent=_AGENT,
    accept=_ACCEPT,
    read=_read,
    write=_write,
)
RELATED: Final = Following(
    what="related blogs",
    model=RelatedBlog,
    report=RelatedReport,
    agent=_AGENT,
    accept=_ACCEPT,
    read=_read,
    write=_write_related,
)


async def run(context: TaskContext) -> str:
    """Look at the blogs that are due; a dry run looks at all and tells what would change."""
    feeds, said = await follow_due(context, FEEDS)
    others, also = await follow_due(context, RELATED)
    if not feeds and not others:
        return Idle("no blog is due")
    return "\n".join([f"{feeds} feeds and {others} related blogs looked at", *said, *also])


async def prune(context: TaskContext) -> str:
    """Delete reports that are past their time."""
    dropped = await prune_reports(context, FeedReport) + await prune_reports(context, RelatedReport)
    return f"{dropped} reports deleted"


TASKS: Final = (
    Task(name="blogs", summary="Follow the blogs that are due", run=run),
    Task(name="prune-blogs", summary="Delete reports of blogs past their time", run=prune),
    rendering.rerendering(
        BlogEntry, "summary", "blog entries", entries.tell_rendered, again=entries.render
    ),
)
TICKS: Final = (
    Tick(name="blogs", every="1m", task="blogs"),
    Tick(name="prune-blogs", cron="0 47 3 * * *", task="prune-blogs"),
    Tick(name="rerender-blog-entries", cron="0 44 3 * * *", task="rerender-blog-entries"),
)
