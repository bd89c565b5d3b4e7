"""Which addresses in running text become links: http(s), `www.` and e-mail."""

from __future__ import annotations

from linkify_it import LinkifyIt
from linkify_it.main import Match

_LONGEST = 2_000


def _validate_www(linkify: LinkifyIt, text: str, position: int) -> int:
    """Return the length of what follows `www.` as host, port and path; 0 where nothing does."""
    rest = "//" + text[position : position + _LONGEST]
    length = int(linkify.test_schema_at(rest, "http:", 0))
    return max(0, length - 2)


def _normalize_www(_linkify: LinkifyIt, match: Match) -> None:
    match.url = f"https://{match.url}"


#: No bare host names: `setup.py` and `README.md` would become links to Paraguay and Moldova.
LINKIFY = LinkifyIt(
    {
        "www.": {"validate": _validate_www, "normalize": _normalize_www},
        "//": None,
        "ftp:": None,
    },
    {"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": True},
)
