"""Minutes of the board: by year, by day, and as feeds. Drafts are for staff alone.

What is kept is the same for everybody. Staff get drafts by a fragment of the list that is never
kept, and at the address of a day that has nothing public.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from contracts.content.minutes import HOME, Minutes, MinutesSummary
from gateway.cache.policy import CachePolicy
from gateway.pages import asking, excerpts, syndication
from gateway.pages.heads import Head, Subscribe, Tab
from gateway.pages.links import Link
from gateway.pages.minutes.models import (
    Drafts,
    MinutesList,
    MinutesPage,
    MinutesRow,
    YearOfRows,
)
from gateway.web.pages import BadInput, NotFound, Page, PageContext, PageRoute, page
from gateway.web.templating import long_date

#: Dropped with everything that is public of minutes.
MINUTES: Final = "minutes"
VIEW_DRAFTS: Final = "content.view_minutes"
#: Years that the list begins with.
YEARS: Final = 3
#: Items of a feed (as at python.org).
ITEMS: Final = 20
#: Drafts that staff are shown; meetings of one year.
_MOST: Final = 100
_WORDS: Final = 24
_TITLE: Final = "Minutes of the board"
_ABOVE: Final = (
    ("Python", "/"),
    ("PSF", "/psf-landing/"),
    ("Records", "/psf/records/"),
    ("Board", "/psf/records/board/"),
)
_POLICY: Final = CachePolicy(fresh=86400)


@page(HOME, name="minutes", cache=CachePolicy(params=("year",), fresh=86400))
async def minutes(ctx: PageContext) -> Page:
    """List the meetings of the newest years, or of the one that is asked for."""
    ctx.use(MINUTES)
    content, wanted = asking.content(ctx), _year(ctx)
    years = [one.year for one in await content.minutes_years()]
    if wanted and wanted not in years:
        raise NotFound
    chosen = [wanted] if wanted else years[:YEARS]
    found = await asyncio.gather(*(content.minutes(year=year) for year in chosen))
    title = f"{_TITLE}, {wanted}" if wanted else _TITLE
    return ctx.render(
        "minutes/list.html",
        MinutesList(
            head=Head(
                title=title,
                description="What the board of the Python Software Foundation decided"
                + (f" in {wanted}" if wanted else ""),
                text="What the board of the Python Software Foundation talked about and decided.",
                trail=(*_ABOVE, (_TITLE, HOME)) if wanted else _ABOVE,
                subscribe=_feeds(),
            ),
            years=tuple(_tabs(years, wanted)),
            shown=tuple(
                YearOfRows(year=year, rows=tuple(_row(one) for one in window.items))
                for year, window in zip(chosen, found, strict=True)
            ),
            feeds=_feeds(),
        ),
    )


async def draft_of_day(ctx: PageContext) -> Page:
    """Show staff the draft of a day that has nothing public."""
    token = ctx.speak("content")
    found = await asking.content(ctx).minutes_of(_day(ctx), token=token)
    number = ctx.path_params.get("number", "1")
    drafts = [one for one in found if not one.is_published]
    at = int(number) - 1 if asking.is_number(number) else len(drafts)
    if at >= len(drafts):
        raise NotFound
    return await _show(ctx, drafts[at], found, token=token)


@page(
    HOME + "{day:str}/",
    HOME + "{day:str}/{number:str}/",
    name="minutes.day",
    cache=_POLICY,
    draft=draft_of_day,
    drafts_for=VIEW_DRAFTS,
)
async def of_day(ctx: PageContext) -> Page:
    """Show a meeting of a day: the one with the number, else the first."""
    day = _day(ctx)
    ctx.use(f"minutes:{day.isoformat()}", MINUTES)
    found = await asking.content(ctx).minutes_of(day)
    return await _show(ctx, _chosen(found, ctx.path_params.get("number")), found)


@page(HOME + "drafts/{id:str}/", name="minutes.draft", cache=None, personal=True)
async def draft(ctx: PageContext) -> Page:
    """Show staff a draft, or what somebody published meanwhile."""
    number = asking.number_of(ctx, "id")
    if not ctx.visitor.may(VIEW_DRAFTS):
        raise NotFound
    token = ctx.speak("content")
    content = asking.content(ctx)
    found = await content.minutes_by_id(number, token=token)
    if found is None:
        raise NotFound
    others = await content.minutes_of(found.date, token=token)
    return await _show(ctx, found, others, token=token)


@page("/minutes-drafts", name="minutes.drafts", cache=None, slash="either", personal=True)
async def drafts(ctx: PageContext) -> Page:
    """Answer the drafts that there are: nothing, to anybody but staff."""
    if not ctx.visitor.may(VIEW_DRAFTS):
        return ctx.respond("", "text/html; charset=utf-8")
    found = await asking.content(ctx).minutes(
        published=False, limit=_MOST, token=ctx.speak("content")
    )
    return ctx.render("minutes/drafts.html", Drafts(rows=tuple(_row(one) for one in found.items)))


def _feed(form: str, *paths: str) -> PageRoute:
    async def feed(ctx: PageContext) -> Page:
        ctx.use(MINUTES)
        found = await asking.content(ctx).minutes_texts(limit=ITEMS)
        channel = syndication.Channel(
            title="PSF Board Meeting Minutes",
            path=HOME,
            description="Minutes of the board of the Python Software Foundation",
        )
        return syndication.answer(ctx, form, channel, [_item(one) for one in found.items])

    return page(*paths, name=f"minutes.{form}", cache=_POLICY)(feed)


def _item(one: Minutes) -> syndication.Item:
    midnight = datetime.combine(one.date, time(), UTC)
    return syndication.Item(
        title=f"{one.title}, {long_date(one.date)}",
        href=one.url,
        html=one.content_html,
        published=midnight,
        updated=one.updated,
    )


async def _show(
    ctx: PageContext, one: Minutes, of_day: Sequence[Minutes], *, token: str | None = None
) -> Page:
    year = one.date.year
    window = await asking.content(ctx).minutes(year=year, token=token)
    rows = [_row(other) for other in window.items]
    here = next((at for at, other in enumerate(rows) if other.href == one.url), None)
    return ctx.render(
        "minutes/minutes.html",
        MinutesPage(
            head=Head(
                title=one.title,
                description=excerpts.words(one.content_html, _WORDS)
                or f"Minutes of {long_date(one.date)}",
                trail=(*_ABOVE, (_TITLE, HOME), (str(year), f"{HOME}?year={year}")),
                indexed=one.is_published and not one.sample,
            ),
            id=one.id,
            date=one.date,
            html=one.content_html,
            sample=one.sample,
            draft=not one.is_published,
            others=tuple(_row(other) for other in of_day if other.id != one.id),
            year=year,
            near=tuple(rows),
            previous=_turn(rows, None if here is None else here + 1),
            next=_turn(rows, None if here is None else here - 1),
        ),
    )


def _chosen(found: Sequence[Minutes], number: str | None) -> Minutes:
    """Return the meeting with a number, else the first. Raises NotFound."""
    for one in found:
        if number is None or str(one.number) == number:
            return one
    raise NotFound


def _turn(rows: Sequence[MinutesRow], at: int | None) -> Link | None:
    if at is None or not 0 <= at < len(rows):
        return None
    return Link(label=long_date(rows[at].date), href=rows[at].href)


def _row(one: MinutesSummary) -> MinutesRow:
    later = one.number if one.number is not None and one.number > 1 else None
    return MinutesRow(date=one.date, title=one.title, href=one.url, number=later, sample=one.sample)


def _tabs(years: Sequence[int], wanted: int | None) -> list[Tab]:
    if len(years) <= YEARS and not wanted:
        return []
    told = [Tab(label=str(y), href=f"{HOME}?year={y}", current=y == wanted) for y in years]
    return [Tab(label="Newest", href=HOME, current=not wanted), *told]


def _feeds() -> Subscribe:
    return Subscribe(
        what="Minutes of the PSF board",
        webcal="",
        ics="",
        rss=f"{HOME}feed.rss",
        atom=f"{HOME}feed.atom",
    )


def _year(ctx: PageContext) -> int | None:
    text = ctx.params.get("year", "")
    if not text:
        return None
    if not (asking.is_number(text) and len(text) == 4 and 1990 <= int(text) <= 2100):
        raise BadInput("year", "must be a year from 1990 to 2100")
    return int(text)


def _day(ctx: PageContext) -> date:
    """Return the day that the address names, written as 2024-05-01. Raises NotFound."""
    text = ctx.path_params["day"]
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if found.isoformat() != text:
        raise NotFound
    return found


PAGES: Final = (
    minutes,
    _feed("rss", HOME + "feed/", HOME + "feed.rss"),
    _feed("atom", HOME + "feed.atom"),
    draft,
    of_day,
    drafts,
)
