"""The directory of companies: by letter, by words; and the page of each."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlencode, urlsplit

from contracts.content.companies import OTHER_LETTER, Company, CompanyLetter
from gateway.cache.policy import CachePolicy
from gateway.pages import asking, excerpts, heads
from gateway.pages.companies.models import CompaniesPage, CompanyCard, CompanyPage
from gateway.pages.heads import Head, Tab
from gateway.pages.links import Link
from gateway.pages.stories import fetch as stories
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page

HOME: Final = "/companies/"
#: Dropped with every company.
COMPANIES: Final = "companies"
#: Companies of one page.
ROWS: Final = 48
_WORDS: Final = 24
#: Success stories on the page of a company, the newest.
_STORIES: Final = 6
_TRAIL: Final = (("Python", "/"),)


def company_path(slug: str) -> str:
    """Return the address of a company."""
    return f"{HOME}{slug}/"


@page(HOME, name="companies", cache=CachePolicy(params=("letter", "page", "q"), fresh=86400))
async def companies(ctx: PageContext) -> Page:
    """List companies by name; with `letter` or `q` those that fit."""
    ctx.use(COMPANIES)
    letter, query, number = _letter(ctx), ctx.params.get("q", "").strip(), asking.page_of(ctx)
    content = asking.content(ctx)
    letters, found = await asyncio.gather(
        content.company_letters(),
        content.companies(letter=letter, q=query, limit=ROWS, offset=(number - 1) * ROWS),
    )
    if number > 1 and not found.items:
        raise NotFound
    params = {**({"letter": letter} if letter else {}), **({"q": query} if query else {})}
    return ctx.render(
        "companies/list.html",
        CompaniesPage(
            head=Head(
                title="Companies that use Python",
                description="A directory of companies that use Python, and what for",
                text="Small and large, and what they use Python for.",
                trail=_TRAIL,
                # Of what somebody looks for there are as many pages as there are questions.
                indexed=not query,
            ),
            letters=tuple(_letters(letters, letter)),
            found=_said(found.total, letter, query),
            query=query,
            letter=letter,
            companies=tuple(_card(one) for one in found.items),
            pager=heads.windows(
                ctx, found.total, ROWS, number, "Pages of companies", params=params
            ),
        ),
    )


@page("/companies/{slug:str}/", name="companies.company", cache=CachePolicy(fresh=86400))
async def company(ctx: PageContext) -> Page:
    """Show one company, and what it tells of its work."""
    slug = asking.slug_of(ctx)
    ctx.use(f"company:{slug}")
    found = await asking.content(ctx).company(slug)
    if found is None:
        raise NotFound
    told = await stories.service(ctx).stories(_STORIES, company=found.id)
    return ctx.render(
        "companies/company.html",
        CompanyPage(
            head=Head(
                title=found.name,
                description=excerpts.words(found.about_html, _WORDS) or f"{found.name} uses Python",
                trail=(*_TRAIL, ("Companies", HOME)),
                indexed=not found.sample,
            ),
            id=found.id,
            html=found.about_html,
            initials=_initials(found.name),
            logo=found.logo,
            website=_website(found.url),
            sample=found.sample,
            stories=tuple(stories.card(one) for one in told.items),
        ),
    )


def _letter(ctx: PageContext) -> str:
    letter = ctx.params.get("letter", "")
    if letter and not (letter == OTHER_LETTER or (len(letter) == 1 and "A" <= letter <= "Z")):
        raise BadInput("letter", "must be a letter from A to Z, or 0")
    return letter


def _letters(found: list[CompanyLetter], current: str) -> list[Tab]:
    names = {OTHER_LETTER: "Other"}
    told = [
        Tab(
            label=names.get(one.letter, one.letter),
            href=f"{HOME}?{urlencode({'letter': one.letter})}",
            current=one.letter == current,
        )
        for one in found
    ]
    return [Tab(label="All", href=HOME, current=not current), *told] if len(told) > 1 else []


def _said(total: int, letter: str, query: str) -> str:
    what = "1 company" if total == 1 else f"{total} companies"
    if query:
        return f"{what} for “{query}”"
    return f"{what} with {letter}" if letter and letter != OTHER_LETTER else what


def _card(one: Company) -> CompanyCard:
    return CompanyCard(
        name=one.name,
        href=company_path(one.slug),
        text=excerpts.words(one.about_html, _WORDS),
        initials=_initials(one.name),
        logo=one.logo,
        sample=one.sample,
    )


def _initials(name: str) -> str:
    """Return the first characters of the first two words that begin with a letter or digit."""
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper() or "?"


def _website(url: str) -> Link | None:
    if not url:
        return None
    host = (urlsplit(url).hostname or url).removeprefix("www.")
    return Link(label=host, href=url, external=True)


PAGES: Final = (companies, company)
