"""The application: SMTP takes mails in, `/` and `/mails/<id>` show them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import jinja2
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Conversation
from litestar import Litestar, MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from devstack.mailbox.settings import Settings
from devstack.mailbox.store import Mail, Store

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
MAIL_HEADERS = {
    **HEADERS,
    # What a mail brings along does nothing here: its links open beside this page.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'",
}
MOST_BYTES = 10 * 1024 * 1024

_HERE = Path(__file__).parent / "templates"
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined
)
_STYLE = (_HERE / "style.css").read_text(encoding="utf-8")

To = Annotated[str, Parameter(max_length=200, description="A part of the recipient's address")]


class Taking:
    """What is done with a mail that somebody hands in.

    Args:
        store: Where it is kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _conversation: Conversation, envelope: Envelope
    ) -> str:
        """Keep it."""
        content = envelope.original_content or b""
        mail = self._store.add(content, envelope.rcpt_tos)
        return f"250 kept as {mail.number}"


@get("/", media_type=MediaType.HTML)
async def listing(store: Store, to: To = "") -> Response[str]:
    """List the mails, the newest first."""
    return _page("list.html", mails=store.find(to), to=to)


@get("/mails/{number:int}", media_type=MediaType.HTML)
async def one(store: Store, number: int) -> Response[str]:
    """Show one mail."""
    return _page("mail.html", mail=_mail(store, number))


@get("/mails/{number:int}/html", media_type=MediaType.HTML)
async def one_as_html(store: Store, number: int) -> Response[str]:
    """Give what a mail shows as HTML, able to do nothing."""
    html = _mail(store, number).part("html")
    return Response(html, media_type=MediaType.HTML, headers=MAIL_HEADERS)


@get("/api/mails")
async def api_listing(store: Store, to: To = "") -> dict[str, Any]:
    """List the mails with their texts, for programs."""
    return {"mails": [mail.as_json() for mail in store.find(to)]}


@get("/healthz", media_type=MediaType.TEXT)
async def healthz() -> str:
    """Say that it runs."""
    return "ok\n"


@get("/style.css", media_type="text/css")
async def style() -> str:
    """Give the style of the pages."""
    return _STYLE


def create_app(settings: Settings) -> Litestar:
    """Make the application with an empty mailbox; it takes mails while it runs."""
    store = Store(settings.mails_kept)

    async def provide_store() -> Store:
        return store

    @contextlib.asynccontextmanager
    async def taking(_: Litestar) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Taking(store), hostname="mailbox", data_size_limit=MOST_BYTES, loop=loop),
            settings.host,
            settings.smtp_port,
        )
        try:
            yield
        finally:
            server.close()

    return Litestar(
        [listing, one, one_as_html, api_listing, healthz, style],
        dependencies={"store": provide_store},
        lifespan=[taking],
        openapi_config=None,
    )


def _mail(store: Store, number: int) -> Mail:
    found = store.get(number)
    if found is None:
        raise NotFoundException(f"There is no mail {number}; it may have made room for newer ones.")
    return found


def _page(template: str, **values: object) -> Response[str]:
    html = _ENVIRONMENT.get_template(template).render(**values)
    return Response(html, media_type=MediaType.HTML, headers=HEADERS)
