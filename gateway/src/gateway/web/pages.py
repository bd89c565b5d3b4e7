"""Pages: plain async functions from a `PageContext` to a `Page`, declared with `@page`.

A page function sees its address, the query parameters and variants that its policy declares, and
the services. It sees nothing else of the request, so that what it makes may be shown to anybody
who asks for the same address.

    @page("/downloads/release/{slug:str}/", name="release", cache=CachePolicy(fresh=3600))
    async def release(ctx: PageContext) -> Page:
        slug = ctx.path_params["slug"]
        ctx.use(f"release:{slug}", "downloads")
        found = await ctx.backends.downloads.release(slug)
        if found is None:
            raise NotFound
        return ctx.render("downloads/release.html", ReleaseView(found))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import structlog

from gateway.backends.errors import BackendError, BackendUnavailable
from gateway.backends.policy import deadline
from gateway.cache.paths import SAFE
from gateway.cache.policy import CachePolicy
from gateway.web import switches

if TYPE_CHECKING:
    from litestar.datastructures import Cookie

    from gateway.auth.sessions import Sessions
    from gateway.auth.visitor import Visitor
    from gateway.backends import Backends
    from gateway.backends.tokens import Tokens
    from gateway.cache.blocks import Blocks
    from gateway.web.client import System
    from gateway.web.forms import FormState
    from gateway.web.limits import RateLimits
    from gateway.web.templating import Templates

HTML = "text/html; charset=utf-8"

_log = structlog.get_logger("gateway.pages")


class NotFound(Exception):
    """There is nothing at this address. Shown as the 404 page.

    Declare with `ctx.use` what would make the page exist before raising it, so that the answer is
    dropped the moment that it does.
    """


class Redirect(Exception):
    """The page is elsewhere. `location` is a path of this site, or an absolute address.

    `kept` is False where it depends on who asks.
    """

    def __init__(
        self,
        location: str,
        status: Literal[301, 302, 303, 307, 308] = 302,
        *,
        cookies: Sequence[Cookie] = (),
        kept: bool = True,
    ) -> None:
        super().__init__(location)
        self.location = location
        self.status = status
        self.cookies = tuple(cookies)
        self.kept = kept and not self.cookies

    @property
    def encoded(self) -> str:
        """The location as a header may hold it; reserved characters and escapes stay."""
        return quote(self.location, safe=SAFE + "?#[]%")


class BadInput(Exception):
    """A declared parameter has a value that the page cannot use. Shown as a 400 page naming it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Page:
    """A composed answer, before it is cached and compressed."""

    body: bytes
    status: int = 200
    media_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What every template may know of the installation.

    Attributes:
        origin: Scheme and host for absolute links, e.g. https://www.python.org (no slash).
        ftp_url: Where files are served, with a trailing slash.
    """

    origin: str
    ftp_url: str


@dataclass(slots=True)
class PageContext:
    """What a page function works with. Made for one composition and thrown away after it.

    Attributes:
        route: Name of the route.
        path: Canonical path of the request, percent-encoded.
        path_params: Values in the path, decoded.
        params: Declared query parameters that were given, first value of each.
        backends: The services.
        site: The installation.
        sessions: Who gives and takes the cookies of sessions.
        limits: Counts how often somebody does something.
        tokens: Speak for visitors to services; None where the gateway has no key.
        caller: On a personal route: headers that tell the identity service where from and with
            what the visitor came, for the security log of the account.
        cookies: On a form: those that it declares, as the browser brings them.
        errand: On a personal route: the secret of a browser that went to a provider, else empty.
        canonical: Path of the page that shows the same, for search engines, where that is another.
        keys: Surrogate keys used so far.
        degraded: Names of the blocks that had to be left out or shown from an older copy.
    """

    route: str
    path: str
    path_params: Mapping[str, str]
    params: Mapping[str, str]
    backends: Backends
    site: Site
    templates: Templates
    blocks: Blocks
    sessions: Sessions
    limits: RateLimits
    tokens: Tokens | None = None
    variant: System | None = None
    known: Visitor | None = None
    blank: FormState | None = None
    caller: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    errand: str = field(default="", repr=False)
    block_timeout: float = 1.5
    canonical: str = ""
    keys: set[str] = field(default_factory=set)
    degraded: list[str] = field(default_factory=list)

    @property
    def system(self) -> System:
        """The visitor's system, on a route that declares the variant `system`.

        Raises RuntimeError on any other: its copy would be shown to visitors of all systems.
        """
        if self.variant is None:
            raise RuntimeError(f"route {self.route} does not declare the variant 'system'")
        return self.variant

    @property
    def visitor(self) -> Visitor:
        """Who visits, on a route that is declared `personal`.

        Raises RuntimeError on any other: its copy would be shown to everybody.
        """
        if self.known is None:
            raise RuntimeError(f"route {self.route} is not declared personal")
        return self.known

    @property
    def form(self) -> FormState:
        """The form of the route with nothing filled in, for a page that answers what was sent.

        Raises RuntimeError where the route is no form.
        """
        if self.blank is None:
            raise RuntimeError(f"route {self.route} is no form")
        return self.blank

    def signed_in(self) -> Visitor:
        """Return who is signed in.

        Raises Redirect to the sign-in page where nobody is, and to the page about the second
        factor where that is owed.
        """
        if self.visitor.anonymous:
            raise Redirect(sign_in_address(self.visitor, self.path), kept=False)
        return self.visitor

    def speak(self, service: str) -> str:
        """Return a token that tells a service who is signed in.

        Raises Redirect where nobody is, and BackendUnavailable where the gateway has no key.
        """
        visitor = self.signed_in()
        if self.tokens is None:
            raise BackendUnavailable(service, "the gateway has no key to speak for visitors")
        return self.tokens.of_visitor(visitor, service)

    def use(self, *keys: str) -> None:
        """Declare what the page is made of: it is dropped when one of these surrogate keys is.

        Declare before asking for the data, so that a change in between is not missed.
        """
        self.keys.update(keys)

    async def block[T, F](  # noqa: PLR0913 - what there is to say of a part
        self,
        name: str,
        ask: Callable[[], Awaitable[T]],
        *,
        keys: Collection[str],
        fallback: F,
        shared: bool = True,
        timeout: float | None = None,  # noqa: ASYNC109 - it is a deadline for what is called
    ) -> T | F:
        """Return a part that the page can do without.

        Where `ask` fails or takes longer than `timeout` seconds, the page is marked degraded (and
        kept for seconds only), and the part is the last good value of `name`, or `fallback`.

        A value is `shared` by all pages that use the name, and asked for again once one of the
        surrogate `keys` is purged; so the name must stand for the data and not only for a place on
        a page. What of these the page itself depends on it declares with `use`.
        """
        limit = self.block_timeout if timeout is None else timeout
        try:
            with deadline(limit):
                if not shared:
                    return await ask()
                return await self.blocks.fetch(name, keys, ask)
        except (BackendError, TimeoutError) as error:
            _log.warning("block.failed", route=self.route, block=name, error=str(error))
            self.degraded.append(name)
            kept: T | None = self.blocks.last(name) if shared else None
            return fallback if kept is None else kept

    async def switch(self, name: str) -> bool:
        """Tell whether a feature is there for who visits; only on a `personal` route.

        While its service is away the last known state counts. Raises BackendUnavailable where
        there is none.
        """
        visitor, service = self.visitor, switches.OWNERS[name]
        key = f"switches:{service}"
        ask = switches.asking(self.backends, service)
        found = await self.block(key, ask, keys=(key,), fallback=None)
        if found is None:
            raise BackendUnavailable(service, "has not told for whom its features are")
        return any(one.name == name and switches.is_on(one, visitor) for one in found)

    def render(self, template: str, model: object = None, *, status: int = 200) -> Page:
        """Render a template. It sees `model`, `page` (a PageInfo) and the globals.

        The frame is part of what it makes.
        """
        self.use("navigation")
        info = PageInfo(
            self.route, self.path, self.site.origin, tuple(self.degraded), self.canonical
        )
        return Page(self.templates.render(template, model=model, page=info), status)

    def respond(self, body: str | bytes, media_type: str, *, status: int = 200) -> Page:
        """Answer with a body made without a template, e.g. a feed or robots.txt."""
        return Page(body.encode() if isinstance(body, str) else body, status, media_type)

    def absolute(self, path: str) -> str:
        """Return the whole address of a path of this site."""
        return self.site.origin + path


def sign_in_address(visitor: Visitor, beyond: str) -> str:
    """Return where somebody signs in, or goes on with that, and then comes back to `beyond`."""
    way = "/accounts/2fa/authenticate/" if visitor.owes else "/accounts/login/"
    return way + (f"?next={quote(beyond, safe='/')}" if beyond != "/" else "")


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the frame of a page knows of it."""

    route: str
    path: str
    origin: str
    degraded: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def canonical(self) -> str:
        """The whole address that search engines are to know, without a query.

        /getit/… is another way to /downloads/…, for networks that block the word.
        """
        if self.same_as:
            return self.origin + self.same_as
        if self.path.startswith("/getit/"):
            return f"{self.origin}/downloads/{self.path.removeprefix('/getit/')}"
        return self.origin + self.path

    @property
    def section(self) -> str:
        """First segment of the path, empty on the home page."""
        return self.path.split("/", 2)[1]


type PageFunction = Callable[[PageContext], Awaitable[Page]]

#: strict: the address is as declared, with or without its final slash, and the other spelling
#: redirects to the slashed one or does not exist. either: both are answered.
Slash = Literal["strict", "either"]


#: Stands for a permission that whoever is signed in holds.
SIGNED_IN = "signed in"


@dataclass(frozen=True, slots=True)
class PageRoute:
    """A page with its addresses.

    `cache` None: composed for each request and kept nowhere. Only then it may be `personal`: made
    for whoever is signed in; `params` are the query parameters that such a page reads.

    `draft` is shown in place of a page that is not there to visitors who hold the permission
    `drafts_for`, or who are `SIGNED_IN` and may have something of their own there; it is made for
    each of them and kept nowhere.

    `seconds` is how long composing may take where that is not what the settings say, `longest` how
    long the value of a parameter may be, `limit` how often one address may ask for what is kept
    nowhere ("60/minute"; empty: as often as it likes).
    """

    name: str
    paths: tuple[str, ...]
    compose: PageFunction
    cache: CachePolicy | None
    slash: Slash
    personal: bool = False
    params: tuple[str, ...] = ()
    seconds: float | None = None
    longest: int = 200
    limit: str = ""
    draft: PageFunction | None = None
    drafts_for: str = ""

    def __post_init__(self) -> None:
        if self.personal and self.cache is not None:
            raise ValueError(f"{self.name}: a personal page cannot be kept")
        if self.params and self.cache is not None:
            raise ValueError(f"{self.name}: its policy declares the parameters")
        if bool(self.draft) != bool(self.drafts_for):
            raise ValueError(f"{self.name}: a draft is for somebody")
        if self.limit and self.cache is not None:
            raise ValueError(f"{self.name}: what is kept costs nothing to ask for")

    @property
    def declared(self) -> tuple[str, ...]:
        """Query parameters that the page reads, wherever they are declared."""
        return self.params if self.cache is None else self.cache.params


def page(  # noqa: PLR0913 - what there is to say of a page
    *paths: str,
    name: str,
    cache: CachePolicy | None = CachePolicy(),  # noqa: B008 - frozen
    slash: Slash = "strict",
    personal: bool = False,
    params: tuple[str, ...] = (),
    seconds: float | None = None,
    longest: int = 200,
    limit: str = "",
    draft: PageFunction | None = None,
    drafts_for: str = "",
) -> Callable[[PageFunction], PageRoute]:
    """Declare a page function as the page at `paths` (Litestar path syntax).

    The same function may be mounted at several addresses (/downloads/… and /getit/…); each has its
    own copy in the cache. `name` is unique in the gateway.
    """

    def declare(function: PageFunction) -> PageRoute:
        return PageRoute(
            name,
            paths,
            function,
            cache,
            slash,
            personal,
            params,
            seconds=seconds,
            longest=longest,
            limit=limit,
            draft=draft,
            drafts_for=drafts_for,
        )

    return declare
