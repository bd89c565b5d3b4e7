"""Every page and form of the site."""

from __future__ import annotations

from typing import Any

from gateway.pages import (
    account,
    boxes,
    docs,
    home,
    membership,
    plain,
    search,
    sitemaps,
    styleguide,
)
from gateway.pages.accounts.routes import ACCOUNTS
from gateway.pages.api_docs import API_DOCS
from gateway.pages.blogs.routes import BLOGS
from gateway.pages.community import pages as community
from gateway.pages.companies import pages as companies
from gateway.pages.content import page as content
from gateway.pages.downloads import feed, landing, latest, legacy, release, systems
from gateway.pages.events.routes import EVENTS
from gateway.pages.groups import pages as groups
from gateway.pages.jobs.routes import JOBS
from gateway.pages.landings import moved, sections, shell, sigstore
from gateway.pages.minutes import pages as minutes
from gateway.pages.sponsors.routes import SPONSORS
from gateway.pages.stories.routes import STORIES
from gateway.web.forms import FormRoute
from gateway.web.pages import PageRoute

PAGES: tuple[PageRoute | FormRoute[Any], ...] = (
    home.home,
    sections.about,
    sections.psf,
    sections.community,
    shell.shell,
    *moved.MOVED,
    landing.landing,
    sigstore.sigstore,
    systems.systems,
    systems.system,
    release.release,
    latest.latest,
    latest.latest_of,
    feed.feed,
    legacy.legacy_release,
    *legacy.MOVED,
    docs.index,
    docs.versions,
    *API_DOCS,
    boxes.supernav,
    boxes.homepage,
    boxes.sources,
    *BLOGS,
    *STORIES,
    boxes.written,
    search.search,
    search.suggestions,
    search.description,
    styleguide.guide,
    account.account_menu,
    account.release_edit_button,
    account.page_edit_button,
    account.edit_button,
    content.preview,
    membership.membership,
    *EVENTS,
    *companies.PAGES,
    *groups.PAGES,
    *community.PAGES,
    *minutes.PAGES,
    *JOBS,
    *SPONSORS,
    *ACCOUNTS,
    plain.robots,
    plain.humans,
    plain.funding,
    plain.favicon,
    *sitemaps.SITEMAPS,
)
