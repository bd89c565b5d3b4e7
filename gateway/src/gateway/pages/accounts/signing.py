"""Signing in and out, and saying the password again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Literal
from urllib.parse import urlencode

from contracts.base import Input
from contracts.identity import dto
from contracts.identity.passkeys import PasskeyLogin, PasskeyPurpose
from gateway.backends.errors import BackendRefused
from gateway.cache.policy import CachePolicy
from gateway.pages.accounts import common, fields, menu, passkeys, providers
from gateway.pages.accounts.codes import after_signing_in, beyond_of
from gateway.pages.accounts.models import AccountPage, FormPage, LoginPage, ProofPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page

#: One text for all causes: nobody learns whether there is such an account.
_WRONG: Final = "No account has this name and password."
_TRIES: Final = "5/5 minutes"
_TOO_MANY: Final = (
    "There were too many tries in a short time. Wait five minutes, or set a new password."
)

_DONE: Final = {
    "confirmed": "Your address is confirmed. You can sign in now.",
    "deleted": "Your account is deleted, and you are signed out.",
}


class LoginForm(Input):
    """What is typed to sign in, or what a passkey answered; `remember` is a box."""

    action: Literal["password", "ask", "passkey"] = "password"
    login: str = ""
    password: fields.Untouched = ""
    remember: bool = False
    credential: passkeys.Answer = ""


class _Typed(Input):
    """A name with its password."""

    login: fields.Login
    password: fields.Password


class NoFields(Input):
    """A form that is a button."""


class ProofForm(Input):
    """The password once more, or what a passkey answered."""

    action: Literal["password", "ask", "passkey"] = "password"
    password: fields.Untouched = ""
    credential: passkeys.Answer = ""


class _Password(Input):
    """The password once more."""

    password: fields.Password


async def _show_login(ctx: PageContext, form: FormState) -> Page:
    common.only_strangers(ctx)
    # Whoever types a password in vain for a service that is away should not have to.
    found, _ = await asyncio.gather(providers.service(ctx).providers(), common.reachable(ctx))
    beyond = common.inside(ctx.params.get("next"))
    model = LoginPage(
        form=form,
        notice=_DONE.get(ctx.params.get("done", ""), ""),
        beyond=f"?{urlencode({'next': beyond})}" if beyond else "",
        providers=providers.links(found, beyond or ""),
        offer=passkeys.offer(ctx),
    )
    return ctx.render("accounts/login.html", model)


async def _log_in(ctx: PageContext, sent: LoginForm) -> Redirect | Page:
    if not ctx.visitor.anonymous:
        return Redirect(common.inside(ctx.params.get("next")) or common.HOME)
    service = common.identity(ctx)
    match sent.action:
        case "ask":
            return await passkeys.asking(
                *(ctx, service.ask_anybody(), "Sign in with a passkey"),
                back=ctx.form.action,
                kept={"remember": "yes"} if sent.remember else {},
            )
        case "passkey":
            answer = passkeys.answer(sent.credential).credential
            shown = PasskeyLogin(credential=answer, remember=sent.remember)
            asking = partial(service.log_in_with_passkey, shown, ctx.caller)
            return await _enter(ctx, "passkey", passkeys.named(answer), asking)
        case "password":
            typed = fields.sending(_Typed, {"login": sent.login, "password": sent.password})
            asked = fields.sending(
                dto.LoginInput, {**typed.model_dump(), "remember": sent.remember}
            )
            asking = partial(service.log_in, asked, ctx.caller)
            return await _enter(ctx, "login", typed.login, asking)


async def _enter(
    ctx: PageContext, what: str, who: str, log_in: Callable[[], Awaitable[dto.SignedIn]]
) -> Redirect:
    """Sign in, and go where one was going, or to what the second factor asks for first."""
    # Counted before, so that tries at once are not all let through; success takes it back.
    await common.within_limit(ctx, _TRIES, what, who, _TOO_MANY)
    try:
        made = await log_in()
    except BackendRefused as error:
        if common.named(error, dto.WRONG_CREDENTIALS):
            raise FormErrors({"": _WRONG}) from error
        if common.named(error, dto.WRONG_PASSKEY):
            passkeys.refused(error)
        await common.was_no_misuse(ctx, _TRIES, what, who)
        if common.named(error, dto.UNCONFIRMED):
            return Redirect("/accounts/confirm-email/?done=unconfirmed")
        if common.named(error, dto.INACTIVE):
            return Redirect("/accounts/inactive/")
        raise common.explained(error) from error
    await common.was_no_misuse(ctx, _TRIES, what, who)
    cookie = ctx.sessions.cookie.give(made.secret, remember=made.session.remembered)
    return Redirect(after_signing_in(made.user, beyond_of(ctx)), cookies=(cookie,))


async def _show_logout(ctx: PageContext, form: FormState) -> Page:
    if not ctx.visitor.id:
        raise Redirect(common.HOME, kept=False)
    model = FormPage(form=form, menu=menu.beside(ctx), subject=ctx.visitor.name)
    return ctx.render("accounts/logout.html", model)


async def _log_out(ctx: PageContext, _: NoFields) -> Redirect:
    visitor = ctx.visitor
    if visitor.id:
        await common.identity(ctx).log_out(visitor.session, ctx.caller)
        await ctx.sessions.forget(visitor)
    return Redirect(common.HOME, cookies=(ctx.sessions.cookie.take(),))


@page("/accounts/inactive/", name="accounts.inactive", cache=CachePolicy(fresh=3600))
async def inactive(ctx: PageContext) -> Page:
    """Say that an account is closed."""
    return ctx.render("accounts/inactive.html", AccountPage())


async def _show_proof(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    service = providers.service(ctx)
    found, ways, factors = await asyncio.gather(
        service.providers(),
        service.ways_in(visitor.id),
        common.identity(ctx).second_factors(visitor.id),
    )
    mine = {row.provider.id for row in ways.social}
    beyond = common.inside(ctx.params.get("next")) or ""
    model = ProofPage(
        form=form,
        menu=menu.beside(ctx),
        subject=visitor.username,
        password=ways.password,
        providers=providers.links(
            [each for each in found if each.proves and each.id in mine], beyond
        ),
        passkeys=bool(factors.passkeys),
        offer=passkeys.offer(ctx),
    )
    return ctx.render("accounts/reauthenticate.html", model)


async def _prove(ctx: PageContext, sent: ProofForm) -> Redirect | Page:
    visitor = ctx.signed_in()
    service = common.identity(ctx)
    match sent.action:
        case "ask":
            options = service.ask_session(visitor.session, PasskeyPurpose.REAUTHENTICATION)
            return await passkeys.asking(ctx, options, "Use your passkey", back=ctx.form.action)
        case "passkey":
            answer = passkeys.answer(sent.credential)
            try:
                await service.reauthenticate_with_passkey(visitor.session, answer, ctx.caller)
            except BackendRefused as error:
                passkeys.refused(error)
            await ctx.sessions.forget(visitor)
        case "password":
            await prove(ctx, sent.password)
    return Redirect(common.inside(ctx.params.get("next")) or "/users/edit/")


async def prove(ctx: PageContext, password: str) -> None:
    """Check the password of whoever is signed in; FormErrors at `password` where it is wrong."""
    visitor = ctx.visitor
    who = str(visitor.id)
    typed = fields.sending(_Password, {"password": password})
    await common.within_limit(ctx, _TRIES, "reauthenticate", who, _TOO_MANY)
    asked = fields.sending(dto.PasswordInput, typed.model_dump())
    try:
        await common.identity(ctx).reauthenticate(visitor.session, asked, ctx.caller)
    except BackendRefused as error:
        if common.named(error, dto.WRONG_CREDENTIALS):
            raise FormErrors({"password": "This is not your password."}) from error
        raise common.explained(error) from error
    await common.was_no_misuse(ctx, _TRIES, "reauthenticate", who)
    await ctx.sessions.forget(visitor)


login = FormRoute(
    "/accounts/login/",
    name="accounts.login",
    model=LoginForm,
    show=_show_login,
    accept=_log_in,
    limit="30/minute",
    when_unknown="refuse",
    # A password manager needs no time to type.
    seconds=0,
    params=("done", "next"),
    personal=True,
    beside=(providers.BEGIN,),
)
logout = FormRoute(
    "/accounts/logout/",
    name="accounts.logout",
    model=NoFields,
    show=_show_logout,
    accept=_log_out,
    limit="60/minute",
    seconds=0,
    personal=True,
)
reauthenticate = FormRoute(
    "/accounts/reauthenticate/",
    name="accounts.reauthenticate",
    model=ProofForm,
    show=_show_proof,
    accept=_prove,
    limit="30/minute",
    when_unknown="refuse",
    seconds=0,
    params=("next",),
    personal=True,
    beside=(providers.BEGIN,),
)
