"""What becomes of a feed that was read: entries that are new are created, changed ones replaced.

Feeds show their newest entries alone, so one that a feed has no longer stays.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from pydantic import ValidationError
from sqlalchemy import select

import markup
from content.blogs.models import BlogEntry, BlogFeed, RelatedBlog
from content.blogs.parsing import Entry, Parsed
from content.blogs.services import entries, related
from contracts.content.blogs import BlogEntryInput
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.imports import Report
from servicekit.problems import Problem

#: Who writes what is imported.
IMPORTER: Final = Principal(subject="service:content-import")
#: Blogs that moved: old hosts still stand in their feeds (as at python.org).
_MOVED: Final = {"pythoninsider.blogspot.com": "blog.python.org"}
_TITLE: Final = 200
_SUMMARY: Final = 50_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_OF_TEXT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
#: Words of a summary that name an entry without a title.
_WORDS: Final = 12


async def follow(session: WriteSession, feed: BlogFeed, parsed: Parsed) -> Report:
    """Make the entries of a locked feed those that it has."""
    report = Report()
    if parsed.broken:
        report.lines.append(f"! its markup is broken, read as far as possible: {parsed.broken}")
    await _drop_samples(session, feed, report)
    found: dict[str, Entry] = {}
    for entry in parsed.entries:
        url = address_of(entry.link)
        if not url:
            report.skipped += 1
            report.lines.append(f"! {title_of(entry) or 'an entry'}: it has no address")
        else:
            found.setdefault(url, entry)
    there = await session.scalars(
        select(BlogEntry)
        .where(BlogEntry.feed_id == feed.id, BlogEntry.url.in_(found))
        .with_for_update()
    )
    known = {row.url: row for row in there}
    now = datetime.now(UTC)
    # The oldest first: ids grow with time.
    for url, entry in reversed(found.items()):
        await _apply(session, feed, url, entry, known.get(url), now, report)
    return report


async def follow_related(session: WriteSession, blog: RelatedBlog, parsed: Parsed) -> Report:
    """Keep the newest entry of a locked related blog."""
    report = Report()
    now = datetime.now(UTC)
    dated = [
        (when if (when := _date(entry)) and when <= now else None, entry)
        for entry in parsed.entries
        if address_of(entry.link)
    ]
    if not dated:
        report.lines.append("! it has no entry with an address")
        report.skipped = len(parsed.entries)
        return report
    # Without dates the first one is the newest: that is how feeds are written.
    least = datetime.min.replace(tzinfo=UTC)
    published, newest = max(dated, key=lambda pair: pair[0] or least)
    title = title_of(newest) or blog.name
    new = await related.say(
        session,
        blog,
        IMPORTER,
        title=title,
        url=address_of(newest.link),
        published=published,
    )
    report.updated, report.unchanged = int(new), int(not new)
    if new:
        report.lines.append(f"~ {title}")
    return report


def title_of(entry: Entry) -> str:
    """Return the title as one line of plain text; where there is none, how the summary begins."""
    # Titles of many feeds have markup in them, and some have it escaped once more.
    text = _line(entry.title)
    if not text:
        words = _line(entry.summary).split()
        text = " ".join(words[:_WORDS]) + (" …" if len(words) > _WORDS else "")
    return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"


def address_of(link: str | None) -> str:
    """Return the address of an entry, empty where it is none that a browser should open."""
    text = _CONTROL.sub("", link or "").strip()
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    scheme = parts.scheme
    if host in _MOVED:
        scheme, host, port = "https", _MOVED[host], ""
    path = quote(parts.path, safe="/%!$&'()*+,;=:@-._~")
    query = f"?{quote(parts.query, safe="/%!$&'()*+,;=:@-._~?[]")}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe='/%!$&()*+,;=:@-._~?')}" if parts.fragment else ""
    whole = f"{scheme}://{host}{port}{path}{query}{fragment}"
    return whole if len(whole) <= 500 else ""


def _line(source: str | None) -> str:
    if not source:
        return ""
    safe = markup.sanitize(source[:_SUMMARY], trust="visitor")
    return " ".join(_CONTROL.sub(" ", markup.to_text(safe)).split())


def _date(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


async def _drop_samples(session: WriteSession, feed: BlogFeed, report: Report) -> None:
    """Delete what was made up for this feed: from now on it speaks for itself."""
    made_up = await session.scalars(
        select(BlogEntry.id).where(BlogEntry.feed_id == feed.id, BlogEntry.sample)
    )
    for number in made_up.all():
        await entries.delete(session, number, IMPORTER, if_match=None)
        report.deleted += 1


async def _apply(  # noqa: PLR0913, PLR0917 - what an entry and its place are
    session: WriteSession,
    feed: BlogFeed,
    url: str,
    entry: Entry,
    row: BlogEntry | None,
    now: datetime,
    report: Report,
) -> None:
    """Create or replace one entry; what cannot be kept is left out and told."""
    title = title_of(entry) or feed.name
    summary = _CONTROL_OF_TEXT.sub("", entry.summary or "")[:_SUMMARY]
    date = _date(entry)
    digest = hashlib.sha256(repr((title, date, summary)).encode()).hexdigest()
    if row is not None and row.digest == digest:
        report.unchanged += 1
        return
    if date is None or date > now:
        # No date, or one that would keep it on top: it counts from when it was seen first.
        date = now if row is None else row.pub_date
    try:
        async with session.begin_nested():
            sent = BlogEntryInput(
                feed_id=feed.id,
                title=title,
                url=url,
                pub_date=date,
                summary=summary,
                hidden=row is not None and row.hidden,
            )
            if row is None:
                await entries.create(session, sent, IMPORTER, digest=digest)
                report.created += 1
                report.lines.append(f"+ {title}")
                return
            await entries.replace(session, row, sent, IMPORTER, digest=digest)
            report.updated += 1
            report.lines.append(f"~ {title}")
    except (Problem, ValidationError) as error:
        if row is not None:
            await session.refresh(row)
        report.skipped += 1
        report.lines.append(f"! {title}: {_reason(error)}")


def _reason(error: Problem | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return error.errors[0].msg if error.errors else str(error)
