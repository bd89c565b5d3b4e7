"""What all pages of accounts do: who may see them, what a refusal means, how often is too often."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from gateway.backends.errors import BackendRefused, BackendUnavailable
from gateway.web.errors import Refusal
from gateway.web.forms import NOT_COUNTED, FormErrors, Refused
from gateway.web.pages import Redirect

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor
    from gateway.backends.identity import Identity
    from gateway.web.pages import PageContext

HOME: Final = "/"
LOGIN: Final = "/accounts/login/"
#: How long a password that was given counts where something sensitive is changed.
PROOF: Final = timedelta(minutes=15)

_LONGEST: Final = 100
_STALE: Final = "Somebody, perhaps you in another window, changed this meanwhile. Look it over."


def identity(ctx: PageContext) -> Identity:
    """Return the identity service; where the site has none, accounts are not available."""
    if ctx.backends.identity is None:
        raise BackendUnavailable("identity", "is not part of this site")
    return ctx.backends.identity


async def reachable(ctx: PageContext) -> None:
    """Raise BackendError where a form that is about to be shown would come to nothing."""
    await identity(ctx).ask_whether_it_answers()


def only_strangers(ctx: PageContext) -> None:
    """Send whoever is signed in home: there is nothing to do here."""
    if not ctx.visitor.anonymous:
        raise Redirect(HOME, kept=False)


async def proven(ctx: PageContext) -> Visitor:
    """Return who is signed in, and proved it not long ago; else that is asked for first."""
    visitor = ctx.signed_in()
    if not visitor.proved_within(PROOF):
        # Another replica may have taken the proof a moment ago.
        visitor = await ctx.sessions.renewed(visitor)
    if not visitor.proved_within(PROOF):
        there = quote(ctx.path, safe="/")
        # Where one was going before comes along, as far as an address may be long.
        beyond = inside(ctx.params.get("next"))
        if beyond and len(beyond) < _LONGEST:
            there += quote(f"?{urlencode({'next': beyond})}", safe="")
        raise Redirect(f"/accounts/reauthenticate/?next={there}", kept=False)
    return visitor


def inside(address: str | None) -> str | None:
    r"""Return an address to go to afterwards if it is a path of this site, else None.

    Browsers read `\\` as `/` and take `//host` for another site, so neither may begin it; nor may
    anything stand in it that a browser drops.
    """
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    if "\\" in address or not address.isprintable() or " " in address:
        return None
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or "//" in parts.path:
        return None
    return None if parts.path.startswith("/accounts/logout") else address


def explained(error: BackendRefused, names: Mapping[str, str] | None = None) -> FormErrors:
    """Return what a service refused, by the fields of the form.

    `names` are fields of the form by what the service calls them. Whatever the visitor cannot put
    right is raised again.
    """
    if error.status == 412:
        return FormErrors({"version": _STALE})
    if error.status not in {400, 409, 422}:
        raise error
    found: dict[str, str] = {}
    told: Any = error.problem.get("errors")
    for item in told if isinstance(told, list) else ():
        place = item.get("loc") or [""]
        name = str(place[-1])
        found.setdefault((names or {}).get(name, name), str(item.get("msg") or ""))
    return FormErrors(found or {"": str(error.problem.get("detail") or "This was not taken.")})


def named(error: BackendRefused, kind: str) -> bool:
    """Tell whether a refusal is of a kind that the contract names."""
    return error.problem.get("type") == kind


async def within_limit(ctx: PageContext, rule: str, what: str, who: str, message: str) -> None:
    """Count one try of `who`; raises Refused where it is one too many, or cannot be counted.

    Who tries is counted by a hash, so that Valkey holds no names and addresses.
    """
    allowed = await ctx.limits.count(rule, what, fingerprint(who))
    if allowed is None:
        raise Refused(Refusal(503, NOT_COUNTED, retry_after=5))
    if not allowed:
        raise Refused(Refusal(429, message, retry_after=300))


async def was_no_misuse(ctx: PageContext, rule: str, what: str, who: str) -> None:
    """Begin the count of somebody's tries anew."""
    await ctx.limits.forget(rule, what, fingerprint(who))


def fingerprint(text: str) -> str:
    """Return the hash of a text, in whatever case it was typed."""
    return hashlib.sha256(text.strip().casefold().encode()).hexdigest()


def refuse(status: int, message: str) -> NoReturn:
    """Answer with a page that says why not."""
    raise Refused(Refusal(status, message))
