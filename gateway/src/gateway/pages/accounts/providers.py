"""To a provider and back: the button that leads there, and what comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final, NoReturn
from urllib.parse import quote, urlencode

from contracts.base import Input
from contracts.identity import dto, social
from gateway.auth.cookies import sha256
from gateway.backends.errors import BackendRefused, BackendUnavailable
from gateway.backends.social import TIMEOUT, Social
from gateway.pages.accounts import common, fields
from gateway.pages.accounts.codes import after_signing_in
from gateway.pages.accounts.models import AccountPage, AwayPage, FormPage, ProviderLink
from gateway.web.client import network_of
from gateway.web.errors import Refusal
from gateway.web.forms import FormErrors, FormRoute, FormState, Refused
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

BEGIN: Final = "accounts.provider"
"""Name of the form whose buttons stand on other pages."""
CONNECTIONS: Final = "/accounts/social/connections/"
SIGN_UP: Final = "/accounts/social/signup/"
_CALLBACKS: Final = "30/minute"
_TOO_MANY: Final = "You came back from another site too often. Wait a few minutes."
_PROOF: Final = "/accounts/reauthenticate/"


class BeginForm(Input):
    """What one goes to the provider for."""

    process: social.Process = social.Process.LOGIN


def service(ctx: PageContext) -> Social:
    """Return the part of the identity service that knows accounts elsewhere."""
    if ctx.backends.social is None:
        raise BackendUnavailable("identity", "is not part of this site")
    return ctx.backends.social


def links(found: Sequence[dto.Provider], beyond: str = "") -> tuple[ProviderLink, ...]:
    """Return what buttons of providers need; `beyond` is where to go afterwards."""
    query = f"?{urlencode({'next': beyond})}" if beyond else ""
    return tuple(
        ProviderLink(id=each.id, name=each.name, href=f"/accounts/{each.id}/login/{query}")
        for each in found
    )


def browser(ctx: PageContext) -> str:
    """Return by what a browser is named that went to a provider; of others, one that nobody has."""
    return sha256(ctx.errand or secrets.token_urlsafe())


async def _provider(ctx: PageContext) -> dto.Provider:
    """Return the provider of the address. Raises NotFound."""
    wanted = ctx.path_params["provider"]
    for found in await service(ctx).providers():
        if found.id == wanted:
            return found
    raise NotFound


async def _show(ctx: PageContext, form: FormState) -> Page:
    provider = await _provider(ctx)
    common.only_strangers(ctx)
    return ctx.render("accounts/provider.html", FormPage(form=form, subject=provider.name))


async def _begin(ctx: PageContext, sent: BeginForm) -> Page:
    provider = await _provider(ctx)
    if sent.process is social.Process.LOGIN:
        common.only_strangers(ctx)
    else:
        ctx.signed_in()
    errand = ctx.errand or secrets.token_urlsafe(32)
    asked = fields.sending(
        social.SocialBegin,
        {
            "provider": provider.id,
            "process": sent.process,
            "browser": sha256(errand),
            "session": ctx.visitor.session or None,
            "next": common.inside(ctx.params.get("next")) or "",
        },
    )
    try:
        start = await service(ctx).begin(asked)
    except BackendRefused as error:
        _explain(error, provider)
    # Not a redirect: of a form that was sent, browsers follow one only to where the policy of the
    # page lets forms go, however many more follow it there.
    shown = ctx.render("accounts/away.html", AwayPage(name=provider.name, href=start.location))
    cookie = ctx.sessions.errand.give(errand).to_header(header="")
    return Page(shown.body, headers=(("Set-Cookie", cookie),))


@page(
    "/accounts/{provider:str}/login/callback/",
    name="accounts.provider_callback",
    cache=None,
    personal=True,
    params=("code", "error", "iss", "state"),
    seconds=TIMEOUT + 1,
    # Codes of some providers are tokens of their own.
    longest=3000,
)
async def callback(ctx: PageContext) -> Page:
    """Take what a browser brings back from a provider. It can be brought once, by this browser."""
    who = ctx.caller.get("Client-Address", "")
    network = network_of(ip_address(who)) if who else "unknown"
    await common.within_limit(ctx, _CALLBACKS, "callback", network, _TOO_MANY)
    provider = await _provider(ctx)
    brought = {name: ctx.params.get(name, "") for name in ("code", "error", "iss")}
    try:
        asked = fields.sending(
            social.SocialAnswer,
            {
                **brought,
                "provider": provider.id,
                "state": sha256(ctx.params.get("state", "")),
                "browser": browser(ctx),
                "session": ctx.visitor.session or None,
            },
        )
        came = await service(ctx).answer(asked, ctx.caller)
    except FormErrors:
        return failure(ctx, 400)
    except BackendRefused as error:
        if common.named(error, social.WRONG_STATE) or common.named(error, social.PROVIDER_REFUSED):
            return failure(ctx, 400)
        _explain(error, provider)
    raise await _onward(ctx, came)


async def _onward(ctx: PageContext, came: social.SocialOutcome) -> Redirect:
    """Return where one goes who came back."""
    beyond = common.inside(came.next)
    match came.outcome:
        case social.Outcome.SIGNED_IN if came.signed_in is not None:
            return entered(ctx, came.signed_in, beyond or "")
        case social.Outcome.LINKED:
            await ctx.sessions.forget(ctx.visitor)
            return Redirect(f"{CONNECTIONS}?done=linked", kept=False)
        case social.Outcome.REAUTHENTICATED:
            await ctx.sessions.forget(ctx.visitor)
            return Redirect(beyond or "/users/edit/", kept=False)
        case social.Outcome.CANCELLED:
            return Redirect("/accounts/social/login/cancelled/", kept=False)
        case _:
            query = f"?{urlencode({'next': beyond})}" if beyond else ""
            return Redirect(SIGN_UP + query, kept=False)


def entered(ctx: PageContext, made: dto.SignedIn, beyond: str) -> Redirect:
    """Return where one goes who is signed in now, with the cookie of the session."""
    cookie = ctx.sessions.cookie.give(made.secret, remember=made.session.remembered)
    to = after_signing_in(made.user, beyond)
    return Redirect(to, cookies=(cookie, ctx.sessions.errand.take()))


def failure(ctx: PageContext, status: int = 200) -> Page:
    """Return the page that says that signing in did not work."""
    return ctx.render("accounts/social_error.html", AccountPage(), status=status)


def _explain(error: BackendRefused, provider: dto.Provider) -> NoReturn:
    """Say what a refusal means to whoever wanted to sign in, or to link."""
    kind = str(error.problem.get("type"))
    match kind:
        case dto.UNCONFIRMED:
            raise Redirect("/accounts/confirm-email/", kept=False) from error
        case dto.INACTIVE:
            raise Redirect("/accounts/inactive/", kept=False) from error
        case social.NOT_PROVEN | social.HAS_PASSWORD:
            there = quote(CONNECTIONS, safe="/")
            raise Redirect(f"{_PROOF}?next={there}", kept=False) from error
        case social.LINKED_ELSEWHERE:
            common.refuse(
                409,
                f"This account of {provider.name} belongs to another account here. Sign in with "
                "it, and unlink it there first.",
            )
        case social.PROVIDER_AWAY:
            message = f"{provider.name} does not answer at the moment. Nobody was signed in."
            raise Refused(Refusal(503, message, retry_after=30)) from error
        case social.PROVIDER_GARBAGE:
            message = (
                f"{provider.name} gave an answer that cannot be trusted. Nobody was signed in. "
                "Please try again, or sign in another way."
            )
            raise Refused(Refusal(502, message)) from error
        case _:
            raise error


begin = FormRoute(
    "/accounts/{provider:str}/login/",
    name=BEGIN,
    model=BeginForm,
    show=_show,
    accept=_begin,
    limit="20/minute",
    when_unknown="refuse",
    seconds=0,
    params=("next",),
    personal=True,
)
