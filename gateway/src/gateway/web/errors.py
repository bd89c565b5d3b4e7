"""Error pages in the frame of the site, and what each kind of failure becomes."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from gateway.web.pages import PageInfo

if TYPE_CHECKING:
    from gateway.web.pages import Site
    from gateway.web.templating import Templates

_log = structlog.get_logger("gateway.errors")

_TEXTS: dict[int, tuple[str, str]] = {
    400: ("Bad request", "The address or its parameters cannot be used."),
    403: ("Forbidden", "You may not do this."),
    404: ("Page not found", "There is nothing at this address."),
    405: ("Method not allowed", "This address does not take that kind of request."),
    410: ("Gone", "What was here has been taken away for good."),
    413: ("Too large", "What was sent is larger than this address takes."),
    414: ("Address too long", "The address is longer than any on this site."),
    415: ("Unsupported media type", "What was sent is not of a kind that this address takes."),
    422: ("Not accepted", "Some of what was sent needs another look."),
    429: ("Too many requests", "You have asked often in a short time. Please wait a little."),
    431: ("Request header too large", "The headers of the request are larger than is taken."),
    500: ("Something went wrong", "It is our fault, and it has been noted."),
    502: ("Another site failed", "A site that was asked did not answer as it should."),
    503: (
        "Not available right now",
        "A part of the site is being put right. Please try again soon.",
    ),
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What `errors/error.html` (or `errors/<status>.html`) shows.

    Attributes:
        status: HTTP status.
        title: A few words.
        message: One sentence; names the field where input was bad.
        path: The address asked for, decoded, to be shown as text.
        trace_id: To be quoted in a report; empty where there is none.
        retry_after: Seconds after which it is worth trying again; 0: no promise.
    """

    status: int
    title: str
    message: str
    path: str
    trace_id: str
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served. `allow` lists the methods that would be, for 405."""

    status: int
    message: str = ""
    retry_after: int = 0
    allow: str = ""


class ErrorPages:
    """Renders error pages. It has no dependency that could fail, and a last resort if one does."""

    def __init__(self, templates: Templates, site: Site) -> None:
        self.templates = templates
        self.site = site

    def render(
        self,
        status: int,
        *,
        path: str,
        trace_id: str = "",
        message: str = "",
        retry_after: int = 0,
    ) -> bytes:
        """Return the page for a status."""
        title, text = _TEXTS.get(status, _TEXTS[500 if status >= 500 else 400])
        shown = path if len(path) <= 200 else path[:200] + "…"
        model = ErrorPage(status, title, message or text, shown, trace_id, retry_after)
        # The frame must not mark a section for an address that was not understood.
        info = PageInfo("error", "/", self.site.origin)
        try:
            return self.templates.render(
                (f"errors/{status}.html", "errors/error.html"), model=model, page=info
            )
        except Exception:  # noqa: BLE001 - whatever it is, there is an answer
            _log.exception("errorpage.failed", status=status)
            return _last_resort(model)


def _last_resort(model: ErrorPage) -> bytes:
    title, message = html.escape(model.title), html.escape(model.message)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<h1>{title}</h1><p>{message}</p><p><a href="/">Home</a></p>'
        f"<p>{html.escape(model.trace_id)}</p></html>"
    ).encode()
