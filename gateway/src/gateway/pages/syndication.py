"""Feeds of what the site has: RSS 2.0 and Atom of the same items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from feedgenerator import Atom1Feed, Rss201rev2Feed

if TYPE_CHECKING:
    from gateway.web.pages import Page, PageContext

#: Two characters that a text may hold and XML may not.
_NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF))
#: An address within this site in HTML: readers know nothing of the page that it would begin at.
_ROOTED: Final = re.compile(r'\b(href|src)="/(?!/)')
#: The forms there are: the end of the address is the name.
FORMS: Final = {
    "rss": (Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
    "atom": (Atom1Feed, "application/atom+xml; charset=utf-8"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed is of. `path` is that of its page; the feed is at `<path><feed>`.

    `feed` has the name of the form in it.
    """

    title: str
    path: str
    description: str
    feed: str = "feed.{form}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. `href` is a path of the site or an address elsewhere; `html` is safe HTML."""

    title: str
    href: str
    html: str
    published: datetime
    updated: datetime
    author: str = ""
    categories: tuple[str, ...] = ()


def answer(ctx: PageContext, form: str, channel: Channel, items: Sequence[Item]) -> Page:
    """Return a feed; links are whole addresses."""
    kind, media = FORMS[form]
    origin = ctx.site.origin
    feed = kind(
        title=channel.title.translate(_NO_XML),
        link=origin + channel.path,
        description=channel.description.translate(_NO_XML),
        language="en-us",
        feed_url=origin + channel.path + channel.feed.format(form=form),
    )
    for item in items:
        address = origin + item.href if item.href.startswith("/") else item.href
        feed.add_item(
            title=item.title.translate(_NO_XML),
            link=address,
            description=_ROOTED.sub(rf'\1="{origin}/', item.html).translate(_NO_XML),
            unique_id=address,
            pubdate=item.published,
            updateddate=item.updated,
            author_name=item.author.translate(_NO_XML) or None,
            categories=[name.translate(_NO_XML) for name in item.categories],
        )
    made = ctx.respond(str(feed.writeString("utf-8")).encode(), media)
    if not items:
        return made
    changed = max(item.updated for item in items).astimezone(UTC)
    return replace(made, headers=(("Last-Modified", format_datetime(changed, usegmt=True)),))
