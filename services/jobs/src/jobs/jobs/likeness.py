"""What makes two jobs alike: their words, their links, and the hosts of these."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import urlsplit

_BEGINNING: Final = 400
_MOST_HOSTS: Final = 20
_HREF: Final = re.compile(r'href="(https?://[^"]+)"')


def plain(text: str) -> str:
    """Return the words of a text in lower case, with nothing but spaces between them."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def hash_of(words: str) -> str:
    """Return the same for texts that differ in case, spaces and punctuation alone."""
    return hashlib.sha256(plain(words).encode()).hexdigest()


def beginning(title: str, words: str) -> str:
    """Return what trigrams are compared of: the title and the first words."""
    return plain(f"{title} {words[: 2 * _BEGINNING]}")[:_BEGINNING]


def link_of(url: str) -> str:
    """Return an address without scheme, www, query and a slash at its end."""
    host = host_of(url)
    return f"{host}{urlsplit(url).path.rstrip('/')}"[:500] if host else ""


def host_of(url: str) -> str:
    """Return the host of an address without www; empty where it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")[:253]


def hosts_of(url: str, *html: str) -> list[str]:
    """Return the hosts of an address and of all links in texts, sorted."""
    found = [url, *(link for text in html for link in _HREF.findall(text))]
    return sorted({host for one in found if (host := host_of(one))})[:_MOST_HOSTS]
