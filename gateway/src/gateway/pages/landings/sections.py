"""The landings /about/, /psf-landing/ and /community/ (as at python.org)."""

from __future__ import annotations

import asyncio

from contracts.sponsors.features import LogoPlace
from gateway.cache.policy import CachePolicy
from gateway.pages.blogs import latest
from gateway.pages.community import newest
from gateway.pages.events import fetch, upcoming
from gateway.pages.landings import blocks
from gateway.pages.landings.blocks import Block
from gateway.pages.landings.models import LandingPage
from gateway.pages.links import Link
from gateway.pages.sponsors import logos
from gateway.web.pages import Page, PageContext, page

DOCS = "https://docs.python.org/3"
DONATE = "https://donate.python.org/"
#: Rows of what takes place soon, and posts of the community.
EVENTS = 5
POSTS = 3
POLICY = CachePolicy(fresh=86400)


def out(label: str, href: str) -> Link:
    """A link to another site."""
    return Link(label=label, href=href, external=True)


#: The band about the PSF, shared by the home page and /about/.
FOUNDATION = Block(
    label="widget-about-psf",
    title="Python Software Foundation",
    text="The Python Software Foundation is the non-profit behind Python: it keeps the language "
    "free, runs the servers that you download it from, and gives grants to people who bring "
    "others to it.",
    links=(out("Become a member", "https://psfmember.org/"), out("Donate", DONATE)),
)

HELP = Block(
    label="usermessage-helplink",
    title="Need help?",
    text="Ask in the forum: somebody has had the same question.",
    links=(out("Python Help", "https://discuss.python.org/c/help/7"),),
)

_ABOUT_BANNER = Block(
    label="aboutpython-banner",
    title="About Python",
    text="Easy to learn, at home everywhere, and free for every use.",
)

_ABOUT = (
    Block(
        label="aboutpython-getstarted",
        key="get-started",
        title="Getting started",
        text="Install Python, and write a first program in ten minutes.",
        links=(
            Link(label="Downloads", href="/downloads/"),
            out("Tutorial", f"{DOCS}/tutorial/"),
        ),
    ),
    Block(
        label="aboutpython-easytolearn",
        key="community",
        title="Friendly and easy to learn",
        text="Clear syntax, answers at the prompt, and people who help.",
        links=(out("Forum", "https://discuss.python.org/"),),
    ),
    Block(
        label="aboutpython-applications",
        key="uses",
        title="Applications",
        text="Websites, data, science, teaching and automation.",
        links=(out("Package index", "https://pypi.org/"),),
    ),
    Block(
        label="aboutpython-opensource",
        key="source",
        title="Open source",
        text="Use it, change it and pass it on, also in commercial products.",
        links=(out("The licence", f"{DOCS}/license.html"),),
    ),
)

_PSF_BANNER = Block(
    label="psf-banner",
    title="Python Software Foundation",
    text="The non-profit organisation behind Python.",
)

_PSF = (
    Block(
        label="psf-widget0",
        key="community",
        title="Become a member",
        text="Stand behind Python, and elect the board of the foundation.",
        links=(out("Join", "https://psfmember.org/"),),
    ),
    Block(
        label="psf-widget1",
        key="good",
        title="Donate",
        text="Small amounts keep the servers running.",
        links=(out("Ways to give", DONATE),),
    ),
    Block(
        label="psf-widget2",
        key="success-stories",
        title="Sponsor",
        text="Organisations that earn with Python keep it healthy.",
        links=(Link(label="Write to the foundation", href="mailto:sponsors@python.org"),),
    ),
    Block(
        label="psf-widget3",
        key="clock",
        title="Volunteer",
        text="An hour now and then, or a task for years.",
        links=(out("Follow the calls", "https://pyfound.blogspot.com/"),),
    ),
)

_GRANTS = Block(
    label="psf-grants",
    title="Grants",
    text="The foundation supports conferences, workshops and user groups.",
    links=(out("News of the foundation", "https://pyfound.blogspot.com/"),),
)

_PSF_NEWS = Block(
    label="psf-news",
    title="News of the foundation",
    text="What the foundation does is told on its blog.",
    links=(out("PSF blog", "https://pyfound.blogspot.com/"),),
)

_COMMUNITY_BANNER = Block(
    label="community-banner",
    title="The Python community",
    text="Python is what it is because of the people who use it. They welcome you.",
)

_COMMUNITY = (
    Block(
        label="community-widget1",
        key="news",
        title="Talk",
        text="Ask, answer, and follow what goes on.",
        links=(out("Forum", "https://discuss.python.org/"),),
    ),
    Block(
        label="community-widget2",
        key="events",
        title="Meet",
        text="Conferences and user groups, all over the world.",
        links=(out("Conferences", "https://pycon.org/"),),
    ),
    Block(
        label="community-widget3",
        key="community",
        title="Take part",
        text="Python is made by volunteers. New hands are welcome.",
        links=(out("Developer's Guide", "https://devguide.python.org/"),),
    ),
)

_CHAT = Block(
    label="community-irc-channels",
    title="Chat",
    text="Quick questions are answered on IRC.",
    links=(out("Libera.Chat", "https://web.libera.chat/"),),
)


@page("/about/", name="about", cache=fetch.policy())
async def about(ctx: PageContext) -> Page:
    """Say what Python is, and lead to the pages about it."""
    (banner, helping, foundation, *cards), events = await asyncio.gather(
        blocks.tiles(ctx, (_ABOUT_BANNER, HELP, FOUNDATION, *_ABOUT)), upcoming.card(ctx, EVENTS)
    )
    return ctx.render(
        "landings/landing.html",
        LandingPage(
            title="About Python",
            description="What Python is, what it is good for, and how to begin with it",
            banner=banner,
            actions=(
                Link(label="Download Python", href="/downloads/"),
                Link(label="Try it in the browser", href="/shell/"),
            ),
            cards=tuple(cards),
            notes=(helping,),
            events=events,
            foundation=foundation,
        ),
    )


@page("/psf-landing/", name="psf", cache=POLICY)
async def psf(ctx: PageContext) -> Page:
    """Say what the foundation is, and how to take part in it."""
    (banner, grants, instead, *cards), news, sponsors = await asyncio.gather(
        blocks.tiles(ctx, (_PSF_BANNER, _GRANTS, _PSF_NEWS, *_PSF)),
        latest.news(ctx, latest.PSF_ROWS, _PSF_NEWS.title, aggregate=latest.PSF),
        logos.shown(ctx, LogoPlace.SPONSORS, logos.FOUNDATION, most=logos.FEW),
    )
    return ctx.render(
        "landings/landing.html",
        LandingPage(
            title="Python Software Foundation",
            description="The non-profit organisation behind Python: membership, donations, grants",
            banner=banner,
            actions=(
                out("Become a member", "https://psfmember.org/"),
                out("Donate", DONATE),
            ),
            cards=tuple(cards),
            # While no blog has anything to say, a text of the site leads to it.
            notes=(grants,) if news else (grants, instead),
            news=news,
            sponsors=sponsors,
        ),
    )


@page("/community/", name="community", cache=fetch.policy())
async def community(ctx: PageContext) -> Page:
    """Lead to where people talk, meet and work together."""
    (banner, chat, helping, *cards), posts, events = await asyncio.gather(
        blocks.tiles(ctx, (_COMMUNITY_BANNER, _CHAT, HELP, *_COMMUNITY)),
        newest.posts(ctx, POSTS),
        upcoming.card(ctx, EVENTS),
    )
    return ctx.render(
        "landings/landing.html",
        LandingPage(
            title="The Python community",
            description="Forums, chats, conferences and user groups of the Python community",
            banner=banner,
            actions=(out("Join the forum", "https://discuss.python.org/"),),
            cards=tuple(cards),
            notes=(chat, helping),
            posts=posts,
            events=events,
        ),
    )
