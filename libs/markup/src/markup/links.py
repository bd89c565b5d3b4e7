"""Which addresses in running text become links: http(s), `www.` and e-mail."""

from __future__ import annotations

import re

from linkify_it import LinkifyIt
from linkify_it.main import Match

from markup.limits import MAX_LINKS, MAX_LINKS_IN_WORD, MAX_WORD

_WORD = re.compile(r"\S+")
_WORD_OR_MORE = re.compile(rf"\S{{1,{MAX_WORD + 1}}}")
#: What every address has near its beginning.
_BEGINNING = re.compile(r"//|www\.|@", re.IGNORECASE)


class _Linkify(LinkifyIt):  # type: ignore[misc]  # it has no types
    """Looks into each word for itself: no address has white space in it.

    The patterns look from each beginning of an address to the end of what they are given.
    """

    def match(self, text: str) -> list[Match] | None:
        found: list[Match] = []
        for word in _WORD.finditer(text):
            if not _searchable(word[0]):
                continue
            for link in super().match(word[0]) or ():
                link.index += word.start()
                link.last_index += word.start()
                found.append(link)
        return found or None

    def match_at_start(self, text: str) -> Match | None:
        word = _WORD_OR_MORE.match(text)
        if word is None or not _searchable(word[0]):
            return None
        link: Match | None = super().match_at_start(word[0])
        return link

    def test(self, text: str) -> bool:
        """Tell whether `match` is worth a try; it finds out for itself."""
        return _BEGINNING.search(text) is not None


def _searchable(word: str) -> bool:
    return len(word) <= MAX_WORD and 0 < len(_BEGINNING.findall(word)) <= MAX_LINKS_IN_WORD


def too_many(source: str) -> bool:
    """Tell whether a text has more beginnings of addresses than become links."""
    return len(_BEGINNING.findall(source)) > MAX_LINKS


def _validate_www(linkify: LinkifyIt, text: str, position: int) -> int:
    """Return the length of what follows `www.` as host, port and path; 0 where nothing does."""
    length = int(linkify.test_schema_at("//" + text[position:], "http:", 0))
    return max(0, length - 2)


def _normalize_www(_linkify: LinkifyIt, match: Match) -> None:
    match.url = f"https://{match.url}"


#: No bare host names: `setup.py` and `README.md` would become links to Paraguay and Moldova.
LINKIFY = _Linkify(
    {
        "www.": {"validate": _validate_www, "normalize": _normalize_www},
        "//": None,
        "ftp:": None,
    },
    {"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": True},
)
