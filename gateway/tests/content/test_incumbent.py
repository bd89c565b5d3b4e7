"""Every address of the incumbent's route tables and redirects: it answers as there, or better.

What another service of this site answers is in the tests of those pages; here downloads and
identity are away, so of their addresses only the redirects that content has are asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from written import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

_WIKI = "https://wiki.python.org/moin/"
_CONDUCT = "https://policies.python.org/python.org/code-of-conduct/"
_PEPS = "https://peps.python.org/"

#: What was sent on, and where to.
REDIRECTS = {
    "/~barry": "https://barry.warsaw.us/",
    "/~bwarsaw/": "https://barry.warsaw.us/",
    "/~guido": "https://gvanrossum.github.io/",
    "/~guido/x": "https://gvanrossum.github.io/x",
    "/consortium": "/psf/",
    "/community/psf": "/psf/",
    "/topics/xml": "https://pyxml.sourceforge.net/topics/",
    "/topics/web": _WIKI + "WebProgramming",
    "/topics/database": _WIKI + "DatabaseProgramming",
    "/doc/topics/database": _WIKI + "DatabaseProgramming",
    "/audio": _WIKI + "Audio",
    "/contact.html": "/community/",
    "/community-landing": "/community/",
    "/community-landing/": "/community/",
    "/doc/Summary": "https://legacy.python.org/doc/Summary",
    "/python.rdf": "https://legacy.python.org/python.rdf",
    "/doc/NonEnglish.html": _WIKI + "Languages",
    "/doc/nonenglish/": _WIKI + "Languages",
    "/doc/Intros.html": "/about/gettingstarted/",
    **{
        f"/doc/faq/{name}/": f"https://docs.python.org/3/faq/{name}.html"
        for name in (
            *("installed", "gui", "windows", "extending", "library", "design", "programming"),
            "general",
        )
    },
    "/doc/howto/": "https://docs.python.org/dev/howto/",
    "/dev/doc/devel": "https://docs.python.org/dev/",
    "/doc/Comparisons.html": _WIKI + "LanguageComparisons",
    "/dev/lists.html": "/community/lists/",
    "/sigs": "/community/sigs/",
    # Better than there, where both ended among the blogs.
    "/security": "/dev/security/",
    "/news/security": "/dev/security/",
    "/help": "/about/help/",
    "/Help.html": "/about/help/",
    "/2.2.3/descrintro.html": "/download/releases/2.2.3/descrintro/",
    "/download/download_linux.html": "/downloads/source/",
    "/download/download_mac.html": "/downloads/macos/",
    "/download/download_os2.html": "/downloads/operating-systems/",
    "/download/download_other.html": "/downloads/operating-systems/",
    "/download/download_source.html": "/downloads/source/",
    "/download/download_win31.html": "/downloads/windows/",
    "/download/download_windows.html": "/downloads/windows/",
    "/windows/": "/downloads/windows/",
    "/download/": "/downloads/",
    "/download/source/": "/downloads/source/",
    "/download/mac/": "/downloads/macos/",
    "/download/windows/": "/downloads/windows/",
    "/Mirrors": "/mirrors/",
    "/Mirrors.html": "/mirrors/",
    "/cgi-bin/moinmoin": _WIKI,
    "/mailman-bugs": "https://gitlab.com/mailman/mailman/-/issues",
    "/python-bugs": "https://bugs.python.org/",
    "/jpython": "https://www.jython.org/",
    "/mailman/listinfo": "https://mail.python.org/mailman/listinfo",
    "/pipermail/python-dev": "https://mail.python.org/pipermail/python-dev",
    "/pypi/requests?x=1": "https://pypi.org/pypi/requests?x=1",
    "/dev/peps/peps.rss": _PEPS + "peps.rss",
    "/peps/pep-0008.html": _PEPS + "pep-0008/",
    "/dev/peps/pep-0008/": _PEPS + "pep-0008",
    "/peps/": _PEPS,
    "/dev/peps": _PEPS,
    "/sf/12345": "https://bugs.python.org/issue12345",
    "/psf/codeofconduct": _CONDUCT,
    "/psf/conduct/": _CONDUCT,
    "/psf/archive/codeofconduct": _CONDUCT,
    "/psf/conduct/enforcement": _CONDUCT + "Enforcement-Procedures/",
    "/psf/conduct/reporting": _CONDUCT + "Procedures-for-Reporting-Incidents/",
    "/docs-landing/": "/doc/",
    "/pypl-landing/": "https://pypi.org/",
    "/shop-landing/": "/community/merchandise/",
}
#: Those whose service is not built yet: they are sent where it will answer.
LATER = {
    "/Jobs.html": "/jobs/",
    "/newjobs": "/jobs/",
    "/newjobs/1/": "/jobs/1",
    "/News.html": "/blogs/",
    "/news/": "/blogs/",
    "/blog/": "/blogs/",
}
#: Pages of the route table and the menus that need no other service.
PAGES = (
    *("/_health", "/authenticated", "/humans.txt", "/robots.txt", "/funding.json", "/shell/"),
    *("/about/", "/inner/", "/psf-landing/", "/community/", "/search/", "/psf/", "/dev/"),
    *("/about/apps/", "/about/quotes/", "/about/gettingstarted/", "/about/help/", "/about/legal/"),
    *("/doc/av/", "/doc/essays/", "/download/other/", "/download/alternatives/", "/mirrors/"),
    "/download/releases/2.2.3/descrintro/",
    *("/community/survey/", "/community/diversity/", "/community/lists/", "/community/irc/"),
    *("/community/forums/", "/community/workshops/", "/community/sigs/", "/community/logos/"),
    *("/community/merchandise/", "/community/awards/", "/dev/core-mentorship/", "/dev/security/"),
    *("/psf/about/", "/psf/summary/", "/psf/mission/", "/psf/records/", "/psf/committees/"),
    *("/psf/sponsorship/", "/psf/membership/", "/psf/members/", "/psf/league/", "/psf/donations/"),
    *("/psf/volunteer/", "/psf/contrib/", "/psf/fraud/", "/psf/grants/", "/psf/grants/faq/"),
    *("/psf/bylaws/", "/psf/trademarks/", "/psf/trademarks/pycon/", "/psf/weblog-policy/"),
    *("/psf/license/", "/psf/press-release/"),
)
#: Addresses of services that are not built yet, by service. They answer 404 and nothing worse.
NOT_YET = {
    "events, which this site has not": ("/events/", "/events/python-events/"),
    "jobs, neither": ("/jobs/", "/jobs/types/"),
    "sponsors": ("/sponsors/application/", "/psf/sponsors/"),
    "identity: nominations": ("/nominations/elections/",),
}


@pytest.fixture(scope="module")
def with_seed() -> bool:
    return True


async def test_what_was_sent_on_is_sent_on(site: Site) -> None:
    wrong = []
    for path, target in (REDIRECTS | LATER).items():
        answer = await site.get(path)
        found = answer.headers.get("location", "")
        if answer.status_code not in {301, 302} or found != target:
            wrong.append(f"{path}: {answer.status_code} {found}, not {target}")
    assert not wrong, "\n".join(wrong)


async def test_what_is_ours_is_there_at_the_end(site: Site) -> None:
    """A redirect leads to a page, and not to another redirect or to nothing."""
    elsewhere = ("/downloads/", "/doc/")  # pages of downloads, away here
    wrong = []
    for target in sorted({one for one in REDIRECTS.values() if one.startswith("/")}):
        if target.startswith(elsewhere):
            continue
        answer = await site.get(urlsplit(target).path)
        if answer.status_code != 200:
            wrong.append(f"{target}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


async def test_the_pages_are_there(site: Site) -> None:
    wrong = [path for path in PAGES if (await site.get(path)).status_code != 200]
    assert not wrong


async def test_what_is_to_come_is_not_there_yet(site: Site) -> None:
    """Whoever builds one of these takes it out of the list, and puts it among the others."""
    found = {
        path: (await site.get(path)).status_code for paths in NOT_YET.values() for path in paths
    }
    assert {path: status for path, status in found.items() if status != 404} == {}
