"""What runs in a process of its own: a feed comes in, what it holds goes out as JSON.

Nothing of the site is imported here, so that it starts fast and has nothing to lose:

    python -I -m content.blogs.reader SECONDS MEDIA_TYPE < feed > entries.json
"""

from __future__ import annotations

import calendar
import io
import json
import resource
import sys
from datetime import UTC, datetime
from typing import Any, Final

import feedparser

_MEMORY: Final = 1_000_000_000
#: Entries that are read; feeds begin with the newest.
_MOST_ENTRIES: Final = 200
_LONGEST: Final = 100_000


def parse(body: bytes, media_type: str) -> dict[str, Any]:
    """Return what a feed holds, as `content.blogs.parsing.Parsed` takes it."""
    headers = {"content-type": media_type} if media_type else None
    # Given bytes, the library would open a file of that name.
    found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    return {
        "version": found.get("version", ""),
        "title": _text(found.feed.get("title")),
        "broken": _text(repr(found.get("bozo_exception", ""))[:300]) if found.bozo else "",
        "entries": [_entry(one) for one in found.entries[:_MOST_ENTRIES]],
    }


def _entry(found: Any) -> dict[str, Any]:  # noqa: ANN401 - the library's own kind of dictionary
    contents: Any = found.get("content") or ({},)
    summary = found.get("summary") or contents[0].get("value")
    return {
        **{name: _text(found.get(name)) for name in ("title", "link", "id", "author")},
        "published": _time(found.get("published_parsed")),
        # Without one the library gives the time of publishing, and complains.
        "updated": _time(found.get("updated_parsed")) if "updated" in found else None,
        "summary": _text(summary),
    }


def _text(value: object) -> str | None:
    """Return a text as PostgreSQL can keep it, and not too much of it."""
    if not value:
        return None
    return str(value)[:_LONGEST].replace("\0", "").encode("utf-8", "ignore").decode()


def _time(value: Any) -> str | None:  # noqa: ANN401 - a struct_time
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC).isoformat() if value else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _main(seconds: str, media_type: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # Nothing that is read may have a file written.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(json.dumps(parse(sys.stdin.buffer.read(), media_type)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
