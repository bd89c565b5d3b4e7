"""Which addresses of the site are taken: no page or redirect can be put there.

The gateway answers them before it looks for pages, so what an editor put there would never be
seen. A test compares the list with the gateway's routes; whoever adds a route adds it here.
"""

from __future__ import annotations

import re
from typing import Final

#: First segments below which everything belongs to the gateway.
PREFIXES: Final = frozenset(
    {
        *(
            "-",
            "accounts",
            "admin",
            "api",
            "banners",
            "companies",
            "m",
            "media",
            "blogs",
            "box",
            "downloads",
            "edit-button",
            "events",
            "ftp",
            "getit",
            "images",
            "jobs",
            "preview",
        ),
        *("sponsors", "static", "success-stories", "users"),
    }
)
#: Addresses below which everything belongs to the gateway, further down.
BELOW: Final = frozenset({"psf/records/board/minutes", "psf/workgroups"})
#: Posts of the community, by number.
_POST: Final = re.compile(r"community/[0-9]+")
#: Single addresses of the gateway, without edge slashes; what is below them is free.
ADDRESSES: Final = frozenset(
    {
        "_health",
        "about",
        "authenticated",
        "community",
        "community/feed.atom",
        "community/feed.rss",
        "community/posts",
        "doc",
        "doc/versions",
        "docs-landing",
        "download",
        "download/linux",
        "download/mac",
        "download/releases",
        "download/source",
        "download/windows",
        "favicon.ico",
        "funding.json",
        "humans.txt",
        "inner",
        "livez",
        "membership",
        "minutes-drafts",
        "metrics",
        "page-edit-button",
        "psf-landing",
        "psf/sponsors",
        "pypl-landing",
        "readyz",
        "release-edit-button",
        "robots.txt",
        "search",
        "search/opensearch.xml",
        "search/suggestions",
        "shell",
        "shop-landing",
        "sitemap-companies.xml",
        "sitemap-community.xml",
        "sitemap-downloads.xml",
        "sitemap-events.xml",
        "sitemap-jobs.xml",
        "sitemap-minutes.xml",
        "sitemap-pages.xml",
        "sitemap-site.xml",
        "sitemap-stories.xml",
        "sitemap-workgroups.xml",
        "sitemap.xml",
    }
)


def is_taken(path: str) -> bool:
    """Tell whether the gateway itself answers at a path, given without edge slashes."""
    return (
        not path
        or path in ADDRESSES
        or path.partition("/")[0] in PREFIXES
        or bool(_POST.fullmatch(path))
        or any(path == one or path.startswith(f"{one}/") for one in BELOW)
    )
