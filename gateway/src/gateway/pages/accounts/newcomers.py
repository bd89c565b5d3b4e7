"""Signing up by a provider, and what is said where signing in by one did not work."""

from __future__ import annotations

from contracts.base import Input
from contracts.identity import social
from gateway.backends.errors import BackendRefused
from gateway.cache.policy import CachePolicy
from gateway.pages.accounts import common, fields, joining, providers
from gateway.pages.accounts.models import AccountPage, NewcomerPage
from gateway.web.forms import FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page


class NewcomerForm(Input):
    """What a newcomer chooses; what the provider told stands in it before."""

    username: fields.Username
    email: fields.Email


async def _show(ctx: PageContext, form: FormState) -> Page:
    common.only_strangers(ctx)
    waiting = await providers.service(ctx).pending(providers.browser(ctx))
    if waiting is None:
        raise Redirect("/accounts/signup/", kept=False)
    model = NewcomerPage(
        form=form,
        provider=waiting.provider.name,
        name=waiting.username or waiting.email,
        exists=waiting.email if waiting.account_exists else "",
        vouched=waiting.email_verified,
        username=form.values.get("username", waiting.suggestion),
        email=form.values.get("email", waiting.email),
        connections=providers.CONNECTIONS,
    )
    return ctx.render("accounts/social_signup.html", model)


async def _accept(ctx: PageContext, sent: NewcomerForm) -> Redirect:
    common.only_strangers(ctx)
    asked = fields.sending(social.SocialSignUp, {"username": sent.username, "email": sent.email})
    try:
        made = await providers.service(ctx).sign_up(providers.browser(ctx), asked, ctx.caller)
    except BackendRefused as error:
        if error.status == 404 or common.named(error, social.ACCOUNT_EXISTS):
            # The page says what there is to do.
            return Redirect(providers.SIGN_UP)
        raise common.explained(error) from error
    if made is None:
        return Redirect(joining.SENT, cookies=(ctx.sessions.errand.take(),))
    return providers.entered(ctx, made, common.inside(ctx.params.get("next")) or "")


@page(
    "/accounts/social/login/cancelled/",
    "/accounts/3rdparty/login/cancelled/",
    name="accounts.social_cancelled",
    cache=CachePolicy(fresh=3600),
)
async def cancelled(ctx: PageContext) -> Page:
    """Say that nobody was signed in, because somebody said no elsewhere."""
    return ctx.render("accounts/social_cancelled.html", AccountPage())


@page(
    "/accounts/social/login/error/",
    "/accounts/3rdparty/login/error/",
    name="accounts.social_error",
    cache=CachePolicy(fresh=3600),
)
async def error_page(ctx: PageContext) -> Page:
    """Say that signing in did not work."""
    return providers.failure(ctx)


signup = FormRoute(
    providers.SIGN_UP,
    name="accounts.social_signup",
    model=NewcomerForm,
    show=_show,
    accept=_accept,
    limit="20/minute",
    when_unknown="refuse",
    seconds=0,
    params=("next",),
    personal=True,
)
