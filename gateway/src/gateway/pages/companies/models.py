"""What pages of companies print. Texts are plain and must be escaped; `html` is safe."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.content.companies import Logo
from gateway.pages.downloads.models import Pager
from gateway.pages.heads import Head, Tab
from gateway.pages.links import Link
from gateway.pages.stories.models import StoryCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyCard:
    """One company of the directory. `initials` stand where there is no logo."""

    name: str
    href: str
    text: str
    initials: str
    logo: Logo | None
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompaniesPage:
    """`companies/list.html`, at /companies/.

    `letters`: the first letters that there are, "All" first. `found` says how many there are, and
    of what. `query` is what was looked for.
    """

    head: Head
    letters: tuple[Tab, ...]
    found: str
    query: str
    letter: str
    companies: tuple[CompanyCard, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPage:
    """`companies/company.html`, at /companies/<slug>/."""

    head: Head
    id: int
    html: str
    initials: str
    logo: Logo | None
    website: Link | None
    sample: bool
    stories: tuple[StoryCard, ...]
