"""What the frame of every page links to: data, until the content service owns the tree.

The tree is the incumbent's (its section names and their places are what visitors know), with dead
addresses mended. Every entry names the context that owns its address; `frame.build` shows only
entries whose owner is live, so that nothing of ours leads to a 404 page. A service that begins to
serve pages joins `LIVE`, and its entries appear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

type Owner = Literal[
    "gateway", "downloads", "content", "identity", "events", "jobs", "sponsors", "external"
]

#: Owners whose addresses answer today.
LIVE: frozenset[Owner] = frozenset({"gateway", "downloads", "identity", "external"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the tree.

    `elsewhere` is an address at another site that serves the same want until the owner is live.
    `key` names the entry to styles: a sister site's or a section's colour.
    """

    label: str
    href: str
    owner: Owner
    children: tuple[Entry, ...] = ()
    key: str = ""
    elsewhere: str = ""
    prefixes: tuple[str, ...] = ()


def _out(label: str, href: str, key: str = "") -> Entry:
    return Entry(label, href, "external", key=key)


def _page(label: str, href: str) -> Entry:
    return Entry(label, href, "content")


def _download(label: str, href: str) -> Entry:
    return Entry(label, href, "downloads")


#: The sister sites of the top bar, in the order visitors know.
SISTERS: tuple[Entry, ...] = (
    Entry("Python", "/", "gateway", key="python"),
    Entry("PSF", "/psf-landing/", "content", key="psf", elsewhere="https://pyfound.blogspot.com/"),
    _out("Docs", "https://docs.python.org/", key="docs"),
    _out("PyPI", "https://pypi.org/", key="pypi"),
    Entry("Jobs", "/jobs/", "jobs", key="jobs", elsewhere="https://www.python.org/jobs/"),
    Entry(
        "Community",
        "/community/",
        "content",
        key="community",
        elsewhere="https://discuss.python.org/",
    ),
)

ABOUT = Entry(
    "About",
    "/about/",
    "content",
    (
        _page("Applications", "/about/apps/"),
        _page("Quotes", "/about/quotes/"),
        _page("Getting Started", "/about/gettingstarted/"),
        _page("Help", "/about/help/"),
        _out("Python Brochure", "https://brochure.getpython.info/"),
    ),
    key="about",
)

DOWNLOADS = Entry(
    "Downloads",
    "/downloads/",
    "downloads",
    (
        _download("All releases", "/downloads/"),
        _download("Source code", "/downloads/source/"),
        _download("Windows", "/downloads/windows/"),
        _download("macOS", "/downloads/macos/"),
        _download("Android", "/downloads/android/"),
        _download("iOS", "/downloads/ios/"),
        _download("Other Platforms", "/downloads/operating-systems/"),
        _out("License", "https://docs.python.org/3/license.html"),
        _download("Alternative Implementations", "/downloads/#alternatives"),
    ),
    key="downloads",
    prefixes=("/downloads/", "/getit/", "/download/"),
)

DOCUMENTATION = Entry(
    "Documentation",
    "/doc/",
    "gateway",
    (
        Entry("Docs", "/doc/", "gateway"),
        Entry("Docs by version", "/doc/versions/", "gateway"),
        Entry("API of this site", "/api/docs/", "gateway"),
        _page("Audio/Visual Talks", "/doc/av/"),
        _out("Beginner's Guide", "https://wiki.python.org/moin/BeginnersGuide"),
        _out("FAQ", "https://docs.python.org/3/faq/"),
        _out("Non-English Docs", "https://translations.python.org/"),
        _out("PEP Index", "https://peps.python.org/"),
        _out("Python Books", "https://wiki.python.org/moin/PythonBooks"),
        _page("Python Essays", "/doc/essays/"),
    ),
    key="documentation",
)

COMMUNITY = Entry(
    "Community",
    "/community/",
    "content",
    (
        _page("Community Survey", "/community/survey/"),
        _page("Diversity", "/community/diversity/"),
        _page("Mailing Lists", "/community/lists/"),
        _page("IRC", "/community/irc/"),
        _out("Forums", "https://discuss.python.org/"),
        _page("Python Conferences", "/community/workshops/"),
        _page("Special Interest Groups", "/community/sigs/"),
        _page("Python Logo", "/community/logos/"),
        _out("Python Wiki", "https://wiki.python.org/moin/"),
        _page("Merchandise", "/community/merchandise/"),
        _page("Community Awards", "/community/awards/"),
        _out("Code of Conduct", "https://policies.python.org/python.org/code-of-conduct/"),
    ),
    key="community",
)

SUCCESS_STORIES = Entry(
    "Success Stories",
    "/success-stories/",
    "content",
    tuple(
        _page(label, f"/success-stories/category/{slug}/")
        for label, slug in (
            ("Arts", "arts"),
            ("Business", "business"),
            ("Education", "education"),
            ("Engineering", "engineering"),
            ("Government", "government"),
            ("Scientific", "scientific"),
            ("Software Development", "software-development"),
        )
    ),
    key="success-stories",
    elsewhere="https://www.python.org/success-stories/",
)

NEWS = Entry(
    "News",
    "/blogs/",
    "content",
    (
        _out("Python News", "https://blog.python.org/"),
        _out("Community News", "https://planetpython.org/"),
        _out("PSF News", "https://pyfound.blogspot.com/"),
        _out("PyCon News", "https://pycon.blogspot.com/"),
    ),
    key="news",
)

EVENTS = Entry(
    "Events",
    "/events/",
    "events",
    (
        Entry("Python Events", "/events/python-events/", "events"),
        Entry("User Group Events", "/events/python-user-group/", "events"),
        Entry("Python Events Archive", "/events/python-events/past/", "events"),
        Entry("User Group Events Archive", "/events/python-user-group/past/", "events"),
        _out("Submit an Event", "https://wiki.python.org/moin/PythonEventsCalendar"),
    ),
    key="events",
)

CONTRIBUTING = Entry(
    "Contributing",
    "/dev/",
    "content",
    (
        _out("Developer's Guide", "https://devguide.python.org/"),
        _out("Issue Tracker", "https://github.com/python/cpython/issues"),
        _out("Core Development Forum", "https://discuss.python.org/c/core-dev/23"),
        _page("Core Mentorship", "/dev/core-mentorship/"),
        Entry(
            "Report a Security Issue",
            "/news/security/",
            "content",
            elsewhere="https://devguide.python.org/developer-workflow/psrt/",
        ),
    ),
    key="contributing",
)

#: The bar under the header.
SECTIONS: tuple[Entry, ...] = (
    ABOUT,
    DOWNLOADS,
    DOCUMENTATION,
    COMMUNITY,
    SUCCESS_STORIES,
    NEWS,
    EVENTS,
)

#: The map in the footer.
FOOTER: tuple[Entry, ...] = (*SECTIONS, CONTRIBUTING)

SOCIAL: tuple[Entry, ...] = (
    _out("LinkedIn", "https://www.linkedin.com/company/python-software-foundation/", "linkedin"),
    _out("Mastodon", "https://fosstodon.org/@ThePSF", "mastodon"),
    Entry(
        "Chat on IRC", "/community/irc/", "content", key="irc", elsewhere="https://web.libera.chat/"
    ),
    _out("X", "https://x.com/ThePSF", "x"),
)

#: The last line of links.
BASE: tuple[Entry, ...] = (
    Entry(
        "Help & General Contact",
        "/about/help/",
        "content",
        elsewhere="https://discuss.python.org/c/help/7",
    ),
    _page("Diversity Initiatives", "/community/diversity/"),
    _out("Submit Website Bug", "https://github.com/python/pythondotorg/issues"),
    _out("Status", "https://status.python.org/"),
)

LEGAL: tuple[Entry, ...] = (
    _page("Legal Statements", "/about/legal/"),
    _out("Privacy Notice", "https://policies.python.org/python.org/Privacy-Notice/"),
)

DONATE = "https://donate.python.org/"
